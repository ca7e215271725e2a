// The places that a pod of one seat tries to reach, of a cluster with several nodes.
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { seatPlaces } from '../../../../tasks/classroom/verify/places.ts';
import { closedOnes, openTeacherPlaces } from '../../../../tasks/classroom/verify/teacher-place.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { seatOf } from '../door/seats.ts';

const pod = (namespace: string, podIP: string, labels: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', namespace, labels },
  spec: { containers: [] },
  status: { phase: 'Running', podIP },
});
const node = (name: string, ...addresses: [type: string, address: string][]): Manifest => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { podCIDR: '10.1.0.0/24' },
  status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
});
const notebook = { 'app.kubernetes.io/name': 'notebook' };

const objects: Manifest[] = [
  node('one', ['InternalIP', '192.168.7.1'], ['ExternalIP', '203.0.113.7'], ['Hostname', 'one']),
  node('two', ['InternalIP', '192.168.7.2'], ['InternalIP', 'fd00:7::2']),
  pod('data-ada', '10.1.0.5', notebook),
  pod('data-bob', '10.1.0.6', notebook),
  pod('lab-class', '10.1.0.7', { 'app.kubernetes.io/name': 'door' }),
  pod('kube-system', '10.1.0.8', { 'k8s-app': 'kube-dns' }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: ['10.96.0.0/24'] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'api', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    endpoints: [{ addresses: ['192.168.7.1'] }],
    ports: [{ port: 6443 }],
  },
];

test('are the seat, its neighbour, the door, names, every node and what nobody has', async () => {
  const profile = await readProfile('local', ['classroom.name=lab']);
  const { kube } = memoryKube(objects);
  const [ada, bob] = [seatOf('ada', 'localhost:8443'), seatOf('bob', 'localhost:8444')];
  const places = await seatPlaces({ kube, profile }, ada, bob);
  expect(places.map(({ isAllowed, host, port }) => `${isAllowed ? '' : 'not '}${host} ${port}`)).toEqual([
    'notebook.data-ada.svc 8888',
    'kubernetes.default.svc 443',
    '192.168.7.1 6443',
    '10.1.0.8 53',
    'notebook.data-bob.svc 0',
    'not notebook.data-bob.svc 8888',
    'not 10.1.0.6 8888',
    'not 10.1.0.6 7100',
    'not 10.1.0.6 4040',
    'not 10.1.0.7 8443',
    'not 10.1.0.8 8181',
    'not 192.168.7.1 10250',
    'not 192.168.7.2 10250',
    'not fd00:7::2 10250',
    'not node-by-ipv6 10250',
    'not 169.254.169.254 80',
    'not 10.1.0.254 80',
    'not 10.96.0.254 80',
  ]);
});

test("the teacher's addresses count but for public ones, which pods reach, and those of opened networks", () => {
  const all = ['203.0.113.7', '192.168.20.5', '172.32.0.1', '10.0.0.1', '198.18.0.1'].map((address) => ({ address }));
  expect(closedOnes(all, [])).toEqual(['192.168.20.5', '10.0.0.1', '198.18.0.1']);
  expect(closedOnes(all, ['10.0.0.0/24', 'fd00::/8'])).toEqual(['192.168.20.5', '198.18.0.1']);
});

test("a port of the teacher's machine answers until the attempts end", async () => {
  const { places, close } = await openTeacherPlaces(['127.0.0.1', '127.0.0.2']);
  const [place] = places;
  expect(places.map(({ isAllowed, host }) => [isAllowed, host])).toEqual([
    [false, '127.0.0.1'],
    [false, '127.0.0.2'],
  ]);
  const reaches = () =>
    new Promise<boolean>((done) => {
      const socket = connect(place?.port ?? 0, '127.0.0.1', () => done(true));
      socket.on('error', () => done(false));
    });
  expect(await reaches()).toBe(true);
  close();
  expect(await reaches()).toBe(false);
});
