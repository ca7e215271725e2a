// Finds the cluster of a run, whatever the profile says, and checks that it is still the same cluster.
import { existsSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { dataPath } from '../core/paths.ts';
import { isUnreachable } from '../kube/failure.ts';
import type { Kube } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { isIn } from '../record/place.ts';
import type { RunRecord } from '../record/run-folder.ts';
import { readRun, runFolder, updateRun } from '../record/run-folder.ts';
import type { Context } from '../steps/types.ts';

/** What is known of a run's cluster. */
export type Whereabouts =
  | { state: 'there' }
  /** Destroyed, or made again; `why` says so. */
  | { state: 'gone'; why: string }
  /** It does not answer; `why` says how. */
  | { state: 'silent'; why: string };

/** The name of a run's cluster. */
export const clusterOf = ({ cluster, profile }: RunRecord): string => cluster ?? profile;

/** The API of a run's own cluster. */
export const kubeOf = ({ kube, connect }: Pick<Context, 'kube' | 'connect'>, { kubeconfig }: RunRecord): Kube =>
  kubeconfig ? connect(kubeconfig) : kube;

/** Whether a verb's profile leads to a run's cluster, by its names. */
const isOfProfile = ({ name, clusterName }: Profile, run: RunRecord): boolean =>
  run.profile === name && (run.cluster ?? clusterName) === clusterName;

/** What keeps a verb with this profile from finding the run's cluster: an old record does not say where that is. */
export const placeProblems = (profile: Profile, run: RunRecord): string[] =>
  run.kubeconfig || run.finishedAt || isOfProfile(profile, run)
    ? []
    : [`run ${run.id} belongs to cluster ${clusterOf(run)}: add ${flagsOf(run)}`];

/** The flags that lead to a run's cluster. */
export const flagsOf = (run: RunRecord): string =>
  `--profile ${run.profile}${run.cluster ? ` --set clusterName=${run.cluster}` : ''}`;

/** A verb as it has to be typed to mean a run's cluster and namespace. */
export const commandFor = (run: RunRecord, words: string): string =>
  `firesteel ${words} ${flagsOf(run)} --set namespace=${run.namespace}`;

/** Whether a run's cluster is known to be gone without asking: one of ours has a folder for as long as it is there. */
export function isFolderGone({ kubeconfig }: RunRecord): boolean {
  const path = kubeconfig?.path ?? '';
  return path.startsWith(dataPath('clusters') + sep) && !existsSync(dirname(path));
}

/** Says so. */
export const goneText = (run: RunRecord): string => `cluster ${clusterOf(run)} is gone`;

/** Looks for a run's cluster, once. Only reads. */
export async function findCluster(context: Context, run: RunRecord): Promise<Whereabouts> {
  const name = clusterOf(run);
  if (isFolderGone(run)) return { state: 'gone', why: goneText(run) };
  try {
    if (await isIn(kubeOf(context, run), run)) return { state: 'there' };
    return { state: 'gone', why: `cluster ${name} was created again, and does not have this run` };
  } catch (error) {
    context.signal.throwIfAborted();
    if (isUnreachable(error) && isOfProfile(context.profile, run)) {
      const { state } = await context.cluster.status(context).catch(() => ({ state: 'broken' }));
      if (state === 'absent') return { state: 'gone', why: goneText(run) };
    }
    return { state: 'silent', why: `cluster ${name} does not answer: ${(error as Error).message}` };
  }
}

/** The same, and notes the end of a run whose cluster is gone: nobody can ask any more how it ended. */
export async function findRunCluster(context: Context, run: RunRecord): Promise<Whereabouts> {
  const found = await findCluster(context, run);
  const known = readRun(runFolder(run.id));
  if (found.state === 'gone' && known?.startedAt === run.startedAt && !known.finishedAt)
    await context.change(`record the end of ${run.id}`, () => noteGone(run, found.why));
  return found;
}

/** Notes that a run ended with its cluster. */
export const noteGone = (run: RunRecord, why: string): Promise<void> =>
  updateRun(runFolder(run.id), { finishedAt: new Date().toISOString(), cause: `${why}; submit again` });
