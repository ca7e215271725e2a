// Turns errors of an API server, or its silence, into failures.
import { Failure } from '../core/failure.ts';
import { errorCode, isNobodyThere, isUntrusted } from '../core/network/errors.ts';

/** Kubernetes' answer to a request that failed: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface Status {
  kind: 'Status';
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    retryAfterSeconds?: number;
    causes?: { reason?: string; message?: string; field?: string }[];
  };
}

/** What stands behind a Failure of this client. */
interface Cause {
  unreachable?: true;
  httpStatus?: number;
  reason?: string | undefined;
  error?: unknown;
}

const causeOf = (error: unknown): Cause =>
  error instanceof Failure && typeof error.cause === 'object' && error.cause !== null ? error.cause : {};

/** No API server to be found: no kubeconfig, or nobody answers at its address. */
export const unreachable = (why: string, error?: unknown): Failure =>
  new Failure(`cannot reach the cluster: ${why}`, {
    hint: 'check the cluster: firesteel status; create or start it: firesteel deploy',
    cause: { unreachable: true, error } satisfies Cause,
  });

/** Whether a call failed because the answer to it had not begun in time. */
export const isUnanswered = (error: unknown): boolean => errorCode(causeOf(error).error) === 'UND_ERR_HEADERS_TIMEOUT';

/** Whether a call failed for want of an API server. */
export const isUnreachable = (error: unknown): boolean => causeOf(error).unreachable === true;

/**
 * Whether a call failed in a way that may pass: nobody answers, a connection broke, the server is not ready. A refusal, a
 * certificate that is not trusted and missing credentials stay.
 */
export function mayPass(error: unknown): boolean {
  const { unreachable, httpStatus = 0, error: ofNetwork } = causeOf(error);
  return unreachable === true || httpStatus === 429 || httpStatus >= 500 || (!!ofNetwork && !isUntrusted(ofNetwork));
}

/** For a list of what the user made: without the right to list a kind, nobody can have made any. Throws any other error. */
export function noneIfForbidden(error: unknown): [] {
  if (httpStatusOf(error) === 403) return [];
  throw error;
}

/** For an object that the user may be forbidden to read, though it may be there. Throws any other error. */
export function hiddenIfForbidden(error: unknown): 'hidden' {
  if (httpStatusOf(error) === 403) return 'hidden';
  throw error;
}

/** The HTTP status that a call failed with, if it got that far. */
export const httpStatusOf = (error: unknown): number | undefined => causeOf(error).httpStatus;

/** An answer's Status object, if it is one. */
export function readStatus(body: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status'
      ? (value as Status)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Fields that another field manager owns, as `manager: field`. */
export const fieldConflicts = (status: Status | undefined): string[] =>
  (status?.details?.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => {
      const manager = /conflict with "([^"]*)"/.exec(message ?? '')?.[1] ?? message;
      return `${field} (set by ${manager})`;
    });

/** Whether the namespace it should go into is being deleted. */
export const isNamespaceTerminating = (status: Status | undefined): boolean =>
  (status?.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');

/** Whether a pod was refused because its service account is not there yet: it comes a moment after its namespace. */
export const isAccountMissing = (status: Status | undefined): boolean =>
  status?.reason === 'Forbidden' && /serviceaccount "[^"]*" not found/.test(status.message ?? '');

/** The Failure of an answer that is not a success; `what` as in "apply ConfigMap spark/x". */
export function answerFailure(what: string, httpStatus: number, body: string): Failure {
  const status = readStatus(body);
  const cause: Cause = { httpStatus, reason: status?.reason };
  const conflicts = fieldConflicts(status);
  if (conflicts.length > 0)
    return new Failure(`cannot ${what}: other programs changed ${conflicts.join(', ')}`, {
      hint: 'restore those fields, or remove the object and run the command again',
      cause,
    });
  const message = (status?.message ?? body.trim().slice(0, 500)) || `HTTP status ${httpStatus}`;
  const causes = (status?.details?.causes ?? [])
    .filter((one) => one.message && !message.includes(one.message))
    .map((one) => (one.field ? `${one.field}: ${one.message}` : `${one.message}`));
  const hint = hints(httpStatus, status);
  return new Failure(`cannot ${what}: ${message}`, {
    ...(hint ? { hint } : {}),
    ...(causes.length > 0 ? { output: causes.join('\n') } : {}),
    cause,
  });
}

function hints(httpStatus: number, status: Status | undefined): string | undefined {
  if (httpStatus === 401)
    return 'renew the credentials of this kubeconfig context; a local cluster gets new ones: firesteel deploy';
  if (isNamespaceTerminating(status)) return 'wait until the namespace is gone, then run the command again';
  if (httpStatus === 403 && /cannot \w+ resource/.test(status?.message ?? ''))
    return 'ask an administrator of the cluster for that permission';
  return undefined;
}

/** The Failure of a request that got no answer. */
export function networkFailure(what: string, server: string, error: unknown): Failure {
  const why = (error as Error).message || errorCode(error) || String(error);
  if (isNobodyThere(error)) return unreachable(`no answer from ${server}: ${why}`, error);
  if (errorCode(error) === 'CERT_HAS_EXPIRED')
    return new Failure(
      `cannot ${what}: the certificate of ${server} has expired, or the clock of this machine is wrong`,
      {
        hint: 'set the clock; a local cluster gets new certificates: firesteel deploy',
        cause: { error } satisfies Cause,
      },
    );
  if (isUntrusted(error))
    return new Failure(`cannot ${what}: no trusted connection to ${server}: ${why}`, {
      hint: 'another cluster or a proxy may answer there; check the cluster: firesteel status; write its kubeconfig again: firesteel deploy',
      cause: { error } satisfies Cause,
    });
  return new Failure(`cannot ${what}: no answer from ${server}: ${why}`, {
    hint: 'run `firesteel status`, then run the command again',
    cause: { error } satisfies Cause,
  });
}
