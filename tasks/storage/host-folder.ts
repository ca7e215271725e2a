// Mounts a folder of this machine into pods with a volume and a claim.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../core/failure.ts';
import { folderClaim } from '../jobs/ways.ts';
import { managedBy } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { applyObjects } from '../steps/apply.ts';
import type { Cluster } from '../steps/cluster.ts';
import type { SingleStep } from '../steps/types.ts';

/** What keeps pods of a cluster from having a folder of this machine; none if they can. */
export function hostFolderProblems(
  folder: string | undefined,
  profile: Profile,
  cluster: Cluster,
  asked = `--data mount:${folder}`,
): string[] {
  if (folder === undefined) return [];
  const shares = cluster.hostFolders?.(profile, realpathSync(folder)) ?? 'its nodes are other machines';
  if (shares !== true)
    return [`${asked}: cluster ${profile.clusterName} cannot mount a folder of this machine: ${shares}`];
  const closed = closedTo(folder);
  return closed ? [`${asked}: pods run as user 185, which cannot read ${closed}: chmod o+rx ${closed}`] : [];
}

/** The folder on the way that others may not enter. */
function closedTo(folder: string): string | undefined {
  accessSync(folder, constants.R_OK);
  for (let path = folder; path !== '/'; path = dirname(path)) if ((statSync(path).mode & 0o005) !== 0o005) return path;
  return undefined;
}

/** The volume and the claim of a folder; nothing is written, and nothing of the folder is removed with them. */
export function folderObjects({ namespace }: Profile, folder: string): Manifest[] {
  const name = folderClaim(folder);
  const size = { storage: '1Ti' };
  const labels = { ...managedBy };
  const spec = { accessModes: ['ReadOnlyMany'], storageClassName: '' };
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${namespace}-${name}`, labels, annotations: { 'firesteel/folder': folder } },
      spec: {
        ...spec,
        capacity: size,
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace },
        hostPath: { path: folder, type: 'Directory' },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels, annotations: { 'firesteel/folder': folder } },
      spec: { ...spec, resources: { requests: size }, volumeName: `${namespace}-${name}` },
    },
  ];
}

/** Makes them, unless they are there. */
export function offerFolder(profile: Profile, folder: string): SingleStep {
  const step = applyObjects({ title: 'Make a volume of the folder', manifests: () => folderObjects(profile, folder) });
  return {
    ...step,
    run: async (context, out) => {
      if (!(await context.kube.can({ verb: 'create', resource: 'persistentvolumes' })))
        throw new Failure(`${folder}: you may not make volumes in this cluster`, {
          hint: 'ask an administrator of the cluster, or copy the data into the image: --data FOLDER',
        });
      await step.run(context, out);
    },
  };
}
