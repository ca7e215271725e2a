// What doctor says of clusters, nodes, versions, clocks, storage, quotas and images, by what they report.
import { describe, expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { imageArchive } from '../../../tasks/core/paths.ts';
import { clockFinding, nodeLines, skewFinding, stateFinding } from '../../../tasks/doctor/checks/cluster.ts';
import { architectureFinding, type ImageNode, onNodesFinding } from '../../../tasks/doctor/checks/image.ts';
import { quotaLines, storageFinding } from '../../../tasks/doctor/checks/services.ts';
import { sparkImage } from '../../../tasks/images/image.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { look } from '../../check-of.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfTest } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

const node = (name: string, status: object, spec: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec, status }) as ImageNode;
const ready = { type: 'Ready', status: 'True' };

describe('the state of a cluster', () => {
  test.each([
    ['one that nobody made is nothing wrong', 'absent', undefined, 'not available'],
    ['one that is stopped is a finding', 'stopped', undefined, 'missing'],
    ['one whose API server is silent is a finding', 'running', undefined, 'missing'],
    ['one with a part that is down is a finding', 'broken', 'v1.36.3', 'missing'],
    ['one that runs is fine', 'running', 'v1.36.3', 'ok'],
  ] as const)('%s', (_, state, version, expected) =>
    expect(stateFinding({ state, detail: 'as seen', version, why: 'ECONNREFUSED' }, false).state).toBe(expected),
  );

  test('deploy is the cure, by hand where it costs money', () => {
    const stopped = { state: 'stopped', detail: '', version: undefined, why: '' } as const;
    expect(stateFinding(stopped, false).remedies).toEqual([{ command: ['firesteel', 'deploy'] }]);
    expect(stateFinding(stopped, true).remedies).toEqual([{ text: 'firesteel deploy' }]);
  });
});

test('versions that do not fit together are named', () => {
  const nodes = [
    { name: 'a', version: 'v1.36.3' },
    { name: 'b', version: 'v1.33.0' },
    { name: 'c', version: 'v1.32.9' },
    { name: 'd', version: 'v1.37.0' },
  ];
  expect(skewFinding('v1.36.3', nodes, 'v1.35.2')).toEqual({
    state: 'partial',
    seen: 'kubelet of c is v1.32.9, too old for API server v1.36.3',
    more: ['kubelet of d is v1.37.0, newer for API server v1.36.3'],
    remedies: [{ text: 'upgrade these nodes to Kubernetes 1.36, or replace them' }],
  });
  expect(skewFinding('v1.36.3', [], 'v1.34.0')).toEqual({
    state: 'partial',
    seen: 'kubectl on PATH is v1.34.0, more than one minor version from API server v1.36.3',
    more: [],
    remedies: [{ text: 'put kubectl 1.36 before the other on PATH' }],
  });
});

test('nodes that accept no pods are named', () => {
  expect(
    nodeLines([
      node('fine', { conditions: [ready] }),
      node('down', { conditions: [{ type: 'Ready', status: 'False', message: 'container runtime is down' }] }),
      node('full', { conditions: [ready, { type: 'DiskPressure', status: 'True', message: 'no space' }] }),
      node('cloud', { conditions: [ready, { type: 'KernelReady', status: 'True', message: 'kernel is fine' }] }),
      node('cut', { conditions: [ready, { type: 'NetworkingReady', status: 'False', message: 'no addresses' }] }),
      node('shut', { conditions: [ready] }, { unschedulable: true }),
    ]),
  ).toEqual([
    'down is not ready: container runtime is down',
    'full has DiskPressure: no space',
    'cut lacks NetworkingReady: no addresses',
    'shut takes no new pods: it is cordoned',
  ]);
});

test.each([
  ['agrees', 0, 'ok', 'agrees with the API server'],
  ['is some seconds ahead', 20, 'partial', "this machine's clock is 20 s ahead of the API server's"],
  ['is an hour behind', -3600, 'missing', "this machine's clock is 3600 s behind the API server's"],
])('a clock that %s', (_, seconds, state, seen) => {
  const server = Date.parse('2026-11-28T09:30:15Z');
  const now = server + seconds * 1000 + (seconds > 0 ? 1000 : 0);
  expect(clockFinding(new Date(server), now, now)).toMatchObject({ state, seen });
});

test('a cluster without a default storage class is a finding, and so is a pending claim', () => {
  const storage = (name: string, annotations = {}) =>
    ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name, annotations },
      provisioner: 'p',
    }) as never;
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'work', namespace: 'spark' },
    status: { phase: 'Pending' },
  } as never;
  const usual = storage('fast', { 'storageclass.kubernetes.io/is-default-class': 'true' });
  expect(storageFinding([usual], [])).toMatchObject({ state: 'ok', seen: 'fast' });
  expect(storageFinding([usual], [claim])).toMatchObject({
    state: 'partial',
    seen: 'claim spark/work is Pending: kubectl --namespace spark describe pvc work',
  });
  expect(storageFinding([storage('slow')], [])).toMatchObject({
    state: 'partial',
    seen: 'no storage class is the default',
    remedies: [{ text: expect.stringContaining('kubectl annotate --overwrite storageclass slow') }],
  });
});

test('a claim whose class waits for a pod is fine as long as no pod uses the claim', () => {
  const later = {
    metadata: { name: 'later', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    volumeBindingMode: 'WaitForFirstConsumer',
  } as never;
  const claim = (name: string, spec: object = {}, owners: object[] = []) =>
    ({
      metadata: { name, namespace: 'spark', ownerReferences: owners },
      spec,
      status: { phase: 'Pending' },
    }) as never;
  const pod = {
    metadata: { name: 'pi', namespace: 'spark' },
    spec: { volumes: [{ persistentVolumeClaim: { claimName: 'work' } }] },
  } as never;
  expect(storageFinding([later], [claim('work'), claim('own', { storageClassName: 'later' })])).toMatchObject({
    state: 'ok',
  });
  expect(storageFinding([later], [claim('work')], [pod])).toMatchObject({ state: 'partial' });
  expect(storageFinding([later], [claim('brought', {}, [{ kind: 'Pod' }])])).toMatchObject({ state: 'partial' });
  expect(storageFinding([later], [claim('other', { storageClassName: 'gone' })])).toMatchObject({ state: 'partial' });
});

test('a quota that is used up is named by its resource', () => {
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small' },
    status: {
      hard: { pods: '4', 'requests.cpu': '2', 'services.loadbalancers': '0' },
      used: { pods: '4', 'requests.cpu': '1500m', 'services.loadbalancers': '0' },
    },
  } as never;
  expect(quotaLines([quota])).toEqual(['quota small: pods is used up (4 of 4)']);
});

describe('the image', () => {
  const images = [{ names: ['docker.io/library/spark:4.3.0-abc'] }];

  test('nodes of other processors are named', () => {
    const nodes = [
      node('a', { nodeInfo: { architecture: 'amd64' } }),
      node('b', { nodeInfo: { architecture: 'arm64' } }),
    ];
    expect(architectureFinding(nodes, ['amd64'])).toMatchObject({
      state: 'missing',
      seen: 'b is arm64, the image is for amd64',
    });
    expect(architectureFinding(nodes, ['amd64', 'arm64'])).toMatchObject({ state: 'ok' });
  });

  test('that nobody built is not available, and building it is the way', async () => {
    const folder = ownFolderOfTest({ XDG_CACHE_HOME: '' });
    const profile = await readProfile('local', []);
    const context = plainContext({ profile, cluster: clusters.local, read: async () => '' });
    expect(await look('image', context)).toMatchObject({
      state: 'not available',
      remedies: [{ command: ['firesteel', 'build'] }],
    });
    const archive = imageArchive(await sparkImage(profile));
    expect(archive.startsWith(folder)).toBe(true);
    await writeFiles([{ path: archive, content: '' }]);
    expect(await look('image', context)).toMatchObject({ state: 'ok' });
  });

  test.each([
    ['every node has it', [node('a', { images }), node('b', { images })], 'ok'],
    ['one node lacks it', [node('a', { images }), node('b', { images: [] })], 'partial'],
    ['no node has the image yet', [node('a', { images: [] })], 'not available'],
  ])('%s', (_, nodes, state) => expect(onNodesFinding(nodes, 'spark:4.3.0-abc').state).toBe(state));
});

describe('checks that make pods', () => {
  /** A cluster whose pods have this status at once, and print these lines. */
  async function clusterOf(status: object, lines: string[]) {
    const memory = memoryKube([]);
    const kube: Kube = {
      ...memory.kube,
      raw: async () => JSON.stringify({ gitVersion: 'v1.36.0' }),
      create: (manifest) =>
        memory.kube.create(manifest.kind === 'Pod' ? ({ ...manifest, status } as Manifest) : manifest),
      async *logs() {
        yield* lines;
      },
    };
    const cluster: Cluster = {
      ...clusters.local,
      probeImage: 'busybox:1',
      status: async () => ({ state: 'running', detail: 'up', components: [] }),
    };
    ownFolderOfTest({ XDG_CACHE_HOME: '' });
    const profile = await readProfile('local', []);
    await writeFiles([{ path: imageArchive(await sparkImage(profile)), content: '' }]);
    return { context: plainContext({ profile, cluster, kube, read: async () => '' }), memory };
  }
  const running = { phase: 'Running', podIP: '10.0.0.7' };

  test('find policies that nothing enforces, and leave no pod', async () => {
    const all = ['8081 open', '8082 open', '8080 open'];
    const { context, memory } = await clusterOf(running, all);
    expect(await look('policies-probe', context)).toMatchObject({
      state: 'missing',
      seen: 'not enforced: forbidden connections get through',
    });
    expect(memory.objects.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
  });

  test('find what cluster DNS does not answer', async () => {
    const name = 'kubernetes.default.svc.cluster.local';
    const answered = await clusterOf(running, [`answered: ${name}`, 'unanswered: example.com']);
    expect(await look('pod-dns', answered.context)).toMatchObject({
      state: 'ok',
      seen: expect.stringContaining(', not '),
    });
    const image = { waiting: { reason: 'ErrImagePull' } };
    const { context } = await clusterOf({ phase: 'Pending', containerStatuses: [{ state: image }] }, []);
    expect(await look('pod-dns', context)).toMatchObject({
      state: 'not available',
      seen: expect.stringContaining('the nodes cannot get image busybox:1'),
    });
  });
});
