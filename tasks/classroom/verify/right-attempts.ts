// Questions to the authorizer of the API server: the rights of a student, and of each account that pods of a seat have.
import type { AccessQuestion, Kube } from '../../kube/types.ts';
import { studentAccount } from '../seat/labels.ts';
import type { Attempt } from './row.ts';

const rbac = 'rbac.authorization.k8s.io';

/** What may be done in which namespace; without a namespace, in the whole cluster. */
type Right = Omit<AccessQuestion, 'user'>;

const own = (namespace: string): [what: string, right: Right][] => [
  ['list their own pods', { verb: 'list', resource: 'pods', namespace }],
  ['make pods for a job', { verb: 'create', resource: 'pods', namespace }],
  ['read logs in their own namespace', { verb: 'get', resource: 'pods', subresource: 'log', namespace }],
];

const foreign = (namespace: string): [what: string, right: Right][] =>
  (
    [
      ['list', 'pods'],
      ['create', 'pods'],
      ['delete', 'pods'],
      ['get', 'secrets'],
      ['list', 'services'],
      ['get', 'configmaps'],
      ['get', 'persistentvolumeclaims'],
    ] as const
  ).map(([verb, resource]) => [`${verb} ${resource} of another seat`, { verb, resource, namespace }]);

const escalation = (namespace: string): [what: string, right: Right][] => [
  ['read Secrets in their own namespace', { verb: 'list', resource: 'secrets', namespace }],
  ['grant rights to an account', { verb: 'create', resource: 'rolebindings', group: rbac, namespace }],
  ['get more rights through a Role', { verb: 'escalate', resource: 'roles', group: rbac, namespace }],
  ['bind a Role with more rights', { verb: 'bind', resource: 'roles', group: rbac, namespace }],
  ['act as another account', { verb: 'impersonate', resource: 'serviceaccounts', namespace }],
  ['act as another user', { verb: 'impersonate', resource: 'users' }],
  ['get a token of another account', { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace }],
  [
    'open their own namespace with a policy',
    { verb: 'create', resource: 'networkpolicies', group: 'networking.k8s.io', namespace },
  ],
  [
    'remove the policies of the seat',
    { verb: 'delete', resource: 'networkpolicies', group: 'networking.k8s.io', namespace },
  ],
  ['raise the quota of the seat', { verb: 'patch', resource: 'resourcequotas', namespace }],
  ['change the limits of the seat', { verb: 'patch', resource: 'limitranges', namespace }],
  ['change the labels of the namespace', { verb: 'patch', resource: 'namespaces', namespace }],
  ['list all namespaces', { verb: 'list', resource: 'namespaces' }],
  ['list the nodes', { verb: 'list', resource: 'nodes' }],
  ['reach a kubelet through the API server', { verb: 'get', resource: 'nodes', subresource: 'proxy' }],
  ['list pods of the whole cluster', { verb: 'list', resource: 'pods' }],
  ['read the names of the cluster in CoreDNS', { verb: 'get', resource: 'configmaps', namespace: 'kube-system' }],
];

/** The namespaces of two seats and of the door. */
export interface Places {
  seat: string;
  neighbour: string;
  door: string;
}

/** What nobody of a seat may do. */
const refusedRights = ({ seat, neighbour, door }: Places): [what: string, right: Right][] => [
  ...foreign(neighbour),
  ['read the Secrets of the door', { verb: 'get', resource: 'secrets', namespace: door }],
  ...escalation(seat),
];

/** Questions to the authorizer, as the student. */
export function rightAttempts(student: Kube, places: Places): Attempt[] {
  const rows: [boolean, [string, Right][]][] = [
    [true, own(places.seat)],
    [false, refusedRights(places)],
  ];
  return rows.flatMap(([isAllowed, rights]) =>
    rights.map(([what, right]) => ({
      area: 'rights' as const,
      what,
      isAllowed,
      attempt: async () => ((await student.can(right)) ? undefined : 'the API server refuses'),
    })),
  );
}

/**
 * The same questions of each other account of the seat: a student makes pods with all of them, the notebook server and
 * drivers among these, and has their tokens there. `teacher` may ask about others.
 */
export async function accountAttempts(teacher: Kube, places: Places): Promise<Attempt[]> {
  const namespace = places.seat;
  const accounts = await teacher.list({ apiVersion: 'v1', kind: 'ServiceAccount', namespace });
  const names = accounts.map(({ metadata }) => metadata.name).filter((name) => name !== studentAccount);
  return names.map((name) => ({
    area: 'rights',
    what: `get more rights in a pod with the account ${name}`,
    isAllowed: false,
    attempt: async () => {
      const user = `system:serviceaccount:${namespace}:${name}`;
      const answers = await Promise.all(refusedRights(places).map(([, right]) => teacher.can({ ...right, user })));
      return answers.includes(true) ? undefined : `the API server refuses each of ${answers.length}`;
    },
  }));
}
