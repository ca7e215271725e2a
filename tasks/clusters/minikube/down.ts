// Deletes a minikube cluster that firesteel made, and everything that belongs to it.
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isEmptyFolder } from '../../core/files/changes.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import { isOurs, ourMark } from '../ours.ts';
import { minikubeCommand, runMinikube } from './command.ts';
import { clusterFile } from './environment.ts';
import { unlinkCrictl } from './none/crictl.ts';
import { checkRuntime, isHalfDeleted, removeAddons, removePods } from './none/leftovers.ts';
import { unlinkPlugins } from './none/plugins.ts';
import { isKnown } from './status.ts';

export const downSteps = (profile: Profile): Step[] => [
  ...(profile.minikube.driver === 'none' ? [unlessForeign(profile, checkRuntime())] : []),
  deleteCluster(profile),
  checkDeleted(profile),
  ...(profile.minikube.driver === 'none'
    ? [removePods(), removeAddons(), unlinkPlugins(), unlinkCrictl()].map((step) => unlessForeign(profile, step))
    : []),
  removeFiles(profile),
];

const deleteCluster = (profile: Profile): Step => ({
  title: 'Delete the cluster',
  skip: async ({ read }) => {
    if (!(await isKnown(profile, read))) return 'no such cluster';
    return !isOurs(profile) && 'not made by firesteel, so it stays';
  },
  run: async ({ run }, out) => {
    await runMinikube(run, profile, minikubeCommand(profile, 'delete', '--output=json'), { onLine: out.line });
  },
});

/** `delete` ends with 0 when it finds nothing to delete, and when it fails at half of it. */
const checkDeleted = (profile: Profile): Step => ({
  title: 'Check that the cluster is deleted',
  observes: true,
  run: async ({ read }) => {
    if (isOurs(profile) && (await isKnown(profile, read)))
      throw new Failure(`minikube still has cluster ${profile.clusterName} after deleting it`, {
        hint: `find out why: minikube delete -p ${profile.clusterName} --alsologtostderr`,
      });
    if (isOurs(profile) && profile.minikube.driver === 'none' && isHalfDeleted())
      throw new Failure('minikube reported the cluster deleted, but left it in /var/lib/minikube', {
        hint: 'remove it by hand: kubeadm reset --force, then rm -rf /var/lib/minikube',
      });
  },
});

/** Nothing of a cluster that is not ours. */
const unlessForeign = (profile: Profile, step: SingleStep): SingleStep => ({
  ...step,
  skip: (context) => (isOurs(profile) ? (step.skip?.(context) ?? false) : 'not made by firesteel'),
});

const removeFiles = (profile: Profile): Step => {
  const files = ['kubeconfig', 'kubeconfig.lock', 'resolv.conf'].map((name) => clusterFile(profile, name));
  const mark = ourMark(profile).path;
  return {
    title: 'Remove the kubeconfig',
    skip: () => !isOurs(profile) && 'not made by firesteel',
    run: async ({ remove }) => {
      await remove(...files, mark);
      if (isEmptyFolder(dirname(mark))) await remove(dirname(mark));
    },
  };
};
