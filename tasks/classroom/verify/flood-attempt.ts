// Tests for two seconds whether a student's flood of requests slows down others at the API server.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import type { Kube } from '../../kube/types.ts';
import { classObject } from '../flow.ts';
import type { Attempt } from './row.ts';

/** Requests of the flood at a time. */
const atOnce = 32;
const floodMs = 2000;
/** A student who waits longer for an answer cannot work: in milliseconds, and in waits of before, for a slow machine. */
const patienceMs = 5000;
const patienceTimes = 50;

/** A user of the API server, with a namespace. */
interface Caller {
  kube: Kube;
  namespace: string;
}

const ask = ({ kube, namespace }: Caller): Promise<string> => kube.raw(`/api/v1/namespaces/${namespace}/pods`);

/** Milliseconds of one question; without end for a refusal, or where the answer is late. */
async function waitOf(caller: Caller, mostMs: number): Promise<number> {
  const start = performance.now();
  const answered = await Promise.race([
    ask(caller).then(
      () => true,
      () => false,
    ),
    sleep(mostMs, false, { ref: false }),
  ]);
  return answered ? performance.now() - start : Number.POSITIVE_INFINITY;
}

/** The longest that `other` waits for an answer while `flooder` asks as often as it can. Milliseconds. */
export async function longestWait(flooder: Caller, other: Caller): Promise<number> {
  const mostMs = Math.max(patienceMs, patienceTimes * (await waitOf(other, patienceMs)));
  if (!Number.isFinite(mostMs)) throw new Failure('the API server does not answer even without the flood');
  let isOver = false;
  const flood = Array.from({ length: atOnce }, async () => {
    // Who floods takes no refusal for an answer.
    while (!isOver) await ask(flooder).catch(() => {});
  });
  const end = performance.now() + floodMs;
  const waits: number[] = [];
  // The flood goes on until the last of these is answered, or has waited too long.
  while (performance.now() < end && waits.every(Number.isFinite)) waits.push(await waitOf(other, mostMs));
  isOver = true;
  await Promise.race([Promise.all(flood), sleep(patienceMs, undefined, { ref: false })]);
  return Math.max(...waits);
}

/** `flooder` and `other` are students of the class. */
export const floodAttempt = (teacher: { kube: Kube; className: string }, flooder: Caller, other: Caller): Attempt => ({
  area: 'limits',
  what: 'block the API server for others with a flood of requests',
  isAllowed: false,
  attempt: async () => {
    const share = await teacher.kube.get({
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
      kind: 'FlowSchema',
      name: classObject(teacher.className),
    });
    // Else the flood takes from the share of everything that runs in the cluster.
    if (!share || (await flooder.kube.flowSchema()) !== share.metadata.uid) return undefined;
    const wait = await longestWait(flooder, other);
    return Number.isFinite(wait) ? `others waited ${Math.round(wait)} ms at most` : undefined;
  },
});
