// The client against a real API server.
import { describe, expect, test } from 'vitest';
import { planLines } from '../../tasks/core/plan/text.ts';
import type { Change } from '../../tasks/core/plan/types.ts';
import { dryRunKube } from '../../tasks/kube/dry-run.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { changingRequests, configMap, connect, needControlPlane, newNamespace, patchBySomebody } from './harness.ts';

needControlPlane();

const pod = (namespace: string, resources: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'some-pod', namespace, labels: { app: 'some' } },
  spec: {
    serviceAccountName: 'some-account',
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'none', resources, ports: [{ containerPort: 4040 }] }],
  },
});
const account = (namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'some-account', namespace },
});

test('a missing object reads as undefined', async () => {
  const kube = connect();
  const nowhere = { namespace: 'nowhere', name: 'nothing' };
  expect(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', ...nowhere })).toBeUndefined();
  expect(await kube.get({ apiVersion: 'example.com/v1', kind: 'Thing', ...nowhere })).toBeUndefined();
  expect(await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'nowhere' })).toEqual([]);
  expect(await kube.list({ apiVersion: 'example.com/v1', kind: 'Thing' })).toEqual([]);
  await kube.remove({ apiVersion: 'v1', kind: 'ConfigMap', ...nowhere });
  await kube.remove({ apiVersion: 'example.com/v1', kind: 'Thing', ...nowhere });
});

test('created objects are listed by label, with their kind', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const labelled = configMap(namespace, { a: '1' }, 'labelled');
  await kube.create({ ...labelled, metadata: { ...labelled.metadata, labels: { wanted: 'yes' } } });
  await kube.create(configMap(namespace, { a: '2' }, 'other'));
  const found = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: 'wanted=yes' });
  expect(found.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([['ConfigMap', 'labelled']]);
});

test('a list of more than a page is whole', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const names = Array.from({ length: 501 }, (_, index) => `item-${index}`);
  await Promise.all(names.map((name) => kube.create(configMap(namespace, {}, name))));
  expect(await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace })).toHaveLength(501);
});

test('creating what exists fails and changes nothing', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  await kube.create(configMap(namespace, { a: '1' }));
  await expect(kube.create(configMap(namespace, { a: '1' }))).rejects.toThrow('configmaps "settings" already exists');
});

test('a second apply is not needed, and sends nothing', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const wanted = [
    configMap(namespace, { a: '1' }),
    account(namespace),
    pod(namespace, { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: 2, memory: '2Gi' } }),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace }, stringData: { token: 'text' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'dns', namespace },
      spec: {
        selector: { app: 'some' },
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'some-role', namespace },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace },
      spec: { podSelector: {}, ingress: [], policyTypes: ['Ingress'] },
    },
  ];
  async function deploy() {
    for (const manifest of wanted) if (!(await kube.isApplied(manifest))) await kube.apply(manifest);
  }
  await deploy();
  expect(changingRequests(namespace)).toHaveLength(wanted.length);
  await deploy();
  expect(changingRequests(namespace)).toHaveLength(wanted.length);
});

test('changes by hand are seen, and so are changed manifests', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const role: Manifest = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'some-role', namespace },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  };
  await kube.apply(role);
  expect(await kube.isApplied(role)).toBe(true);
  expect(await kube.isApplied({ ...role, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] })).toBe(
    false,
  );
  const widened = [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get'] }];
  await asAnother(namespace, 'roles', 'some-role', { ...role, rules: widened });
  expect(await kube.isApplied(role)).toBe(false);
});

/** Server-side apply with another field manager, by force: what `kubectl edit` would do. */
function asAnother(namespace: string, plural: string, name: string, body: Manifest): Promise<void> {
  const group = body.apiVersion === 'v1' ? '/api/v1' : `/apis/${body.apiVersion}`;
  const query = 'fieldManager=someone&force=true';
  return patchBySomebody(`${group}/namespaces/${namespace}/${plural}/${name}?${query}`, 'apply-patch+yaml', body);
}

test('a field that someone else changed is a conflict that names both', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  await kube.apply(configMap(namespace, { a: '1', b: '1' }));
  await asAnother(namespace, 'configmaps', 'settings', configMap(namespace, { a: 'theirs' }));
  const again = kube.apply(configMap(namespace, { a: '2', b: '2' }));
  await expect(again).rejects.toThrow(
    `cannot apply ConfigMap ${namespace}/settings: other programs changed .data.a (set by someone)`,
  );
});

test('fields that others added are left alone and are no drift', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  await kube.apply(configMap(namespace, { a: '1' }));
  await asAnother(namespace, 'configmaps', 'settings', configMap(namespace, { b: 'theirs' }));
  expect(await kube.isApplied(configMap(namespace, { a: '1' }))).toBe(true);
  await kube.apply(configMap(namespace, { a: '2' }));
  expect((await kube.get({ ...configMap(namespace, {}), name: 'settings', namespace }))?.['data']).toEqual({
    a: '2',
    b: 'theirs',
  });
});

test('two applies of one object at the same time both succeed', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const wishes = Array.from({ length: 8 }, () => connect().apply(configMap(namespace, { a: '1' })));
  await Promise.all(wishes);
  expect(await kube.isApplied(configMap(namespace, { a: '1' }))).toBe(true);
});

test('a misspelt field is refused by name', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const misspelt = { ...configMap(namespace, {}), dataa: { a: '1' } };
  await expect(kube.apply(misspelt)).rejects.toThrow('dataa');
});

test('an invalid object is refused with every field that is wrong', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace },
    spec: { ports: [{ port: 70000 }] },
  };
  await expect(kube.apply(service)).rejects.toThrow(/spec\.ports\[0\]\.port/);
});

test('kinds of a CRD work as soon as it is there, with all their fields', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const group = `g${Date.now().toString(36)}.example.com`;
  const lamp = (spec: object): Manifest => ({
    apiVersion: `${group}/v1`,
    kind: 'Lamp',
    metadata: { name: 'desk', namespace },
    spec,
  });
  await expect(kube.apply(lamp({}))).rejects.toThrow(`the cluster has no kind Lamp in ${group}/v1`);
  await kube.apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `lamps.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'lamps', singular: 'lamp', kind: 'Lamp' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  });
  await expect
    .poll(() =>
      kube.apply(lamp({ watts: 5, 'some.odd/key': [1, { two: true }] })).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  const live = await kube.get({ apiVersion: `${group}/v1`, kind: 'Lamp', name: 'desk', namespace });
  expect(live?.['spec']).toEqual({ watts: 5, 'some.odd/key': [1, { two: true }] });
});

test('removing waits until the object is gone, and can be repeated', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  await kube.create(configMap(namespace, {}));
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace };
  await kube.remove(ref);
  expect(await kube.get(ref)).toBeUndefined();
  await kube.remove(ref);
});

test('an object that cannot be deleted names what holds it', async () => {
  const kube = connect({ removalMs: 300 });
  const namespace = await newNamespace(kube);
  const held = configMap(namespace, {});
  await kube.create({
    ...held,
    metadata: { ...held.metadata, finalizers: ['example.com/keep'] } as Manifest['metadata'],
  });
  await expect(kube.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace })).rejects.toThrow(
    'held by finalizer example.com/keep',
  );
  await expect(kube.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace })).rejects.toThrow(
    'held by finalizer kubernetes',
  );
});

test('a namespace that is being deleted accepts nothing, which is reported after a while', async () => {
  const kube = connect({ removalMs: 100, totalMs: 700 });
  const namespace = await newNamespace(kube);
  await kube.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(() => {});
  const start = performance.now();
  await expect(kube.create(configMap(namespace, {}))).rejects.toThrow('because it is being terminated');
  expect(performance.now() - start).toBeGreaterThan(300);
});

test('a pod whose service account comes a moment later is made', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const made = kube.create(pod(namespace));
  await new Promise((done) => setTimeout(done, 400));
  await kube.create(account(namespace));
  expect((await made).metadata.uid).toBeTruthy();
});

test('permissions are listed for oneself and for others, with the groups of a service account', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  await kube.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  });
  await kube.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'readers', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `system:serviceaccounts:${namespace}` }],
  });
  const user = `system:serviceaccount:${namespace}:any`;
  await expect.poll(() => kube.can({ user, verb: 'get', resource: 'pods', namespace })).toBe(true);
  expect(await kube.can({ user, verb: 'delete', resource: 'pods', namespace })).toBe(false);
  expect(await kube.can({ user, verb: 'get', resource: 'pods', subresource: 'log', namespace })).toBe(false);
  expect(await kube.can({ verb: 'delete', resource: 'deployments', group: 'apps', namespace })).toBe(true);
});

describe('a dry run', () => {
  /** What a dry run shows of these changes, which leave no trace. */
  async function planned(kube: Kube, change: (dry: Kube) => Promise<unknown>, namespace: string): Promise<string[]> {
    const changes: Change[] = [];
    const before = changingRequests(namespace);
    await change(dryRunKube(kube, (one) => void changes.push(one)));
    expect(changingRequests(namespace)).toEqual(before);
    return changes.flatMap((one) => planLines({ event: 'change', path: [], ...one }));
  }

  test('shows what would change, as the server sees it, and changes nothing', async () => {
    const kube = connect();
    const namespace = await newNamespace(kube);
    await kube.apply(configMap(namespace, { a: '1', gone: 'x' }));
    const lines = await planned(
      kube,
      async (dry) => {
        await dry.apply(configMap(namespace, { a: '2' }));
        await dry.create(configMap(namespace, { on: 'yes' }, 'other'));
        await dry.patch(refOf(configMap(namespace, {})), [{ op: 'replace', path: '/data/a', value: 'one\ntwo' }]);
        await dry.remove(refOf(configMap(namespace, {})));
      },
      namespace,
    );
    expect(lines).toEqual([
      `  change ConfigMap ${namespace}/settings`,
      '    data.a: "1" → "2"',
      '    data.gone: "x" → nothing',
      `  create ConfigMap ${namespace}/other`,
      '    apiVersion: v1',
      '    kind: ConfigMap',
      '    metadata:',
      '      name: other',
      `      namespace: ${namespace}`,
      '    data:',
      '      "on": "yes"',
      `  change ConfigMap ${namespace}/settings`,
      '    data.a:',
      '      - 1',
      '      + one',
      '      + two',
      `  delete ConfigMap ${namespace}/settings`,
    ]);
    expect((await kube.get(refOf(configMap(namespace, {}))))?.['data']).toEqual({ a: '1', gone: 'x' });
  });

  test('shows nothing of what an apply would not change', async () => {
    const kube = connect();
    const namespace = await newNamespace(kube);
    await kube.apply(configMap(namespace, { a: '1' }));
    expect(await planned(kube, (dry) => dry.apply(configMap(namespace, { a: '1' })), namespace)).toEqual([]);
  });

  test('names who else set a field, and that the server would refuse to take it back', async () => {
    const kube = connect();
    const namespace = await newNamespace(kube);
    await kube.apply(configMap(namespace, { a: '1' }));
    const path = `/api/v1/namespaces/${namespace}/configmaps/settings?fieldManager=kubectl-edit`;
    await patchBySomebody(path, 'merge-patch+json', { data: { a: 'theirs' } });
    const lines = await planned(kube, (dry) => dry.apply(configMap(namespace, { a: '1' })), namespace);
    expect(lines).toEqual([
      `  change ConfigMap ${namespace}/settings`,
      '    ✖ the server refuses this: changed by others: .data.a (set by kubectl-edit)',
      '    data.a: "theirs" → "1" (set by kubectl-edit)',
    ]);
    await expect(kube.apply(configMap(namespace, { a: '1' }))).rejects.toThrow('.data.a (set by kubectl-edit)');
  });

  test('shows no value of a Secret, neither the old nor the new', async () => {
    const kube = connect();
    const namespace = await newNamespace(kube);
    const secret = (token: string): Manifest => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key', namespace },
      stringData: { token },
    });
    await kube.apply(secret('canary-old'));
    const lines = await planned(kube, (dry) => dry.apply(secret('canary-new')), namespace);
    expect(lines).toEqual([`  change Secret ${namespace}/key`, '    data.token: changes']);
  });

  test('shows what the server refuses before anything is made, and what is in a namespace to come', async () => {
    const kube = connect();
    const namespace = await newNamespace(kube);
    const refused = await planned(
      kube,
      (dry) =>
        dry.apply({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a', namespace },
          spec: { ports: [{ port: 99999 }] },
        }),
      namespace,
    );
    expect(refused[1]).toMatch(/^ {4}✖ the server refuses this: Service "a" is invalid: .*99999/);
    const [first, second] = await planned(kube, (dry) => dry.apply(configMap('nowhere', { a: '1' })), 'nowhere');
    expect([first, second]).toEqual(['  create ConfigMap nowhere/settings', '    apiVersion: v1']);
  });
});
