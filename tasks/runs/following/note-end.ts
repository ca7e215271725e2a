// Records in a run's folder how the run ended.
import { findResults } from '../../jobs/result.ts';
import type { Kube } from '../../kube/types.ts';
import type { RunRecord } from '../../record/run-folder.ts';
import { readLog, readRun, runFolder, updateRun } from '../../record/run-folder.ts';
import { isDriver, terminated } from '../../spark/pod.ts';
import { keepAll } from '../keep.ts';
import { getDriver, isEnded } from '../start.ts';
import type { RunEnd } from './follow.ts';

/** Notes how a run's driver ended, and the results that its log tells; what was noted of it before is no more. */
export async function noteEnd(folder: string, { exitCode, cause, unread }: RunEnd, finishedAt?: string): Promise<void> {
  const { resultPatterns, killedAt, cause: known } = readRun(folder) ?? {};
  const results = resultPatterns && findResults(resultPatterns, readLog(folder, 'driver'));
  await updateRun(folder, {
    exitCode,
    cause: killedAt ? known : cause,
    ...(results ? { results } : {}),
    unread,
    finishedAt: finishedAt ?? new Date().toISOString(),
  });
}

/** Whether a run's driver is gone and left no exit code. While the cluster does not answer, it may continue. */
export async function isLost(kube: Kube, run: RunRecord): Promise<boolean> {
  const driver = await getDriver(kube, run);
  return !driver || (isEnded(driver) && !terminated(driver));
}

/** Keeps all that can be had of a run now, and notes its end if its driver has ended. */
export async function keepEnd(kube: Kube, run: RunRecord): Promise<void> {
  const driver = (await keepAll(kube, run)).find(isDriver);
  const end = driver && terminated(driver);
  if (end) await noteEnd(runFolder(run.id), { exitCode: end.exitCode }, end.finishedAt);
}
