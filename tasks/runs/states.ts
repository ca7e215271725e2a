// Asks clusters for the states of active runs, without waiting long for any cluster.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kube } from '../kube/types.ts';
import type { RunRecord } from '../record/run-folder.ts';
import { isRunning, terminated } from '../spark/pod.ts';
import type { Context } from '../steps/types.ts';
import { getDriver, isEnded } from './start.ts';
import { findRunCluster, kubeOf } from './whereabouts.ts';

/** A cluster that takes longer counts as silent, in ms. */
const patienceMs = 10_000;

/** By the run's id: `running`, `waiting`, `exit code 1`, `lost`, `failed`, `unknown`. */
export async function statesOf(context: Context, runs: readonly RunRecord[]): Promise<Record<string, string>> {
  const clusters = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.kubeconfig, run.clusterUid, run.cluster, run.profile]);
    clusters.set(key, [...(clusters.get(key) ?? []), run]);
  }
  const found: Record<string, string> = {};
  const lookAll = [...clusters.values()].map(async (some) => {
    const [first] = some;
    if (!first) return;
    const kube = kubeOf(context, first);
    for (const run of some) found[run.id] = await stateOf(context, kube, run);
  });
  const late = sleep(patienceMs, undefined, { signal: context.signal });
  await Promise.race([Promise.allSettled(lookAll), late]);
  return { ...Object.fromEntries(runs.map(({ id }) => [id, 'unknown'])), ...found };
}

async function stateOf(context: Context, kube: Kube, run: RunRecord): Promise<string> {
  const { state } = await findRunCluster(context, run);
  if (state !== 'there') return state === 'gone' ? 'failed' : 'unknown';
  const driver = await getDriver(kube, run);
  if (!driver) return 'lost';
  const end = terminated(driver);
  if (end) return `exit code ${end.exitCode}`;
  if (isEnded(driver)) return 'failed';
  return isRunning(driver) ? 'running' : 'waiting';
}
