// Checks of a class on this machine that is really broken: a taken port, a bridge for a network, small nodes, lost files.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { classPath, keysFile, recordFile } from '../../../tasks/classroom/folder.ts';
import { withNewKeys } from '../../../tasks/classroom/keys.ts';
import { classLabel } from '../../../tasks/classroom/seat/labels.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { createAuthority, issue } from '../../../tasks/core/certificates.ts';
import { writeFiles } from '../../../tasks/core/files/changes.ts';
import { networkFinding } from '../../../tasks/doctor/checks/door.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { look } from '../../check-of.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { node } from '../spark/sizes/rooms.ts';

ownFolderOfEach();

const running: Cluster = {
  ...clusters.local,
  status: async () => ({ state: 'running', detail: 'up', components: [] }),
};
const firesteel = (...words: string[]) => ({ command: ['firesteel', ...words] });

/** A class of Ada and Bob on this machine, in a cluster of these objects. */
async function classOn(objects: Manifest[], own: Partial<Cluster> = {}, ...sets: string[]) {
  const students = ['ada', 'bob'].map((name) => ({ name, key: name, shown: name }));
  const record = { by: { field: 'name' as const }, students, former: [] };
  await writeFiles([recordFile('class', record), keysFile('class', withNewKeys(students, new Map()))]);
  const { kube } = memoryKube(objects);
  return plainContext({
    profile: await readProfile('local', ['classroom.door.address=127.0.0.1', ...sets]),
    cluster: { ...running, ...own },
    kube: { ...kube, raw: async () => JSON.stringify({ gitVersion: 'v1.36.0' }) },
    read: async () => '',
  });
}

describe('the ports of the door', () => {
  const listening = async (server: Server): Promise<number> => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  test('are taken while another program has one, and free after its end', async () => {
    const server = createServer();
    const port = await listening(server);
    const context = await classOn([], {}, `classroom.door.port=${port}`);
    expect(await look('class-ports', context)).toMatchObject({
      state: 'missing',
      seen: `port ${port} is used by another program`,
      remedies: [{ text: `stop the program that listens there: ss -ltnp 'sport = :${port}'` }],
    });
    await new Promise((closed) => server.close(closed));
    expect(await look('class-ports', context)).toMatchObject({ state: 'ok' });
  });

  test('are fine where the door itself has them, which its certificate shows', async () => {
    const pair = await issue(await createAuthority('class', { days: 3 }), { commonName: 'door', usage: 'server' });
    const port = await listening(createTlsServer({ cert: pair.certificatePem, key: pair.keyPem }));
    const context = await classOn([], {}, `classroom.door.port=${port}`);
    expect(await look('class-ports', context)).toMatchObject({ state: 'missing' });
    await writeFiles([{ path: classPath('class', 'ca', 'door.crt'), content: pair.certificatePem }]);
    expect(await look('class-ports', context)).toMatchObject({ state: 'ok', seen: 'the door is open' });
  });
});

test('an address of no network of this machine is a finding', async () => {
  expect(await look('class-address', await classOn([]))).toMatchObject({
    state: 'missing',
    seen: expect.stringMatching(/^127\.0\.0\.1 is not an address of this machine: /),
  });
});

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!isRoot)('the network of the door (needs root)', () => {
  let shell: ChildProcess | undefined;
  afterEach(async () => {
    if (!shell) return;
    shell.stdin?.end();
    await once(shell, 'close');
  });

  test('is none of a room where its address is that of a bridge to containers, or of a tunnel', async () => {
    const script = [
      'mount -t sysfs sysfs /sys',
      'ip link add docker9 type bridge',
      'ip tuntap add dev tun9 mode tun',
      'ip link add eth9 type veth peer name far',
      'echo made',
      'read x',
    ].join(' && ');
    shell = spawn('unshare', ['--net', '--mount', 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(shell.stdout ?? shell, 'data');
    const found = (link: string, address = '192.0.2.7') =>
      networkFinding({ address, interface: link }, `${address}:8443`, `/proc/${shell?.pid}/root`);
    expect(found('docker9')).toMatchObject({
      state: 'partial',
      seen: '192.0.2.7 is the address of docker9, a bridge to containers or virtual machines',
    });
    expect(found('tun9').seen).toBe('192.0.2.7 is the address of tun9, a tunnel');
    expect(found('eth9')).toMatchObject({ state: 'not available', seen: expect.stringContaining('192.0.2.7:8443') });
    expect(found('eth9', '169.254.3.4')).toMatchObject({
      state: 'missing',
      seen: 'eth9 got no address from a network, and chose 169.254.3.4 itself',
    });
  });
});

test('the check of the network needs a second device', async () =>
  expect(await look('class-network', await classOn([]))).toMatchObject({ state: 'not available' }));

test('nodes without room for every seat are a finding, and larger ones are none', async () => {
  expect(await look('class-room', await classOn([node('small', '2', '1Gi')]))).toMatchObject({
    state: 'missing',
    seen: expect.stringMatching(/^the nodes hold \d seats?, the class has 2 students: memory is the limit$/),
  });
  expect(await look('class-room', await classOn([node('large', '64', '256Gi')]))).toMatchObject({ state: 'ok' });
});

describe('an image of a seat that a node lacks', () => {
  const image = 'docker.io/library/spark-seat:1';
  const seat: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'notebook', namespace: 'class-ada', labels: { [classLabel]: 'class' } },
    spec: { containers: [{ name: 'notebook', image }] },
  } as Manifest;
  const withImages = (name: string, ...names: string[]) => ({
    ...node(name, '2', '8Gi'),
    status: { images: names.map((one) => ({ names: [one] })) },
  });
  const objects = () => [seat, withImages('first', image), withImages('second')];

  test('is loaded by a command', async () => {
    expect(await look('class-images', await classOn(objects()))).toMatchObject({
      state: 'partial',
      seen: `second lacks ${image}`,
      remedies: [firesteel('classroom', 'start')],
    });
    expect(await look('class-images', await classOn([seat, withImages('first', image)]))).toMatchObject({
      state: 'ok',
    });
  });

  test('is loaded by a person where that may cost money', async () => {
    const context = await classOn(objects(), { costs: async () => [] });
    expect((await look('class-images', context)).remedies).toEqual([
      { text: 'load the images before the class begins: firesteel classroom start' },
    ]);
  });
});

test('students without a kubeconfig get one by a command', async () => {
  expect(await look('class-tokens', await classOn([]))).toMatchObject({
    state: 'partial',
    seen: 'ada has no kubeconfig',
    more: ['bob has no kubeconfig'],
    remedies: [firesteel('classroom', 'apply')],
  });
});

test('a certificate that is over soon is renewed by a command', async () => {
  const pair = await issue(await createAuthority('class', { days: 3 }), {
    commonName: 'door',
    usage: 'server',
    days: 2,
  });
  const path = classPath('class', 'ca', 'door.crt');
  const context = await classOn([]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, pair.certificatePem);
  expect(await look('class-certificate', context)).toMatchObject({
    state: 'partial',
    remedies: [firesteel('classroom', 'apply')],
  });
});
