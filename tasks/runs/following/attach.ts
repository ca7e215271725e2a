// Stays with a run until its end, or until its cluster is silent for too long.
import { shownFailure } from '../../causes/finding.ts';
import { exitCode, Failure } from '../../core/failure.ts';
import { isUnreachable } from '../../kube/failure.ts';
import type { Kube } from '../../kube/types.ts';
import type { RunRecord } from '../../record/run-folder.ts';
import { isStill, readRun, updateRun } from '../../record/run-folder.ts';
import type { Context, Output } from '../../steps/types.ts';
import { awaitsOutputs, fetchOutputs } from '../outputs.ts';
import { waitForDriver } from '../start.ts';
import { findRunCluster, goneText, isFolderGone, kubeOf } from '../whereabouts.ts';
import { followRun } from './follow.ts';
import { createHeartbeat } from './heartbeat.ts';
import { isLost, noteEnd } from './note-end.ts';

/** What is done with a run: its record, its cluster's API, and what ends the doing. */
interface Attached {
  record: RunRecord;
  run: { folder: string; exitCode?: number };
  kube: Kube;
  signal: AbortSignal;
}

/** Polls until the driver of this context's run has started; one that never will can be removed. */
export const waitForStart = (context: Context, out: Output, { removes }: { removes: boolean }): Promise<void> =>
  attached(context, out.line, ({ record, kube, signal }) => waitForDriver(kube, record, { signal, out, removes }));

/** Follows the driver of this context's run to its end and notes its exit code. */
export const followToEnd = (
  context: Context,
  shown: { onLog: (lines: Buffer) => void; onState: (state: string) => void },
): Promise<void> =>
  attached(context, shown.onState, async ({ record, run, kube, signal }) => {
    const end = await followRun(kube, record, { folder: run.folder, signal, ...shown });
    run.exitCode = end.exitCode;
    if (!isStill(run.folder, record)) return;
    await noteEnd(run.folder, end);
    if (awaitsOutputs(record))
      await fetchOutputs(kube, record, signal).catch((error: unknown) => {
        shown.onState(`outputs not fetched: ${(error as Error).message}`);
      });
  });

/**
 * Does something with the run of this context, as long as its cluster is there. Ctrl-C ends the doing, not the run, and
 * says how to come back.
 */
export async function attached(
  context: Context,
  say: (state: string) => void,
  action: (run: Attached) => Promise<void>,
): Promise<void> {
  const { run } = context.state;
  const record = run && readRun(run.folder);
  if (!record) throw new Failure('there is no run to follow', { hint: 'submit a job first: firesteel submit pi' });
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const heartbeat = createHeartbeat(context, record, { signal, say });
  const kube = kubeOf(context, record);
  try {
    await Promise.race([action({ record, run, kube, signal }), heartbeat.stopped]);
  } catch (error) {
    if (context.signal.aborted) throw detached(record, heartbeat.silentSeconds());
    const found = await findRunCluster(context, record).catch(() => undefined);
    if (found?.state === 'gone')
      throw new Failure(`${found.why}: run ${record.id} ended with that cluster`, {
        hint: 'submit again',
        cause: error,
      });
    // A long wait or a lost connection ends the looking, not the run.
    if (
      found?.state === 'there' &&
      !isUnreachable(error) &&
      isStill(run.folder, record) &&
      !readRun(run.folder)?.killedAt
    )
      if (await isLost(kube, record).catch(() => false))
        await updateRun(run.folder, { cause: shownFailure(error), finishedAt: new Date().toISOString() });
    throw error;
  } finally {
    stop.abort();
  }
}

function detached(run: RunRecord, silentSeconds: number): Failure {
  const { id } = run;
  const code = { exitCode: exitCode.interrupted };
  if (isFolderGone(run)) return new Failure(`detached: ${goneText(run)}, and ${id} ended with it`, code);
  const hint = `follow again with: firesteel logs ${id} --follow`;
  if (silentSeconds === 0) return new Failure(`detached: ${id} is still running`, { ...code, hint });
  const silence = `its cluster has not answered for ${silentSeconds} s`;
  return new Failure(`detached: unknown whether ${id} is still running: ${silence}`, { ...code, hint });
}
