// The words of a push, and what its failures say.
import { describe, expect, test } from 'vitest';
import { configDigest, manifestCommand, pushCommand, pushFailure } from '../../../tasks/clusters/context/push.ts';
import { Failure } from '../../../tasks/lib/failure.ts';

describe('a push', () => {
  test('names archive and reference, and no credentials', () =>
    expect(pushCommand('/cache/spark-1.tar', 'quay.io/me/spark:1')).toEqual([
      'skopeo',
      'copy',
      'docker-archive:/cache/spark-1.tar',
      'docker://quay.io/me/spark:1',
    ]));

  test.each([
    ['localhost/spark:1', true],
    ['localhost:5000/spark:1', true],
    ['127.0.0.1:5000/me/spark:1', true],
    ['127.1.2.3/spark:1', true],
    ['quay.io/spark:1', false],
    ['localhost.example.com/spark:1', false],
    ['127.0.0.1.example.com/spark:1', false],
    ['me/spark:1', false],
  ])('to %s goes without TLS if it must: %s', (reference, isLax) => {
    expect(pushCommand('/a', reference).includes('--dest-tls-verify=false')).toBe(isLax);
    expect(manifestCommand(`docker://${reference}`).includes('--tls-verify=false')).toBe(isLax);
  });
});

test('a manifest of one image has a digest of its own, a list of images has none', () => {
  expect(configDigest('{"config":{"digest":"sha256:1"}}')).toBe('sha256:1');
  expect(configDigest('{"manifests":[{"digest":"sha256:2"}]}')).toBeUndefined();
});

const fatal = (text: string) =>
  new Failure('skopeo copy: exit code 1', { output: `time="2026-01-01T00:00:00Z" level=fatal msg="${text}"` });

test.each([
  [
    'trying to reuse blob sha256:1 at destination: checking whether a blob exists in q: unauthorized: authentication required',
    'cannot push q.io/me/spark:1: q.io refuses',
    'log in with an account that may push: skopeo login q.io, or docker login q.io',
  ],
  [
    'writing blob: initiating layer upload to /v2/me/spark/blobs/uploads/ in q.io: requested access to the resource is denied',
    'cannot push q.io/me/spark:1: q.io refuses',
    'log in with an account that may push: skopeo login q.io, or docker login q.io',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: dial tcp: lookup q.io on 10.0.0.1:53: no such host',
    'cannot push q.io/me/spark:1: q.io cannot be reached',
    'correct image.repository, or the way to the registry',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: dial tcp 10.0.0.9:443: connect: connection refused',
    'cannot push q.io/me/spark:1: q.io cannot be reached',
    'correct image.repository, or the way to the registry',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: x509: certificate signed by unknown authority',
    'cannot push q.io/me/spark:1: q.io has no certificate that this machine trusts',
    "put its authority's certificate into /etc/containers/certs.d/q.io/ca.crt",
  ],
])('skopeo’s "%s"', (said, message, hint) =>
  expect(pushFailure(fatal(said), 'q.io/me/spark:1')).toMatchObject({ message, hint }),
);

test('what is not known is told as it came', () => {
  const error = fatal('something else');
  expect(pushFailure(error, 'q.io/me/spark:1')).toBe(error);
});
