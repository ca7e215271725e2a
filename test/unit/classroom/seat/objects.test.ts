// Every object of a seat.
import { describe, expect, test } from 'vitest';
import { seatPolicies } from '../../../../tasks/classroom/isolation/policies.ts';
import { classLabel, studentAccount, studentLabel } from '../../../../tasks/classroom/seat/labels.ts';
import { profileOfSeat, seatObjects } from '../../../../tasks/classroom/seat/objects.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const seat = {
  student: 'ada',
  namespace: 'class-ada',
  host: '192.0.2.1:8443',
  code: 'AAAA-BBBB-CCCC',
  cookie: '0'.repeat(32),
  token: '1'.repeat(48),
};

const objectsOf = async (
  isOpen = false,
  sets: string[] = [],
  pullSecrets: { name: string }[] = [],
): Promise<Manifest[]> =>
  seatObjects({
    profile: await readProfile('local', sets),
    seat,
    image: 'spark:1',
    pip: { variables: {}, notes: [] },
    pullSecrets,
    policies: seatPolicies({
      namespace: seat.namespace,
      door: 'class-class',
      api: [{ address: '192.0.2.9', port: 6443 }],
    }),
    isOpen,
  });

const find = (objects: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

describe('the objects of a seat', async () => {
  const objects = await objectsOf();

  test('begin with the namespace, under the strictest standard', () => {
    expect(objects[0]).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'class-ada', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
  });

  test('are counted by quotas that come after them, and give no right before there are quotas', () => {
    const kinds = [...new Set(objects.map(({ kind }) => kind))];
    expect(kinds.slice(-5)).toEqual(['ResourceQuota', 'ServiceAccount', 'Role', 'RoleBinding', 'Deployment']);
  });

  test('are all found by the class and the student', () => {
    const labels = objects.map(({ metadata }) => [metadata.labels?.[classLabel], metadata.labels?.[studentLabel]]);
    expect(new Set(labels.map(String))).toEqual(new Set(['class,ada']));
  });

  test('are all in the namespace of the seat, each once', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(objects.slice(1).every(({ metadata }) => metadata.namespace === 'class-ada')).toBe(true);
  });

  test('let every account pull with the secrets of the registry', async () => {
    const made = await objectsOf(false, [], [{ name: 'registry' }]);
    const accounts = made.filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual([
      'student',
      'spark-driver',
      'spark-executor',
      'notebook',
    ]);
    for (const account of accounts) expect(account).toMatchObject({ imagePullSecrets: [{ name: 'registry' }] });
    expect(find(made, 'Deployment', 'notebook')).toMatchObject({
      spec: { template: { spec: { imagePullSecrets: [{ name: 'registry' }] } } },
    });
  });

  test('hold the token of the door', () =>
    expect(find(objects, 'Secret', 'notebook-token')).toMatchObject({ stringData: { token: seat.token } }));

  test('give the student no right to what keeps seats apart', () => {
    const rules = (find(objects, 'Role', studentAccount)?.['rules'] ?? []) as {
      resources: string[];
      verbs: string[];
    }[];
    const changed = rules.filter(({ verbs }) => verbs.includes('create')).flatMap(({ resources }) => resources);
    expect(changed.sort()).toEqual(
      ['configmaps', 'persistentvolumeclaims', 'pods', 'pods/portforward', 'services'].sort(),
    );
  });

  test('have a paused notebook server', () =>
    expect(find(objects, 'Deployment', 'notebook')).toMatchObject({ spec: { replicas: 0 } }));
});

test('the scratch folder of a notebook server has a limit', async () => {
  const deployment = find(await objectsOf(true, ['classroom.seat.scratch=5Gi']), 'Deployment', 'notebook');
  expect(JSON.stringify(deployment)).toContain('{"name":"scratch","emptyDir":{"sizeLimit":"5Gi"}}');
});

test('an open seat has one notebook server, of the size of the class', async () => {
  const objects = await objectsOf(true, ['classroom.seat.memory=2Gi']);
  expect(find(objects, 'Deployment', 'notebook')).toMatchObject({ spec: { replicas: 1 } });
  expect(JSON.stringify(find(objects, 'Deployment', 'notebook'))).toContain('"limits":{"memory":"2Gi"}');
});

test.each([
  [[], 0],
  [['notebook.kernelIdleTimeout=10m'], 0],
  [['classroom.kernelIdleTimeout=3h'], 3 * 3600],
])('with %j an idle kernel of a seat ends after %i seconds, where 0 is never', async (sets, seconds) => {
  const { data } = find(await objectsOf(true, sets), 'ConfigMap', 'notebook') as unknown as {
    data: Record<string, string>;
  };
  const config = JSON.parse(data['jupyter_server_config.json'] ?? '') as Record<string, object>;
  expect(config['MappingKernelManager']).toMatchObject({ cull_idle_timeout: seconds });
});

test('jobs of a seat run in its namespace', async () =>
  expect(profileOfSeat(await readProfile('local', []), seat).namespace).toBe('class-ada'));
