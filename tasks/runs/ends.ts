// Keeps the logs of runs that end with their cluster, and records their ends.
import type { RunRecord } from '../record/run-folder.ts';
import { readRun, readRuns, runFolder } from '../record/run-folder.ts';
import type { Pod } from '../spark/pod.ts';
import { roleLabel, runLabel } from '../spark/pod.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { keepEnd } from './following/note-end.ts';
import { isEnded } from './start.ts';
import { findCluster, kubeOf, noteGone } from './whereabouts.ts';

/** Runs of this machine that have not ended, and whose cluster is the one of this profile. */
function openRuns({ profile, cluster }: Context): RunRecord[] {
  const { path, context } = cluster.kubeconfig(profile);
  return readRuns().filter(
    ({ finishedAt, kubeconfig, profile: name, cluster: own }) =>
      !finishedAt &&
      (kubeconfig ? kubeconfig.path === path && kubeconfig.context === context : name === profile.name) &&
      (own ?? profile.clusterName) === profile.clusterName,
  );
}

/** Drivers that continue in the cluster, those of other machines' runs among them; none where they may not be listed. */
export async function goingDrivers({ kube, profile }: Context, namespace?: string): Promise<Pod[]> {
  const drivers = { apiVersion: 'v1', kind: 'Pod', labelSelector: `${runLabel},${roleLabel}=driver` };
  const all = namespace ? Promise.reject() : kube.list(drivers);
  const found = await all.catch(() => kube.list({ ...drivers, namespace: namespace ?? profile.namespace }));
  return (found as Pod[]).filter((pod) => !isEnded(pod));
}

/** Keeps the logs, events and specs of runs that are about to end with their cluster. */
export const keepRuns: SingleStep = {
  title: 'Keep logs, events and specs of runs',
  observes: true,
  skip: (context) => openRuns(context).length === 0 && 'no run is active',
  run: async (context, out) => {
    for (const run of openRuns(context)) {
      out.line(run.id);
      // The cluster may be broken, and goes all the same.
      await keepEnd(kubeOf(context, run), run).catch((error: Error) => out.line(`${run.id}: ${error.message}`));
    }
  },
};

/** Notes of those runs that they ended with their cluster, or with what is removed of it. */
export const noteRuns: SingleStep = {
  title: 'Record the ends of runs',
  skip: (context) => openRuns(context).length === 0 && 'no run was active',
  run: async (context, out) => {
    for (const run of openRuns(context)) {
      const { state } = await findCluster(context, run);
      const isThere = state === 'there' && (await goesOn(context, run));
      if (isThere || readRun(runFolder(run.id))?.finishedAt) continue;
      await context.change(`record the end of ${run.id}`, () =>
        noteGone(run, `cluster ${context.profile.clusterName} was destroyed`),
      );
      out.line(run.id);
    }
  },
};

const goesOn = async (context: Context, { id, namespace }: RunRecord): Promise<boolean> =>
  (await goingDrivers(context, namespace).catch(() => [])).some(({ metadata }) => metadata.labels?.[runLabel] === id);
