// Waits for Google's long operations, and finds them again in the next run.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { protos } from '@google-cloud/container';
import { exitCode, Failure } from '../../../core/failure.ts';
import { dataPath } from '../../../core/paths.ts';
import type { FileContent } from '../../../core/types.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Context, Output } from '../../../steps/types.ts';
import { operationPath, parentOf, projectOf } from '../names.ts';
import type { GkeOperation } from './container.ts';
import { googleFailure, laterFailure } from './failures.ts';
import type { Door, Google } from './google.ts';
import { hasCode } from './google-error.ts';
import type { Doing } from './reason.ts';

/** What a wait for Google needs. */
export interface Waiting {
  profile: Profile;
  google: Google;
  door: Door;
  signal: AbortSignal;
  out: Output;
  /** What Google continues with if we end now, as in "the creation of cluster gke (operation-1)"; nothing, if left out. */
  goesOn?: string;
}

/** As the next run finds it. */
interface StoredOperation {
  id: string;
  /** projects/P/locations/L: an operation of another profile of that name is not ours. */
  parent: string;
}

export const operationFile = (profile: Profile): string => dataPath('clusters', profile.clusterName, 'operation.json');

/** The file that lets the next run continue waiting. */
export const storedOperation = (profile: Profile, id: string): FileContent => ({
  path: operationFile(profile),
  content: `${JSON.stringify({ id, parent: parentOf(profile) } satisfies StoredOperation)}\n`,
  mode: 0o600,
});

/** Writes down what was begun. Before anything else, so that nothing can go wrong between. */
export async function storeOperation(profile: Profile, { name }: GkeOperation, context: Context): Promise<void> {
  if (name) await context.write([storedOperation(profile, name)]);
}

/** The id that an earlier run has left; undefined if there is none, or it is of another project or location. */
export async function readOperation(profile: Profile): Promise<string | undefined> {
  try {
    const stored = JSON.parse(await readFile(operationFile(profile), 'utf8')) as Partial<StoredOperation>;
    return stored.parent === parentOf(profile) ? stored.id : undefined;
  } catch {
    return undefined;
  }
}

const isOver = ({ status }: GkeOperation): boolean => String(status) === 'DONE';

/** Operations of this cluster and its node pools that have not ended, as Google knows them; of every user. */
export async function openOperations({ profile, google }: Waiting): Promise<GkeOperation[]> {
  const parent = parentOf(profile);
  try {
    const all = await google.container.listOperations(parent);
    return all.filter((operation) => !isOver(operation) && isOf(operation, profile.clusterName));
  } catch (error) {
    throw googleFailure(error, { doing: `list the operations of ${parent}`, project: projectOf(profile) });
  }
}

/** `targetLink` ends with .../clusters/N, or continues with /nodePools/…. */
const isOf = ({ targetLink }: GkeOperation, cluster: string): boolean =>
  (targetLink ?? '').split('/').some((part, i, parts) => part === 'clusters' && parts[i + 1] === cluster);

/** Shown after Ctrl-C: Google does not stop. */
export const interrupted = ({ signal, goesOn }: Waiting): unknown =>
  isInterrupt(signal.reason) && goesOn
    ? new Failure(`interrupted: ${goesOn} continues at Google`, {
        exitCode: exitCode.interrupted,
        hint: `run the same command again to keep waiting, or delete the cluster: firesteel destroy`,
      })
    : signal.reason;

const isInterrupt = (reason: unknown): boolean => reason instanceof Failure && reason.exitCode === exitCode.interrupted;

const decided = new WeakSet<object>();

/** Marks a failure that is not a reason to look again, though no answer is behind it: patience has ended already. */
export function final(failure: unknown): unknown {
  if (failure instanceof Failure) decided.add(failure);
  return failure;
}

/** Answered by a probe that has waited itself: there is something new to be seen. */
export const again = Symbol('again');

/**
 * Polls until `probe` returns a value. Pauses after undefined, not after `again`. Retries network errors for as long as
 * `door` allows. `what` as in "the creation of cluster gke".
 */
export async function look<T>(
  waiting: Waiting,
  what: string,
  doing: Doing,
  probe: () => Promise<T | typeof again | undefined>,
): Promise<T> {
  const { door, signal, out } = waiting;
  const deadline = performance.now() + door.longestMs;
  let lostAt: number | undefined;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== again) return found;
      lostAt = undefined;
      if (found === again && performance.now() < deadline) continue;
    } catch (error) {
      const isTold =
        error !== signal.reason && (isInterrupt(error) || (error instanceof Failure && decided.has(error)));
      if (isTold) throw error;
      if (signal.aborted) throw interrupted(waiting);
      if (!isLost(error)) throw googleFailure(error, doing);
      lostAt ??= performance.now();
      if (performance.now() - lostAt > door.patienceMs) throw final(googleFailure(error, doing));
      out.line('Google cannot be reached; trying again');
    }
    if (performance.now() > deadline)
      throw new Failure(`${what} has not ended within ${Math.round(door.longestMs / 60_000)} minutes`, {
        hint: 'run the same command again to keep waiting',
      });
    await sleep(door.pollMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) throw interrupted(waiting);
  }
}

/** Whether no answer came, which says nothing about what happened over there. */
export function isLost(error: unknown): boolean {
  const origin = error instanceof Failure ? error.cause : error;
  return hasCode(origin, 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNKNOWN', 'CANCELLED', 'ABORTED');
}

/**
 * Waits until an operation has ended. One that Google has forgotten has ended as well. Failure if it failed.
 * `what` as in "the creation of cluster gke".
 */
export async function waitForOperation(waiting: Waiting, id: string, what: string, doing: string): Promise<void> {
  const { profile, google, out } = waiting;
  const project = projectOf(profile);
  let said = '';
  waiting.goesOn = `${what} (${id})`;
  const ended = await look(waiting, waiting.goesOn, { doing: `look up ${id}`, project }, async () => {
    const operation = await google.container.getOperation(operationPath(profile, id));
    if (!operation) return { status: 'DONE' } as GkeOperation;
    const line = progressLine(operation);
    if (isOver(operation)) return operation;
    if (line !== said) out.line(line);
    said = line;
    return undefined;
  });
  delete waiting.goesOn;
  const { error, statusMessage, clusterConditions, nodepoolConditions } = ended;
  // DONE only means finished; the operation may still have failed.
  if (error || statusMessage) {
    const conditions = [...(clusterConditions ?? []), ...(nodepoolConditions ?? [])];
    const { message, hint } = laterFailure({ status: error, words: statusMessage, conditions }, { doing, project });
    throw new Failure(message, { hint: hint ?? 'run firesteel status, then run the same command again' });
  }
}

type Progress = protos.google.container.v1.IOperationProgress;

const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/** `CLUSTER_CONFIGURING` of `CLUSTER_CONFIGURING_TOTAL` is "cluster configuring 3/5"; those that have ended are left out. */
function metricWords({ metrics }: Progress): string[] {
  const numbers = new Map(
    (metrics ?? []).map(({ name, intValue, doubleValue }) => [name ?? '', Number(intValue ?? doubleValue ?? 0)]),
  );
  return [...numbers]
    .filter(([name, value]) => numbers.has(`${name}_TOTAL`) && value < (numbers.get(`${name}_TOTAL`) ?? 0))
    .map(([name, value]) => `${words(name)} ${value}/${numbers.get(`${name}_TOTAL`)}`);
}

/** The stages that run, outermost first, each with what it counts. */
function stageWords(progress: Progress): string[] {
  const running = (progress.stages ?? []).filter(({ status }) => String(status) === 'RUNNING');
  return running.flatMap((stage) => [
    [words(stage.name ?? 'stage'), ...metricWords(stage)].join(' '),
    ...stageWords(stage),
  ]);
}

/** Such as "running: cluster deploying, health checking 2/3 (3 nodes are registered)". */
export function progressLine({ status, progress, detail }: GkeOperation): string {
  const parts = progress ? [...metricWords(progress), ...stageWords(progress)] : [];
  const what = [words(String(status ?? 'pending')), parts.join(', ')].filter(Boolean).join(': ');
  return detail ? `${what} (${detail})` : what;
}
