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
])('%j is refused', (text, problem) => expect(refusals(text)).toEqual([problem]));

test.each([
  { kind: 's3', service: true },
  { kind: 's3', bucket: 'rides', credentials: { secret: 'aws' } },
  { kind: 'gcs', bucket: 'rides', credentials: { workloadIdentity: true } },
  { kind: 'hdfs', endpoint: 'hdfs://nn:8020', user: 'ada' },
])('%j is taken', (text) => expect(refusals(text)).toEqual([]));
