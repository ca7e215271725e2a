// Removes from someone else's cluster what firesteel made: the namespace, or objects in it.
import { hiddenIfForbidden, noneIfForbidden } from '../../kube/failure.ts';
import { isOurs, ourSelector } from '../../kube/render.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Step } from '../../steps/types.ts';

/** Who makes pods first, then pods: what belongs to them goes with them. */
const kinds = [
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
];

async function ours(kube: Kube, namespace: string): Promise<Manifest[]> {
  const lists = await Promise.all(
    kinds.map((kind) => kube.list({ ...kind, namespace, labelSelector: ourSelector }).catch(noneIfForbidden)),
  );
  return lists.flat();
}

export function removeOurs({ namespace }: Profile): Step[] {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  // People who work in a namespace of a large cluster often may not read it.
  const seen = (kube: Kube) => kube.get(ref).catch(hiddenIfForbidden);
  return [
    {
      title: 'Remove what firesteel made in the namespace',
      skip: async ({ kube }) => {
        const found = await seen(kube);
        if (!found) return `no namespace ${namespace}`;
        if (found !== 'hidden' && isOurs(found)) return `the next step removes all of namespace ${namespace}`;
        return (await ours(kube, namespace)).length === 0 && `firesteel made nothing in ${namespace}`;
      },
      run: async ({ kube }, out) => {
        for (const { apiVersion, kind, metadata } of await ours(kube, namespace)) {
          await kube.remove({ apiVersion, kind, name: metadata.name, namespace });
          out.line(`${kind} ${metadata.name}`);
        }
      },
    },
    {
      title: 'Remove the namespace',
      skip: async ({ kube }) => {
        const found = await seen(kube);
        if (!found) return `no namespace ${namespace}`;
        if (found === 'hidden') return `you may not read namespace ${namespace}, so it stays`;
        return !isOurs(found) && `${namespace} was not made by firesteel, so it stays`;
      },
      run: async ({ kube }) => kube.remove(ref),
    },
  ];
}
