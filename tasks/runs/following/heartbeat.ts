// Asks at intervals whether a run's cluster still answers.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import { httpStatusOf } from '../../kube/failure.ts';
import type { RunRecord } from '../../record/run-folder.ts';
import type { Context } from '../../steps/types.ts';
import { findCluster, isFolderGone, kubeOf } from '../whereabouts.ts';

const beatMs = 5_000;
/** A longer silence is reported only this often, in ms. */
const eagerMs = 20_000;
/** As long as a watch bears having no server at all, in ms. */
const patienceMs = 300_000;

export interface Heartbeat {
  /** Rejects once the cluster is gone, or has been silent for too long; else it stays open. */
  stopped: Promise<never>;
  /** How long the cluster has not answered; 0 while it does. */
  silentSeconds(): number;
}

interface HeartbeatOptions {
  signal: AbortSignal;
  /** Receives a silence while it lasts. */
  say: (state: string) => void;
  /** Between two questions, in ms; 5,000 if not given. */
  everyMs?: number;
}

/** Goes on until the signal. */
export function createHeartbeat(
  context: Context,
  run: RunRecord,
  { signal, say, everyMs = beatMs }: HeartbeatOptions,
): Heartbeat {
  const kube = kubeOf(context, run);
  let answeredAt = performance.now();
  let saidAt = Number.NEGATIVE_INFINITY;
  let isSilent = false;
  const silentMs = () => (isSilent ? performance.now() - answeredAt : 0);
  const silentSeconds = () => Math.round(silentMs() / 1000);
  const answers = () =>
    kube.raw('/readyz').then(
      () => true,
      // What is refused is an answer, too.
      (error: unknown) => httpStatusOf(error) !== undefined,
    );
  const beat = async (): Promise<void> => {
    const wasSilent = isSilent;
    isSilent = isFolderGone(run) || !(await answers());
    if (!isSilent) answeredAt = performance.now();
    if (signal.aborted || (!isSilent && !wasSilent)) return;
    const found = await findCluster(context, run);
    if (found.state === 'gone') throw new Failure(found.why);
    if (!isSilent) return say('the cluster answers again');
    if (silentMs() > patienceMs)
      throw new Failure(
        `the cluster has not answered for ${silentSeconds()} s: unknown whether ${run.id} is still running`,
        { hint: `follow again with: firesteel logs ${run.id} --follow` },
      );
    if (silentMs() > eagerMs && performance.now() - saidAt < eagerMs) return;
    saidAt = performance.now();
    say(`the cluster does not answer (${silentSeconds()} s)`);
  };
  const stopped = new Promise<never>((_, reject) => {
    const go = async () => {
      while (!signal.aborted) {
        await sleep(everyMs, undefined, { signal });
        await beat();
      }
    };
    go().catch((error: unknown) => {
      if (!signal.aborted) reject(error);
    });
  });
  return { stopped, silentSeconds };
}
