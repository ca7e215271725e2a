// What each verb asks of the API, beside what verbs before it do.
import { deployNeeds, isAccessInPlace, type Need, submitNeeds } from '../../clusters/context/rights.ts';
import type { Kube } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context } from '../../steps/types.ts';

const rbac = 'rbac.authorization.k8s.io';
const network = 'networking.k8s.io';
const admission = 'admissionregistration.k8s.io';
const apply = ['get', 'create', 'patch'];
const owned = [...apply, 'list', 'delete'];

const ownedOf = (group: string | undefined, ...resources: string[]): Need[] =>
  resources.map((resource) => ({ ...(group ? { group } : {}), resource, verbs: owned }));
const forwards: Need = { resource: 'pods', subresource: 'portforward', verbs: ['create'] };

export interface VerbNeeds {
  /** Of the check; left out, the first of the verbs. */
  name?: string;
  verbs: readonly string[];
  needs(profile: Profile): readonly Need[];
  /** In all namespaces; left out, in the namespace of jobs. */
  isEverywhere?: true;
  /** In place of the namespace of jobs. */
  namespace?: string;
  /** Whether all is there already that they are needed for. */
  isDone?(profile: Profile, kube: Kube): Promise<boolean>;
  /** Why nobody needs them on this cluster. */
  whyNot?(context: Pick<Context, 'cluster' | 'profile'>): string | undefined;
}

export const verbNeeds: readonly VerbNeeds[] = [
  { verbs: ['deploy'], needs: () => deployNeeds, isDone: isAccessInPlace },
  { verbs: ['submit'], needs: submitNeeds },
  {
    verbs: ['status', 'runs', 'logs', 'why'],
    needs: () => [
      { resource: 'pods', verbs: ['get', 'list', 'watch'] },
      { resource: 'pods', subresource: 'log', verbs: ['get'] },
      { resource: 'events', verbs: ['list'] },
    ],
  },
  {
    verbs: ['kill', 'gc'],
    needs: () =>
      ['pods', 'services', 'configmaps', 'persistentvolumeclaims'].map((resource) => ({
        resource,
        verbs: ['list', 'delete'],
      })),
  },
  { verbs: ['ui'], needs: () => [forwards] },
  {
    verbs: ['shell'],
    needs: () => [{ resource: 'pods', subresource: 'attach', verbs: ['create'] }, forwards],
  },
  {
    verbs: ['history'],
    needs: () => [...ownedOf(undefined, 'persistentvolumeclaims', 'services'), ...ownedOf('apps', 'deployments')],
  },
  {
    verbs: ['notebook'],
    needs: () => [
      ...ownedOf(undefined, 'serviceaccounts', 'persistentvolumeclaims', 'configmaps', 'services', 'secrets'),
      ...ownedOf('apps', 'deployments'),
      ...ownedOf(network, 'networkpolicies'),
      ...ownedOf(rbac, 'roles', 'rolebindings'),
      forwards,
    ],
  },
  {
    verbs: ['connect'],
    needs: () => [
      ...ownedOf(undefined, 'serviceaccounts', 'configmaps', 'services', 'secrets'),
      ...ownedOf('apps', 'deployments'),
      ...ownedOf(network, 'networkpolicies'),
      ...ownedOf(rbac, 'roles', 'rolebindings'),
      forwards,
    ],
  },
  {
    verbs: ['standalone'],
    needs: () => [
      ...ownedOf(undefined, 'configmaps', 'persistentvolumeclaims', 'services', 'secrets'),
      ...ownedOf('apps', 'statefulsets'),
      ...ownedOf(network, 'networkpolicies'),
      ...ownedOf('autoscaling', 'horizontalpodautoscalers'),
      { resource: 'pods', subresource: 'exec', verbs: ['create'] },
      forwards,
    ],
  },
  {
    verbs: ['data'],
    needs: () => [
      ...ownedOf(undefined, 'persistentvolumeclaims', 'secrets', 'services'),
      ...ownedOf('apps', 'deployments'),
      ...ownedOf(network, 'networkpolicies'),
      forwards,
    ],
  },
  {
    name: 'mount',
    verbs: ['submit with mount:FOLDER'],
    isEverywhere: true,
    // A volume belongs to no namespace.
    needs: () => ownedOf(undefined, 'persistentvolumes'),
    whyNot: ({ cluster, profile }) =>
      cluster.hostFolders?.(profile, '/') === true ? undefined : 'pods have no folders of this machine here',
  },
  {
    verbs: ['dns'],
    namespace: 'kube-system',
    needs: () => [
      { resource: 'configmaps', verbs: ['get', 'patch'] },
      { group: 'apps', resource: 'deployments', verbs: ['get', 'patch'] },
      { resource: 'pods', verbs: ['get', 'list', 'create', 'delete'] },
      { resource: 'pods', subresource: 'log', verbs: ['get'] },
      forwards,
    ],
  },
  {
    verbs: ['classroom'],
    isEverywhere: true,
    needs: () => [
      ...ownedOf(undefined, 'namespaces', 'resourcequotas', 'limitranges', 'serviceaccounts', 'secrets', 'configmaps'),
      ...ownedOf(undefined, 'services'),
      ...ownedOf('apps', 'deployments'),
      ...ownedOf(network, 'networkpolicies'),
      ...ownedOf(rbac, 'roles', 'rolebindings'),
      ...ownedOf('flowcontrol.apiserver.k8s.io', 'flowschemas', 'prioritylevelconfigurations'),
      ...ownedOf(admission, 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'),
    ],
  },
];
