// What verbs on runs get, with a cluster that is a few objects; and those of one run.
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { managedBy } from '../../../tasks/kube/render.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import type { RunRecord } from '../../../tasks/record/run-folder.ts';
import { runFolder } from '../../../tasks/record/run-folder.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { createContext } from '../../../tasks/steps/context.ts';
import type { Task } from '../../../tasks/steps/task.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { dryRunLines } from '../../dry-run.ts';
import { planIn } from '../../plan-of.ts';

/** The context of a profile of that name, and of its cluster, which runs. */
export function contextOf(kube: Kube, name = 'local'): Context {
  const profile = { ...profileSchema.parse({}), name, clusterName: name };
  const status: Cluster['status'] = async () => ({ state: 'running', detail: '', components: [] });
  const { signal } = new AbortController();
  return { ...createContext(profile, { ...clusters.local, status }, signal), kube, connect: () => kube };
}

/** Runs a verb's steps; returns why steps were left out, and its last lines. */
export async function runTask(
  task: Task,
  context: Context,
  words: string[],
): Promise<{ skipped: string[]; lines: readonly string[] }> {
  const plan = await planIn(task, context, words);
  const skipped: string[] = [];
  for (const step of plan.steps as SingleStep[]) {
    const reason = await step.skip?.(context);
    if (reason) skipped.push(reason);
    else await step.run(context, { line: () => {} });
  }
  return { skipped, lines: (await plan.done?.(context)) ?? [] };
}

/** What a dry run of the verb prints. */
export async function planned(task: Task, real: Context, words: string[]): Promise<string[]> {
  return dryRunLines((await planIn(task, real, words)).steps, real);
}

/** A pod or ConfigMap as in the cluster: with the labels by which a run's objects are found. */
export function inCluster<T extends Manifest>(object: T, { id, appId, namespace }: RunRecord): T {
  const { metadata } = object;
  const labels = { ...metadata.labels, ...managedBy, 'firesteel/run': id, 'spark-app-selector': appId };
  return { ...object, metadata: { ...metadata, namespace, labels, uid: `uid-of-${metadata.name}` } };
}

/** The run's ConfigMap. */
export const configMapOf = (run: RunRecord, driver: Pod): Manifest => {
  const { name, uid = '' } = driver.metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name, uid }];
  return inCluster({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${run.id}-map`, ownerReferences } }, run);
};

/** Makes a run's folder with this record alone. */
export const writeRecord = (run: RunRecord): Promise<void> =>
  writeFiles([{ path: `${runFolder(run.id)}/run.json`, content: JSON.stringify(run), mode: 0o600 }]);
