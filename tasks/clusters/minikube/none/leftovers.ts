// Removes what `minikube delete` leaves of driver none on this machine.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../../core/failure.ts';
import type { Exec } from '../../../core/types.ts';
import type { SingleStep } from '../../../steps/types.ts';

/** Where minikube has the cluster's certificates and data; `delete` removes it last, if all before went well. */
const state = '/var/lib/minikube';

/** Whether `delete` did not get to its end, whatever it said: it also ends with 0 when the container runtime is down. */
export const isHalfDeleted = (): boolean => existsSync(state) && readdirSync(state).length > 0;

/** Written by minikube, and says which container runtime crictl is to ask. */
const crictlSettings = '/etc/crictl.yaml';

/** With the runtime down, `delete` would forget the cluster, leave its processes, and call that a success. */
export const checkRuntime = (): SingleStep => ({
  title: 'Check that the container runtime answers',
  skip: () => !existsSync(crictlSettings) && 'no cluster has used it yet',
  observes: true,
  run: async ({ read }) => {
    await read(['crictl', 'info'], { asRoot: true }).catch((error: unknown) => {
      throw new Failure('the container runtime does not answer: minikube would leave the cluster half deleted', {
        hint: 'start the runtime: service containerd start; then run firesteel destroy again',
        cause: error,
      });
    });
  },
});

const pods = async (read: Exec): Promise<string[]> => {
  if (!existsSync(crictlSettings)) return [];
  const ids = await read(['crictl', 'pods', '--quiet'], { asRoot: true }).catch(() => '');
  return ids.split('\n').filter(Boolean);
};

/** minikube removes every container of the runtime, of any user; without systemd, not the sandboxes around them. */
export const removePods = (): SingleStep => ({
  title: 'Remove pods that minikube left',
  skip: async ({ read }) => (await pods(read)).length === 0 && 'nothing to remove',
  run: async ({ read, run }) => void (await run(['crictl', 'rmp', '--force', ...(await pods(read))], { asRoot: true })),
});

/** Where kubeadm writes the kubeconfigs of the node's programs. */
const configuration = '/etc/kubernetes';

/** Folders where kubeadm needs files; `root` is another place to look for them below. */
export const strayFolders = (root = '/'): string[] => {
  const folder = join(root, configuration);
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('.conf'))
    .map(({ name }) => join(folder, name));
};

/**
 * The runtime makes a folder of each mounted file that is missing when a container starts: a program of the cluster may
 * start once more while `delete` removes its kubeconfig. kubeadm refuses such a folder at the next start.
 */
export const removeStrayFolders = (): SingleStep => ({
  title: 'Remove folders that stand in place of kubeconfigs',
  skip: () => strayFolders().length === 0 && 'nothing to remove',
  run: async ({ run }) => void (await run(['rmdir', ...strayFolders()], { asRoot: true })),
});

/** minikube's folder for the manifests of addons; GuestAddonsDir in pkg/minikube/vmpath of minikube, which forgets it. */
const addons = join(configuration, 'addons');

export const removeAddons = (): SingleStep => ({
  title: 'Remove addons that minikube left',
  skip: () => !existsSync(addons) && 'nothing to remove',
  run: async ({ run }) => {
    await run(['rm', '--recursive', '--force', addons], { asRoot: true });
    await run(['rmdir', '--ignore-fail-on-non-empty', dirname(addons)], { asRoot: true });
  },
});
