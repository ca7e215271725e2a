// Why a node image cannot be pulled, in the words of Docker's engines and of registries.
import { expect, test } from 'vitest';
import { kindFailure } from '../../../../tasks/clusters/kind/failures.ts';
import { Failure } from '../../../../tasks/core/failure.ts';

const output = (said: string) =>
  'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.37.0": command "docker pull kindest/node:v1.37.0" ' +
  `failed with error: exit status 1\n\nCommand Output: ${said}`;

test.each<[said: string, what: string, hint: RegExp]>([
  [
    'Error response from daemon: failed to resolve reference "docker.io/kindest/node:v1.37.0": docker.io/kindest/node:v1.37.0: not found',
    "does not exist, or is for another architecture than this machine's",
    /kind\.image/,
  ],
  [
    'Error response from daemon: no match for platform in manifest: not found',
    "does not exist, or is for another architecture than this machine's",
    /kind\.image/,
  ],
  [
    'Error response from daemon: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope',
    "does not exist, or is for another architecture than this machine's",
    /kind\.image/,
  ],
  ['invalid reference format: repository name must be lowercase', 'has a name that Docker does not accept', /correct/],
  [
    'Error response from daemon: received unexpected HTTP status: 429 Too Many Requests',
    "cannot be pulled: the registry's limit is reached",
    /docker login/,
  ],
  [
    'Error response from daemon: Head "https://registry-1.docker.io/v2/kindest/node/manifests/v1.37.0": unauthorized: incorrect username or password',
    'cannot be pulled: the registry rejects the login of this user',
    /docker logout/,
  ],
  [
    'Error response from daemon: Head "https://harbor.corp/v2/kindest/node/manifests/v1.37.0": no basic auth credentials',
    'cannot be pulled: the registry rejects the login of this user',
    /docker login/,
  ],
  [
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused',
    'cannot be pulled: the proxy of the Docker engine does not lead to the registry',
    /docker\.service\.d/,
  ],
  [
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": Proxy Authentication Required',
    'cannot be pulled: the proxy of the Docker engine does not lead to the registry',
    /docker\.service\.d/,
  ],
  [
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'cannot be pulled: the Docker engine does not trust the certificate of the registry, or of a proxy',
    /update-ca-certificates/,
  ],
  [
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": x509: certificate has expired or is not yet valid: current time 2019-01-01',
    "cannot be pulled: the registry's certificate has expired, or this machine's clock is wrong",
    /clock/,
  ],
  [
    'Error response from daemon: Get "https://registry.corp:5000/v2/": http: server gave HTTP response to HTTPS client',
    'cannot be pulled: the registry speaks plain HTTP',
    /insecure-registries/,
  ],
  [
    'read tcp 10.0.0.9:51724->34.205.13.154:443: read: connection reset by peer',
    'cannot be pulled: the registry cannot be reached',
    /docker load/,
  ],
  [
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution',
    'cannot be pulled: the registry cannot be reached',
    /docker load/,
  ],
  [
    'Error response from daemon: received unexpected HTTP status: 503 Service Unavailable',
    'cannot be pulled: the registry has an internal error',
    /try again later/,
  ],
])('%#: %s', (said, what, hint) => {
  const failure = kindFailure(new Failure('kind', { output: output(said) }), 'make cluster dev') as Failure;
  expect(failure.message).toBe(`cannot make cluster dev: node image kindest/node:v1.37.0 ${what}`);
  expect(failure.hint).toMatch(hint);
});
