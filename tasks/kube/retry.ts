// Decides when to retry a request to an API server, and after what pause. Pure.
import { isNobodyThere, isUntrusted } from '../core/network/errors.ts';
import { growingPause } from '../core/retry.ts';
import { fieldConflicts, isAccountMissing, isNamespaceTerminating, readStatus } from './failure.ts';

/** Milliseconds. */
export interface Timing {
  /** To a connection, to the first byte of an answer, and between two pieces of it. */
  requestMs: number;
  /** From a call's start to its last attempt. */
  totalMs: number;
  /** How long to retry before the first report; the next comes after twice that time. */
  quietMs: number;
  /** How long a followed log may be silent until it is requested again: its connection may be dead. */
  silenceMs: number;
  /** How long to wait for something that another part of the cluster is about to make. */
  settleMs: number;
  /** How long a watch or a followed log bears having no server at all. */
  absenceMs: number;
  /** Until a removed object must be gone: a pod has 30 s to end by itself, and a namespace has pods. */
  removalMs: number;
}

export const usualTiming: Timing = {
  requestMs: 15_000,
  totalMs: 60_000,
  quietMs: 5_000,
  silenceMs: 120_000,
  settleMs: 10_000,
  absenceMs: 300_000,
  removalMs: 120_000,
};

/** How one attempt ended, if not well. */
export type Outcome = { error: unknown } | { httpStatus: number; retryAfter: string | undefined; body: string };

export interface Attempt {
  /** Counts from 0. */
  number: number;
  /** Milliseconds since the call began. */
  elapsedMs: number;
  /** Whether this server ever answered us: if so, one that refuses connections is restarting, not absent. */
  answeredBefore: boolean;
  /** Milliseconds since a connection to it was last lost or refused. */
  sinceLossMs: number;
}

const pauses = { firstMs: 100, longestMs: 5_000 };
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Milliseconds until the next attempt, or undefined if another one is of no use. For requests that may be sent twice.
 * `random` is in [0, 1): see `growingPause`.
 */
export function retryPause(outcome: Outcome, attempt: Attempt, timing: Timing, random: number): number | undefined {
  const pause = wantedPause(outcome, attempt, timing, random);
  return pause === undefined || attempt.elapsedMs + pause > timing.totalMs ? undefined : pause;
}

function wantedPause(outcome: Outcome, attempt: Attempt, timing: Timing, random: number): number | undefined {
  const growing = growingPause(attempt.number, pauses, random);
  if ('error' in outcome) {
    if (isUntrusted(outcome.error)) return undefined;
    if (isNobodyThere(outcome.error) && !attempt.answeredBefore) return undefined;
    return growing;
  }
  // The server's way to say that an applied field does not exist: no bad luck, but a mistake.
  if (/field not declared in schema/.test(outcome.body)) return undefined;
  if (passing.has(outcome.httpStatus)) {
    const seconds = Number(outcome.retryAfter);
    return outcome.retryAfter && seconds >= 0 ? seconds * 1000 + random * 250 : growing;
  }
  const status = readStatus(outcome.body);
  // Others wrote at the same time; a conflict over fields stays one however often it is asked.
  if (outcome.httpStatus === 409 && status?.reason === 'Conflict' && fieldConflicts(status).length === 0)
    return growing;
  // A server that has just come back refuses until its authorizer knows its own rules again.
  if (outcome.httpStatus === 403 && attempt.answeredBefore && attempt.sinceLossMs < timing.settleMs) return growing;
  if (outcome.httpStatus === 403 && isNamespaceTerminating(status)) return growing;
  if (outcome.httpStatus === 403 && isAccountMissing(status) && attempt.elapsedMs < timing.settleMs) return growing;
  return undefined;
}
