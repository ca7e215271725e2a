// The pod that owns a session: waits until it runs, holds its connection, and ends it.
import { shownDiagnosis } from '../causes/finding.ts';
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { connectKube } from '../kube/client.ts';
import { refOf } from '../kube/ref.ts';
import type { Kube, Manifest, PodProcess } from '../kube/types.ts';
import { explain } from '../runs/start.ts';
import { driverContainer, isRunning, type Pod, runLabel, terminated } from '../spark/pod.ts';
import type { Context, Output } from '../steps/types.ts';
import { aliveMs } from './terminal.ts';

const startSeconds = 900;
const endSeconds = 60;
/** How long a clean-up after a failure or Ctrl-C may take. */
const patienceMs = 30_000;

/** Waits until the pod's first process runs; says what keeps it. */
export async function waitForPod({ kube, signal }: Context, pod: Manifest, out: Output): Promise<void> {
  await until({
    for: `start of pod ${pod.metadata.name}`,
    seconds: startSeconds,
    everyMs: 150,
    signal,
    onSeen: out.line,
    probe: async () => {
      const live = (await kube.get(refOf(pod))) as Pod | undefined;
      if (!live)
        throw new Failure(`pod ${pod.metadata.name} is gone`, {
          hint: 'find out who deleted the pod, and run the command again',
        });
      if (isRunning(live)) return { done: true };
      if (terminated(live)) throw new Failure(`pod ${pod.metadata.name} has already ended`);
      const diagnosis = await explain(kube, live);
      if (diagnosis?.final) throw new Failure(diagnosis.cause, { hint: diagnosis.cure });
      return { seen: diagnosis ? shownDiagnosis(diagnosis) : `${pod.metadata.name} is starting` };
    },
  });
}

/** The connection that a session lives by. */
export interface Lifeline {
  /** Settled when the connection has ended, at either end. */
  lost: Promise<void>;
  close(): void;
}

/** Connects to the pod's first process, which ends the session when this process or its connection ends. */
export async function openLifeline(kube: Kube, { metadata }: Manifest): Promise<Lifeline> {
  const { name, namespace = '' } = metadata;
  const input: PodProcess = await kube.openProcess({ name, namespace }, { container: driverContainer });
  const beat = () => void input.write(Buffer.from('\n'));
  beat();
  const alive = setInterval(beat, aliveMs).unref();
  input.stdout.resume();
  input.stderr.resume();
  const lost = input.ended.then(
    () => {},
    () => {},
  );
  void lost.then(() => clearInterval(alive));
  return { lost, close: () => input.close() };
}

/** A pod and the connection that it lives by. */
export interface Session {
  pod: Manifest;
  lifeline: Lifeline;
}

/** Ends a session and its connection, also where the pod cannot be removed: without a connection it ends by itself. */
export async function closeSession(kube: Kube, { pod, lifeline }: Session, signal: AbortSignal): Promise<void> {
  try {
    await endSession(kube, pod, signal);
  } finally {
    lifeline.close();
  }
}

/** Removes the pod and waits until it and the executors are gone; what else belongs to it goes by itself. */
async function endSession(kube: Kube, pod: Manifest, signal: AbortSignal): Promise<void> {
  const { namespace = '', labels = {} } = pod.metadata;
  await kube.remove(refOf(pod));
  const labelSelector = `${runLabel}=${labels[runLabel]}`;
  await until({
    for: 'end of the executors',
    seconds: endSeconds,
    signal,
    hint: `inspect them: kubectl --namespace ${namespace} get pods --selector ${labelSelector}`,
    probe: async () => {
      const left = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
      return left.length === 0 ? { done: undefined } : { seen: `${left.length} are left` };
    },
  });
}

/** Does a step; where it fails or is interrupted, nothing of the session stays, nor its connection. */
export const orEnd = <T>(
  context: Context,
  { pod, lifeline }: { pod: Manifest; lifeline?: Lifeline },
  step: () => Promise<T>,
): Promise<T> =>
  orCleanUp(context, step, async (kube, signal) => {
    await endSession(kube, pod, signal).catch(() => {});
    // An open connection keeps this process alive.
    lifeline?.close();
  });

/** Does a step; where it fails or is interrupted, cleans up with requests that go on after Ctrl-C. */
export async function orCleanUp<T>(
  { cluster, profile }: Context,
  step: () => Promise<T>,
  cleanUp: (kube: Kube, signal: AbortSignal) => Promise<void>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const signal = AbortSignal.timeout(patienceMs);
    const kube = connectKube(() => cluster.kubeconfig(profile), signal);
    await cleanUp(kube, signal).catch(() => {});
    throw error;
  }
}
