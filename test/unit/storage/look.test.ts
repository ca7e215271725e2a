// A look at a bucket from this machine: each answer of a server is one line that names the cause and what mends it.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import { lookAtStorage } from '../../../tasks/storage/look.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

/** Answers as the test says; its requests. */
let answer: { status: number; region?: string; code?: string; list?: number } = { status: 200 };
let requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  const isList = request.method === 'GET';
  response
    .writeHead((isList && answer.list) || answer.status, answer.region ? { 'x-amz-bucket-region': answer.region } : {})
    .end(isList && answer.code ? `<Error><Code>${answer.code}</Code></Error>` : undefined);
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.close();
});
const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const profileOf = (storage: object): Profile => ({ ...profileSchema.parse({ storage }), name: 'x', clusterName: 'x' });
const own = (more: object = {}) => ({
  kind: 's3',
  endpoint: endpoint(),
  bucket: 'rides',
  credentials: { secret: 'aws' },
  ...more,
});
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'aws', namespace: 'spark' },
  data: { AWS_ACCESS_KEY_ID: btoa('id'), AWS_SECRET_ACCESS_KEY: btoa('hush') },
};

/** What a look says, or its failure with the hint. */
async function look(storage: object): Promise<string> {
  const profile = profileOf(storage);
  const lines: string[] = [];
  requests = [];
  try {
    const context = plainContext({ profile, kube: memoryKube([secret]).kube });
    await lookAtStorage(profile).run(context, { line: (text) => lines.push(text) });
    return lines.join('\n');
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return `${message} → ${hint}`;
  }
}

test('a bucket that is there is asked once, with a signature for its region', async () => {
  answer = { status: 200 };
  expect(await look(own({ region: 'eu-west-1' }))).toBe('bucket rides is there');
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['HEAD /rides']);
  expect(requests[0]?.headers.authorization).toMatch(/Credential=id\/\d+\/eu-west-1\/s3\/aws4_request/);
});

test.each<[number, string | undefined, object, string]>([
  [404, undefined, {}, 'bucket rides does not exist at URL → correct storage.bucket, or make the bucket'],
  [
    301,
    'eu-west-1',
    {},
    'bucket rides is in region eu-west-1, not in us-east-1 → correct the region: --set storage.region=eu-west-1',
  ],
  [
    400,
    'eu-west-1',
    { region: 'eu-north-1' },
    'bucket rides is in region eu-west-1, not in eu-north-1 → correct the region: --set storage.region=eu-west-1',
  ],
  [
    400,
    undefined,
    {},
    'bucket rides: URL answers 400 to a request for region us-east-1 → correct storage.region and storage.endpoint; a session token may have expired',
  ],
  [
    403,
    undefined,
    {},
    'bucket rides: URL refuses the credentials → correct the keys in Secret aws, or give their account the right to list and read the bucket',
  ],
  [
    403,
    undefined,
    { credentials: { anonymous: true } },
    'bucket rides: URL does not let everyone in → name a Secret with keys in storage.credentials.secret',
  ],
  [503, undefined, {}, 'not checked: URL answers 503'],
])('%i with region %s for %j', async (status, region, more, line) => {
  answer = { status, ...(region ? { region } : {}) };
  expect((await look(own(more))).replaceAll(endpoint(), 'URL')).toBe(line);
});

test.each<[{ code?: string; list?: number }, string]>([
  [{ list: 200 }, 'bucket rides is there'],
  [{ code: 'AccessDenied' }, 'not checked: the keys may not list bucket rides'],
  [{ code: 'InvalidAccessKeyId' }, 'bucket rides: URL refuses the credentials (InvalidAccessKeyId) → correct the keys'],
  [{ code: 'SignatureDoesNotMatch' }, 'URL refuses the credentials (SignatureDoesNotMatch) → correct the keys'],
  [{ code: 'ExpiredToken' }, 'the session token has expired → put a new session token with its keys into Secret aws'],
  [{ code: 'RequestTimeTooSkewed' }, 'the clock of this machine is wrong, so URL refuses its requests → set the clock'],
])('a bucket that refuses HEAD is listed, and answers %j', async (more, line) => {
  answer = { status: 403, ...more };
  expect((await look(own())).replaceAll(endpoint(), 'URL')).toContain(line);
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'HEAD /rides',
    'GET /rides?list-type=2&max-keys=1',
  ]);
});

test.each([
  [
    { kind: 'gcs', bucket: 'rides', credentials: { anonymous: true } },
    'not checked: firesteel looks only at storages of kind s3',
  ],
  [{ kind: 'hdfs', endpoint: 'hdfs://nn:8020' }, 'not checked: firesteel looks only at storages of kind s3'],
  [
    { kind: 's3', bucket: 'rides', credentials: { workloadIdentity: true } },
    'not checked: only pods have the service accounts of workloadIdentity',
  ],
  [
    { kind: 's3', endpoint: 'http://127.0.0.1:1', bucket: 'rides', credentials: { anonymous: true } },
    'not checked: http://127.0.0.1:1 does not answer this machine: ',
  ],
])('%j cannot be looked at, and the line says why', async (storage, line) => {
  expect(await look(storage)).toContain(line);
});

test('AWS names the region of a bucket whose profile has none, and is asked again there, as Hadoop does', async () => {
  const urls: string[] = [];
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, '');
  vi.stubGlobal('fetch', async (url: string) => {
    urls.push(url);
    const status = url.includes('eu-west-1') ? 200 : 301;
    return new Response(null, { status, headers: { 'x-amz-bucket-region': 'eu-west-1' } });
  });
  try {
    const storage = { kind: 's3', bucket: 'rides', credentials: { secret: 'aws' } };
    expect(await look(storage)).toBe('bucket rides is there, in region eu-west-1');
    expect(urls).toEqual(['https://s3.us-east-1.amazonaws.com/rides', 'https://s3.eu-west-1.amazonaws.com/rides']);
    expect(await look({ ...storage, region: 'us-east-1' })).toContain('bucket rides is in region eu-west-1, not in us');
  } finally {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  }
});
