// Readers of the S3 server: who reaches it, what they may do there, and that the last of them closes it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { SingleStep } from '../../../tasks/steps/types.ts';
import { closeToReaders, openToReaders } from '../../../tasks/storage/readers.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

/** The policy of the bucket, and the requests about it. */
let policy: string | undefined;
let requests: string[] = [];
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  requests.push(`${method} ${url}`);
  const body = (await request.toArray()).join('');
  if (!headers.authorization?.includes('Credential=id/')) return void response.writeHead(403).end();
  if (method === 'GET') return void response.writeHead(policy ? 200 : 404).end(policy);
  policy = method === 'PUT' ? body : undefined;
  response.writeHead(204).end();
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  policy = undefined;
  requests = [];
});

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'storage-keys', namespace: 'spark' },
  data: { AWS_ACCESS_KEY_ID: btoa('id'), AWS_SECRET_ACCESS_KEY: btoa('hush') },
};
const readers = { name: 'stats', namespaces: { 'firesteel/class': 'stats' } };
const set = ['storage.kind=s3', 'storage.service=true'];

/** A cluster with the key, whose forward leads to the server of this test. */
async function withServer(port = (server.address() as AddressInfo).port) {
  const { kube, objects } = memoryKube([secret]);
  const forward = (async () => ({ address: `127.0.0.1:${port}`, closed: Promise.resolve() })) as unknown;
  const isApplied = async ({ kind, metadata }: Manifest) =>
    objects.some((one) => one.kind === kind && one.metadata.name === metadata.name);
  const own = { forward: forward as typeof kube.forward, isApplied, apply: kube.create as typeof kube.apply };
  const profile = await readProfile('local', set);
  const context = plainContext({ profile, kube: { ...kube, ...own } });
  const lines: string[] = [];
  const perform = async (steps: SingleStep[]) => {
    for (const step of steps)
      if (!(await step.skip?.(context))) await step.run(context, { line: (text) => lines.push(text) });
  };
  return { profile, objects, context, lines, perform };
}

test('readers reach the server from their namespaces, and read nothing but data sets', async () => {
  const { profile, objects, context, perform } = await withServer();
  await perform(openToReaders(profile, readers));
  const access = objects.find(({ kind }) => kind === 'NetworkPolicy');
  expect(access).toMatchObject({
    metadata: { name: 'storage-stats', namespace: 'spark' },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'storage' } },
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'firesteel/class': 'stats' } } }],
          ports: [{ protocol: 'TCP', port: 7070 }],
        },
      ],
    },
  });
  expect(JSON.parse(policy ?? '')).toMatchObject({
    Statement: [
      { Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::spark/data/*'] },
      { Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::spark'] },
    ],
  });
  for (const step of openToReaders(profile, readers)) expect(await step.skip?.(context)).toBe('already up to date');
});

test('only the last readers close the data sets', async () => {
  const { profile, objects, perform } = await withServer();
  const others = { name: 'more', namespaces: { 'firesteel/class': 'more' } };
  for (const one of [readers, others]) await perform(openToReaders(profile, one));
  await perform(closeToReaders(profile, readers));
  expect(policy).toBeDefined();
  await perform(closeToReaders(profile, others));
  expect(policy).toBeUndefined();
  expect(objects).toEqual([secret]);
});

test('a server that does not run is a failure to open, and no failure to close', async () => {
  const { profile, lines, perform } = await withServer(1);
  await expect(perform(openToReaders(profile, readers))).rejects.toMatchObject({
    message: 'the S3 server does not answer',
    hint: 'start it: firesteel data up',
  });
  await perform(closeToReaders(profile, readers));
  expect(lines).toEqual(['the S3 server does not answer']);
});

test('a storage outside of the cluster has nothing to open', async () => {
  const profile = await readProfile('local', [
    'storage.kind=s3',
    'storage.bucket=rides',
    'storage.credentials.secret=aws',
  ]);
  expect(openToReaders(profile, readers)).toEqual([]);
});
