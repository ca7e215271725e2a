// Deletes a minikube cluster that firesteel made, and everything that belongs to it.
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isEmptyFolder } from '../../core/files/changes.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep, Step } from '../../steps/types.ts';
import { isOurs, madeNote, notedIdentity, ourMark } from '../ours.ts';
import { minikubeCommand, runMinikube } from './command.ts';
import { clusterFile } from './environment.ts';
import { lookWhose } from './identity.ts';
import { unlinkCrictl } from './none/crictl.ts';
import { checkRuntime, isHalfDeleted, removeAddons, removePods, removeStrayFolders } from './none/leftovers.ts';
import { unlinkPlugins } from './none/plugins.ts';

/** Whose the cluster is that minikube had at the first look of a run. */
type Whose = (context: Pick<Context, 'read'>) => ReturnType<typeof lookWhose>;

function firstLook(profile: Profile): Whose {
  let seen: ReturnType<typeof lookWhose> | undefined;
  return ({ read }) => {
    seen ??= lookWhose(profile, read);
    return seen;
  };
}

const isForeign = async (whose: Whose, context: Pick<Context, 'read'>): Promise<boolean> =>
  (await whose(context)) === 'foreign';

export function downSteps(profile: Profile): Step[] {
  const whose = firstLook(profile);
  const isNone = profile.minikube.driver === 'none';
  const ofOurs = (step: SingleStep) => unlessForeign(profile, whose, step);
  return [
    ...(isNone ? [checkRuntime()].map(ofOurs) : []),
    deleteCluster(profile, whose),
    checkDeleted(profile, whose),
    ...(isNone
      ? [removePods(), removeStrayFolders(), removeAddons(), unlinkPlugins(), unlinkCrictl()].map(ofOurs)
      : []),
    removeFiles(profile, whose),
  ];
}

const deleteCluster = (profile: Profile, whose: Whose): Step => ({
  title: 'Delete the cluster',
  skip: async (context) => {
    if ((await whose(context)) === 'none') return 'no such cluster';
    return (await isForeign(whose, context)) && 'not made by firesteel, so it stays';
  },
  run: async ({ run }, out) => {
    await runMinikube(run, profile, minikubeCommand(profile, 'delete', '--output=json'), { onLine: out.line });
  },
});

/** `delete` ends with 0 when it finds nothing to delete, and when it fails at half of it. */
const checkDeleted = (profile: Profile, whose: Whose): Step => ({
  title: 'Check that the cluster is deleted',
  observes: true,
  run: async (context) => {
    if (!isOurs(profile) || (await isForeign(whose, context))) return;
    if ((await lookWhose(profile, context.read)) !== 'none')
      throw new Failure(`minikube still has cluster ${profile.clusterName} after deleting it`, {
        hint: `find out why: minikube delete -p ${profile.clusterName} --alsologtostderr`,
      });
    if (profile.minikube.driver === 'none' && isHalfDeleted())
      throw new Failure('minikube reported the cluster deleted, but left it in /var/lib/minikube', {
        hint: 'remove it by hand: kubeadm reset --force, then rm -rf /var/lib/minikube',
      });
  },
});

/** Nothing of a cluster that is not ours. */
const unlessForeign = (profile: Profile, whose: Whose, step: SingleStep): SingleStep => ({
  ...step,
  skip: async (context) =>
    isOurs(profile) && !(await isForeign(whose, context))
      ? ((await step.skip?.(context)) ?? false)
      : 'not made by firesteel',
});

const removeFiles = (profile: Profile, whose: Whose): Step => {
  const files = ['kubeconfig', 'kubeconfig.lock', 'resolv.conf'].map((name) => clusterFile(profile, name));
  const mark = ourMark(profile).path;
  return {
    title: 'Remove the kubeconfig',
    skip: async (context) => {
      if (!isOurs(profile)) return 'not made by firesteel';
      // Without an identity the cluster may be ours all the same, made for another driver.
      const isUnclear = notedIdentity(profile) === '' && (await isForeign(whose, context));
      return isUnclear && `the cluster has another driver than ${profile.minikube.driver}`;
    },
    run: async ({ remove }) => {
      await remove(...files, madeNote(profile).path, mark);
      if (isEmptyFolder(dirname(mark))) await remove(dirname(mark));
    },
  };
};
