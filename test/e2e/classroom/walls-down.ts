// What keeps two seats apart, taken away, so that a proof of it can be seen to fail.
import type { Kube, Manifest, Ref } from '../../../tasks/lib/types.ts';

/** Attempts that go through then, one at least for each thing that is taken away. */
export const fallen = [
  'list pods of another seat',
  'read Secrets of the own namespace',
  'reach the notebook server of another seat by address',
  'make a privileged pod',
  'ask for more processors than the seat has',
];

/** Pod Security of a namespace. What someone else has set, firesteel names and leaves: it has to be set back by hand. */
export const enforceLevel = (kube: Kube, name: string, value: 'privileged' | 'restricted') =>
  kube.patch({ apiVersion: 'v1', kind: 'Namespace', name }, [
    { op: 'replace', path: '/metadata/labels/pod-security.kubernetes.io~1enforce', value },
  ]);

/**
 * Policies of both seats, quotas and limits of the own one and its Pod Security go; its student gets rights in all
 * namespaces. Returns the binding of these, which is not an object of the class.
 */
export async function takeWallsDown(kube: Kube, { own, neighbour }: { own: string; neighbour: string }): Promise<Ref> {
  const removeAll = async (apiVersion: string, kind: string, namespace: string) => {
    for (const { metadata } of await kube.list({ apiVersion, kind, namespace }))
      await kube.remove({ apiVersion, kind, namespace, name: metadata.name });
  };
  for (const namespace of [own, neighbour]) await removeAll('networking.k8s.io/v1', 'NetworkPolicy', namespace);
  await removeAll('v1', 'ResourceQuota', own);
  await removeAll('v1', 'LimitRange', own);
  await enforceLevel(kube, own, 'privileged');
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'too-much' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'student', namespace: own }],
  } satisfies Manifest;
  await kube.apply(binding);
  return { apiVersion: binding.apiVersion, kind: binding.kind, name: binding.metadata.name };
}
