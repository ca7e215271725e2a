// The storage of a profile: what contradicts itself or lacks something is refused, a line each.
import { expect, test } from 'vitest';
import { storage } from '../../../tasks/profile/blocks/storage.ts';
import { storageProblems } from '../../../tasks/profile/storage-rules.ts';

const refusals = (text: object): string[] =>
  storageProblems({ storage: storage.parse(text) }).map(({ path, message }) => `${path.join('.')}: ${message}`);

test.each<[object, string]>([
  [
    { kind: 's3', bucket: 'rides' },
    'storage: missing credentials: name a Secret in credentials.secret, or set workloadIdentity or anonymous',
  ],
  [{ kind: 's3', credentials: { anonymous: true } }, 'storage: s3 needs a bucket'],
  [
    { kind: 'gcs', bucket: 'rides' },
    'storage: missing credentials: name a Secret in credentials.secret, or set workloadIdentity or anonymous',
  ],
  [{ kind: 'gcs', service: true, bucket: 'rides' }, 'storage.service: expected kind: s3 with service, got gcs'],
  [
    { kind: 's3', service: true, endpoint: 'https://s3.example.org' },
    'storage.endpoint: expected no endpoint with service: the server has its own',
  ],
  [{ kind: 'hdfs' }, 'storage: hdfs needs an endpoint such as hdfs://host:8020'],
  [
    { kind: 'hdfs', endpoint: 'hdfs://nn:8020', credentials: { secret: 'a' } },
    'storage.credentials: expected no credentials for hdfs, which uses the name in user',
  ],
  [
    { kind: 's3', bucket: 'rides', endpoint: 'hdfs://nn:8020', credentials: { anonymous: true } },
    'storage.endpoint: expected an https address for s3',
  ],
  [
    { kind: 's3', bucket: 'rides', credentials: { secret: 'a', anonymous: true } },
    'storage.credentials: expected one of secret, workloadIdentity and anonymous',
  ],
  [
    { kind: 's3', bucket: 'rides', credentials: { secret: 'a', fromEnv: { accessKey: 'KEY' } } },
    'storage.credentials.fromEnv: expected a variable for secretKey, too',
  ],
  [
    { kind: 'gcs', bucket: 'rides', credentials: { secret: 'a', fromEnv: {} } },
    'storage.credentials.fromEnv: expected a variable for keyFile, too',
  ],
  [
    {
      kind: 's3',
      bucket: 'rides',
      credentials: { secret: 'a', fromEnv: { accessKey: 'KEY', secretKey: 'SECRET', sessionToken: 'TOKEN' } },
    },
    "storage.credentials.fromEnv: name the Secret's key for the session token in credentials.sessionToken",
  ],
  [
    { kind: 's3', bucket: 'my_rides', credentials: { secret: 'aws' } },
    'storage.bucket: Hadoop cannot open bucket my_rides, because the name is no host name: copy the data to another bucket',
  ],
  [
    { kind: 's3', bucket: 'rides.2025', credentials: { secret: 'aws' } },
    'storage.bucket: Hadoop cannot open bucket rides.2025, because the name is no host name: copy the data to another bucket',
  ],
  [
    { kind: 's3', bucket: 'a..b', credentials: { secret: 'aws' } },
    'storage.bucket: Hadoop cannot open bucket a..b, because the name is no host name: copy the data to another bucket',
  ],
  [
    {
      kind: 's3',
      bucket: 'rides',
      endpoint: 'https://rides.s3.eu-west-1.amazonaws.com',
      credentials: { secret: 'aws' },
    },
    'storage.endpoint: expected the address without the bucket: https://s3.eu-west-1.amazonaws.com',
  ],
  [
    {
      kind: 's3',
      bucket: 'rides',
      endpoint: 'https://rides.nyc3.digitaloceanspaces.com',
      credentials: { secret: 'do' },
    },
    'storage.endpoint: expected the address without the bucket: https://nyc3.digitaloceanspaces.com',
  ],
  [
    { kind: 'gcs', bucket: 'rides', endpoint: 'https://storage.googleapis.com', credentials: { anonymous: true } },
    "storage.endpoint: expected no endpoint for gcs; for Google's interface of S3, set kind: s3",
  ],
])('%j is refused', (text, problem) => expect(refusals(text)).toEqual([problem]));

test.each([
  { kind: 's3', service: true },
  { kind: 's3', bucket: 'rides', credentials: { secret: 'aws' } },
  { kind: 'gcs', bucket: 'rides', credentials: { workloadIdentity: true } },
  { kind: 's3', bucket: '2025rides', credentials: { secret: 'aws' } },
  { kind: 's3', bucket: '2025.rides', credentials: { secret: 'aws' } },
  { kind: 's3', bucket: 'minio', endpoint: 'http://minio.storage.svc:9000', credentials: { secret: 'aws' } },
  { kind: 'gcs', bucket: 'my_rides', credentials: { workloadIdentity: true } },
  { kind: 'hdfs', endpoint: 'hdfs://nn:8020', user: 'ada' },
])('%j is taken', (text) => expect(refusals(text)).toEqual([]));

test.each([
  [
    'https://s3.example.org/rides',
    'expected an address without a path, such as https://s3.example.org or hdfs://host:8020',
  ],
  ['minio:9000', 'expected an address without a path, such as https://s3.example.org or hdfs://host:8020'],
  ['http://minio:99999', 'expected a host, and a port of at most 65535'],
])('endpoint %s is refused', (endpoint, message) => {
  const parsed = storage.safeParse({ kind: 's3', bucket: 'rides', endpoint });
  expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([message]);
});
