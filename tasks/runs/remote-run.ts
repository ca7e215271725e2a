// Opens a run in the cluster of another profile.
import { clusters } from '../clusters/index.ts';
import { readProfile } from '../profile/read.ts';
import { isCalledTheSame, isSamePlace, placeOf } from '../record/place.ts';
import type { RunRecord } from '../record/run-folder.ts';
import type { Context } from '../steps/types.ts';
import { objectsOfRun } from './leftovers.ts';
import { getDriver, isEnded } from './start.ts';

/** Whether a run may still continue where it was submitted; it may if nobody can tell. Only reads. */
export async function goesOnElsewhere(context: Context, run: RunRecord): Promise<boolean> {
  try {
    const read = await readProfile(run.profile, run.cluster ? [`clusterName=${run.cluster}`] : []);
    const profile = { ...read, namespace: run.namespace };
    const cluster = clusters[profile.cluster];
    const kube = context.connect(cluster.kubeconfig(profile));
    const other = { ...context, profile, cluster, kube, state: {} };
    const there = await placeOf(other);
    // It was submitted with more --set than is known here.
    if (!isCalledTheSame(run, there)) return true;
    const { state } = await cluster.status(other);
    if (state === 'absent' || !isSamePlace(run, there)) return false;
    const driver = await getDriver(kube, run);
    return driver ? !isEnded(driver) : (await objectsOfRun(kube, run.namespace, run.id)).length > 0;
  } catch {
    return true;
  }
}
