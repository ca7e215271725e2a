// Checks of what single verbs need: a storage that refuses, programs of the S3 server, measurements.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { Failure } from '../../../tasks/core/failure.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { look } from '../../check-of.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';

ownFolderOfEach({ XDG_CACHE_HOME: '', XDG_DATA_HOME: '' });
afterEach(() => vi.unstubAllEnvs());

const cluster: Cluster = {
  ...clusters.local,
  status: async () => ({ state: 'running', detail: 'up', components: [] }),
};

async function contextWith(sets: string[], objects: Manifest[] = [], raw: Kube['raw'] = async () => '{}') {
  const { kube } = memoryKube(objects);
  const answers: Kube['raw'] = async (path) =>
    path === '/version' ? JSON.stringify({ gitVersion: 'v1.36.0' }) : raw(path);
  const profile = await readProfile('local', sets);
  return plainContext({ profile, cluster, kube: { ...kube, raw: answers }, read: async () => '' });
}

describe('the storage of the profile', () => {
  /** A server of buckets that answers each request with this status. */
  async function bucketServer(status: number): Promise<string[]> {
    const server = createServer((_, answer) => answer.writeHead(status).end()).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    onTestFinished(() => void server.close());
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return [
      'storage.kind=s3',
      'storage.bucket=lake',
      'storage.credentials.secret=keys',
      `storage.endpoint=${endpoint}`,
    ];
  }
  const key = Buffer.from('key').toString('base64');
  const secret: Manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', namespace: 'spark' },
    data: { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: key },
  };

  test('is no matter of a profile without one', async () =>
    expect(await look('object-storage', await contextWith([]))).toMatchObject({ state: 'not available' }));

  test('is missing without its Secret, and the hint makes it', async () =>
    expect(await look('object-storage', await contextWith(await bucketServer(200)))).toMatchObject({
      state: 'missing',
      seen: 'missing credentials: there is no Secret keys in namespace spark',
      remedies: [{ text: expect.stringContaining('create secret generic keys') }],
    }));

  test.each([
    [404, 'missing', /^bucket lake does not exist at http/],
    [403, 'missing', /refuses the credentials$/],
    [200, 'ok', /^bucket lake is there$/],
  ])('that answers with %i is %s', async (status, state, seen) =>
    expect(await look('object-storage', await contextWith(await bucketServer(status), [secret]))).toMatchObject({
      state,
      seen: expect.stringMatching(seen),
    }),
  );

  test('names variables that are not set', async () => {
    vi.stubEnv('LAKE_KEY', undefined);
    const sets = ['storage.kind=s3', 'storage.bucket=lake', 'storage.credentials.fromEnv.accessKey=LAKE_KEY'];
    const more = ['storage.credentials.fromEnv.secretKey=LAKE_KEY', 'storage.credentials.secret=keys'];
    expect(await look('object-storage', await contextWith([...sets, ...more]))).toMatchObject({
      state: 'missing',
      seen: expect.stringContaining('variable LAKE_KEY'),
    });
  });
});

test('the programs that build the S3 server are missing on a PATH without them', async () => {
  vi.stubEnv('PATH', '/none');
  const context = await contextWith(['storage.kind=s3', 'storage.service=true']);
  expect(
    await look('storage-tools', { ...context, read: async () => Promise.reject(new Error('not found')) }),
  ).toMatchObject({
    state: 'partial',
    seen: expect.stringMatching(/^pip3 is not installed \(fetches Go to build with\)$/),
  });
  expect(await look('storage-tools', await contextWith([]))).toMatchObject({ state: 'not available' });
});

test('a cluster without a metrics server has no autoscaling, which is no fault', async () => {
  const none = async () => {
    throw new Failure('not found', { cause: { httpStatus: 404 } });
  };
  expect(await look('metrics', await contextWith([], [], none))).toMatchObject({
    state: 'not available',
    seen: expect.stringContaining('the cluster has no metrics server'),
  });
  expect(await look('metrics', await contextWith([]))).toMatchObject({ state: 'ok' });
});
