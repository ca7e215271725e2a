// Each row of `classroom verify` that asks the API server, seen to fail: a right too many or too few, a rule that is gone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classFinalizers, classObject, classPriorities, classServices } from '../../tasks/classroom/flow.ts';
import { forcedDeletionGuard } from '../../tasks/classroom/isolation/deletion.ts';
import { finalizerGuard } from '../../tasks/classroom/isolation/finalizers.ts';
import { priorityGuard } from '../../tasks/classroom/isolation/priority.ts';
import { serviceGuard } from '../../tasks/classroom/isolation/services.ts';
import { classLabel, classNamespace, seatNamespace, studentAccount } from '../../tasks/classroom/seat/labels.ts';
import { deletionAttempts, objectAttempts } from '../../tasks/classroom/verify/object-attempts.ts';
import { accountAttempts, rightAttempts } from '../../tasks/classroom/verify/right-attempts.ts';
import { type Attempt, isAsExpected, rowOf } from '../../tasks/classroom/verify/row.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Kube, Manifest, Ref } from '../../tasks/kube/types.ts';
import { classSeats } from '../class-seats.ts';
import { kubeconfigText } from './control-plane.ts';
import { connect, controlPlane, needControlPlane, patchBySomebody } from './harness.ts';

needControlPlane();

const className = `rows-${process.pid}`;
const [own, neighbour] = ['student-1', 'student-2'].map((name) => seatNamespace(className, name)) as [string, string];
const door = classNamespace(className);
const folder = mkdtempSync(join(tmpdir(), 'firesteel-rows-'));
const labels = { [classLabel]: className };
const guards = {
  deletion: forcedDeletionGuard(classObject(className), labels),
  finalizers: finalizerGuard(classFinalizers(className), labels),
  services: serviceGuard(classServices(className), labels),
  priorities: priorityGuard(classPriorities(className), labels, 0),
};
const rbac = 'rbac.authorization.k8s.io';
const patient = { timeout: 20_000 };

let kube: Kube;
let student: Kube;
/** All objects of the own seat. */
let seat: readonly Manifest[];

const found = (kind: string, name: string): Manifest =>
  seat.find((one) => one.kind === kind && one.metadata.name === name) as Manifest;

const running: Manifest = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'running', namespace: own },
  spec: {
    nodeName: 'none',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'one',
        image: 'none',
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '32Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
};

/** With the status that a controller would write: without it a quota limits nothing. */
async function applyQuota(quota: Manifest): Promise<void> {
  await kube.apply(quota);
  const { hard } = quota['spec'] as { hard: Record<string, string> };
  const used = Object.fromEntries(Object.keys(hard).map((key) => [key, '0']));
  const path = `/api/v1/namespaces/${own}/resourcequotas/${quota.metadata.name}/status`;
  await patchBySomebody(path, 'merge-patch+json', { status: { hard, used } });
}

const apply = (object: Manifest) => (object.kind === 'ResourceQuota' ? applyQuota(object) : kube.apply(object));

beforeAll(async () => {
  if (!controlPlane.kubeconfig) return;
  kube = connect();
  const seats = await classSeats(className, 2);
  seat = seats[0]?.objects ?? [];
  await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: door } });
  for (const { objects } of seats) for (const object of objects) await kube.apply(object);
  // What controllers would make.
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: own } });
  for (const object of seat) if (object.kind === 'ResourceQuota') await applyQuota(object);
  for (const object of Object.values(guards).flat()) await kube.apply(object);
  await kube.create(running);
  const token = await kube.issueToken({ name: studentAccount, namespace: own }, 3600);
  const path = join(folder, 'student');
  writeFileSync(path, kubeconfigText(controlPlane.server, controlPlane.authority.certificatePem, own, { token }));
  student = connect({}, path, own);
});
afterAll(async () => {
  for (const object of Object.values(guards).flat()) await kube?.remove(refOf(object));
  rmSync(folder, { recursive: true });
});

const places = { seat: own, neighbour, door };

const attempts = async (): Promise<Attempt[]> => [
  ...rightAttempts(student, places),
  ...(await accountAttempts(kube, places)),
  ...objectAttempts(student, own, neighbour, 'spark:test'),
  ...deletionAttempts(student, refOf(running)),
];

/** What does not end as expected. */
async function wrong(): Promise<string[]> {
  const rows = await Promise.all((await attempts()).map(rowOf));
  return rows.filter((row) => !isAsExpected(row)).map(({ what }) => what);
}

/** Rows that have been seen to fail. */
const fallen = new Set<string>();

/** Expects just these rows to fail while something is as it must not be. */
async function expectFall(rows: readonly string[], takeDown: () => Promise<unknown>, putBack: () => Promise<unknown>) {
  await takeDown();
  try {
    await expect.poll(wrong, patient).toEqual(rows);
    for (const row of rows) fallen.add(row);
  } finally {
    await putBack();
  }
}

test('all rows are as expected in a seat', () => expect.poll(wrong, patient).toEqual([]));

/** A right, and who gets it: the student, or another account of the seat. */
type Grant = [rows: string[], rule: object, namespace?: string, account?: string];

const right = (verb: string, resource: string, group = ''): object => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
});

const ofNeighbour = [
  ['list', 'pods'],
  ['create', 'pods'],
  ['delete', 'pods'],
  ['get', 'secrets'],
  ['list', 'services'],
  ['get', 'configmaps'],
  ['get', 'persistentvolumeclaims'],
] as const;

const net = 'networking.k8s.io';

const grants: Grant[] = [
  ...ofNeighbour.map(
    ([verb, resource]): Grant => [[`${verb} ${resource} of another seat`], right(verb, resource), neighbour],
  ),
  [['read the Secrets of the door'], right('get', 'secrets'), door],
  [['read Secrets in their own namespace'], right('list', 'secrets'), own],
  [['grant rights to an account'], right('create', 'rolebindings', rbac), own],
  [['get more rights through a Role'], right('escalate', 'roles', rbac), own],
  [['bind a Role with more rights'], right('bind', 'roles', rbac), own],
  [['act as another account'], right('impersonate', 'serviceaccounts'), own],
  [['act as another user'], right('impersonate', 'users')],
  [['get a token of another account'], right('create', 'serviceaccounts/token'), own],
  [['open their own namespace with a policy'], right('create', 'networkpolicies', net), own],
  [['remove the policies of the seat'], right('delete', 'networkpolicies', net), own],
  [['raise the quota of the seat'], right('patch', 'resourcequotas'), own],
  [['change the limits of the seat'], right('patch', 'limitranges'), own],
  [['change the labels of the namespace'], right('patch', 'namespaces'), own],
  [['list all namespaces'], right('list', 'namespaces')],
  [['list the nodes'], right('list', 'nodes')],
  [['reach a kubelet through the API server'], right('get', 'nodes/proxy')],
  [['list pods of another seat', 'list pods of the whole cluster'], right('list', 'pods')],
  [['read the names of the cluster in CoreDNS'], right('get', 'configmaps'), 'kube-system'],
  ...['default', 'notebook', 'spark-driver', 'spark-executor'].map(
    (account): Grant => [
      [`get more rights in a pod with the account ${account}`],
      right('get', 'secrets'),
      neighbour,
      account,
    ],
  ),
];

describe('one right too many', () => {
  test.each(grants)('makes %j fail, and no other row', async (rows, rule, namespace, account = studentAccount) => {
    const where = namespace ? { namespace } : {};
    const [role, binding] = namespace ? ['Role', 'RoleBinding'] : ['ClusterRole', 'ClusterRoleBinding'];
    const name = `${className}-more`;
    const objects: Manifest[] = [
      { apiVersion: `${rbac}/v1`, kind: role, metadata: { name, ...where }, rules: [rule] },
      {
        apiVersion: `${rbac}/v1`,
        kind: binding,
        metadata: { name, ...where },
        roleRef: { apiGroup: rbac, kind: role, name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: own }],
      },
    ];
    await expectFall(
      rows,
      () => Promise.all(objects.map((object) => kube.apply(object))),
      () => Promise.all(objects.map((object) => kube.remove(refOf(object)))),
    );
  });
});

describe('one right too few', () => {
  interface Rule {
    resources: string[];
    verbs: string[];
  }
  const without = (resource: string, verb: string): Manifest => {
    const role = found('Role', studentAccount);
    const rules = (role['rules'] as Rule[]).flatMap((rule) =>
      rule.resources.includes(resource)
        ? [
            { ...rule, resources: rule.resources.filter((one) => one !== resource) },
            { ...rule, resources: [resource], verbs: rule.verbs.filter((one) => one !== verb) },
          ].filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0)
        : [rule],
    );
    return { ...role, rules };
  };

  test.each([
    ['pods', 'list', ['list their own pods']],
    ['pods/log', 'get', ['read logs in their own namespace']],
    ['pods', 'delete', ['delete their own pod with its grace period']],
    ['pods', 'create', ['make pods for a job', 'make a pod like those of Spark']],
  ])('of %s, to %s, makes %j fail', (resource, verb, rows) =>
    expectFall(
      rows,
      () => kube.apply(without(resource, verb)),
      () => kube.apply(found('Role', studentAccount)),
    ),
  );
});

const toNode = [
  'make a pod that shares the network of the node',
  'make a pod that shares the processes of the node',
  'make a pod that mounts a folder of the node',
  'make a pod with capabilities of the kernel',
];
const level = (value: string) =>
  kube.patch({ apiVersion: 'v1', kind: 'Namespace', name: own }, [
    { op: 'replace', path: '/metadata/labels/pod-security.kubernetes.io~1enforce', value },
  ]);

describe('Pod Security that enforces', () => {
  test.each([
    ['baseline', ['make a pod that runs as root']],
    ['privileged', ['make a privileged pod', 'make a pod that runs as root', ...toNode]],
  ])('%s makes %j fail', (value, rows) =>
    expectFall(
      rows,
      () => level(value),
      () => level('restricted'),
    ),
  );
});

describe('without', () => {
  const removed = (kind: string, name: string) => () => found(kind, name);
  const bindingOf = (guard: keyof typeof guards) => () => guards[guard][1] as Manifest;

  test.each<[what: string, objects: (() => Manifest)[], rows: string[]]>([
    ['the quota of pods', [removed('ResourceQuota', 'pods')], ['request more CPU than the seat has']],
    [
      'the quota of pods and the limits',
      [removed('ResourceQuota', 'pods'), removed('LimitRange', 'amounts')],
      ['request more CPU than the seat has', 'request more memory than the seat has'],
    ],
    [
      'the quota of objects',
      [removed('ResourceQuota', 'objects')],
      ['open a port on all nodes', 'request a load balancer'],
    ],
    [
      'the quota of objects and the limits',
      [removed('ResourceQuota', 'objects'), removed('LimitRange', 'amounts')],
      ['open a port on all nodes', 'request a load balancer', 'request a volume of a terabyte'],
    ],
    [
      'the rule about services',
      [bindingOf('services')],
      ['take over an address outside the seat', 'redirect the door to another seat with their own service'],
    ],
    ['the rule about priorities', [bindingOf('priorities')], ['make a pod that displaces others']],
    [
      'the rule about the end of pods',
      [bindingOf('deletion')],
      [
        'make a pod without a grace period, which evades its policies',
        'make a pod that takes a year to end',
        'delete their own pod without a grace period, which evades its policies',
      ],
    ],
    ['the rule about finalizers', [bindingOf('finalizers')], ['make a pod that a finalizer keeps from ending']],
  ])('%s, their rows fail', async (_, objects, rows) => {
    const all = objects.map((object) => object());
    await expectFall(
      rows,
      () => Promise.all(all.map((object) => kube.remove(refOf(object) as Ref))),
      () => Promise.all(all.map(apply)),
    );
  });
});

test('every row was seen to fail', async () => {
  const all = (await attempts()).map(({ what }) => what);
  expect(all.filter((what) => !fallen.has(what))).toEqual([]);
  await expect.poll(wrong, patient).toEqual([]);
});
