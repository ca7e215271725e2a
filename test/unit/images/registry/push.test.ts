// The words of a push, and what its failures say.
import { describe, expect, test } from 'vitest';
import { retiredProblems } from '../../../../tasks/clusters/retired.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { pushFailure } from '../../../../tasks/images/registry/failures.ts';
import type { RegistryLogin } from '../../../../tasks/images/registry/login.ts';
import { configDigest, loginCommand, manifestCommand, pushCommand } from '../../../../tasks/images/registry/skopeo.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

describe('a push', () => {
  test('names archive and reference, and no credentials', () =>
    expect(pushCommand('/cache/spark-1.tar', 'quay.io/me/spark:1')).toEqual([
      'skopeo',
      'copy',
      'docker-archive:/cache/spark-1.tar',
      'docker://quay.io/me/spark:1',
    ]));

  test('with its own login names the file, and never the password', () => {
    expect(loginCommand('quay.io', 'me', '/auth.json')).toEqual(
      'skopeo login --authfile /auth.json --username me --password-stdin quay.io'.split(' '),
    );
    expect(pushCommand('/a', 'quay.io/spark:1', '/auth.json')).toContain('/auth.json');
    expect(manifestCommand('docker://quay.io/spark:1', '/auth.json')).toContain('/auth.json');
  });

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
    const login = loginCommand(reference.split('/')[0] ?? '', 'me', '/auth.json');
    expect(login.includes('--tls-verify=false')).toBe(isLax);
  });
});

test('a manifest of one image has its own digest, a list of images has none', () => {
  expect(configDigest('{"config":{"digest":"sha256:1"}}')).toBe('sha256:1');
  expect(configDigest('{"manifests":[{"digest":"sha256:2"}]}')).toBeUndefined();
});

const fatal = (text: string) =>
  new Failure('skopeo copy: exit code 1', { output: `time="2026-01-01T00:00:00Z" level=fatal msg="${text}"` });

test.each([
  [
    'trying to reuse blob sha256:1 at destination: checking whether a blob exists in q: unauthorized: authentication required',
    'cannot push q.io/me/spark:1: q.io requires a login',
    'log in with an account that may push: skopeo login q.io, or docker login q.io',
  ],
  [
    'writing blob: initiating layer upload to /v2/me/spark/blobs/uploads/ in q.io: requested access to the resource is denied',
    'cannot push q.io/me/spark:1: q.io denies the push',
    'log in with an account that may push: skopeo login q.io, or docker login q.io',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: dial tcp: lookup q.io on 10.0.0.1:53: no such host',
    'cannot push q.io/me/spark:1: this machine cannot reach q.io',
    'correct image.repository, or the connection to the registry',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: dial tcp 10.0.0.9:443: connect: connection refused',
    'cannot push q.io/me/spark:1: this machine cannot reach q.io',
    'correct image.repository, or the connection to the registry',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: x509: certificate signed by unknown authority',
    'cannot push q.io/me/spark:1: this machine does not trust the certificate of q.io',
    'put the certificate of its authority into /etc/containers/certs.d/q.io/ca.crt',
  ],
  [
    'pinging container registry q.io: Get https://q.io/v2/: http: server gave HTTP response to HTTPS client',
    'cannot push q.io/me/spark:1: q.io speaks plain HTTP, without TLS',
    `give the registry TLS, or allow plain HTTP: printf '[[registry]]\\nlocation = "q.io"\\ninsecure = true\\n' > /etc/containers/registries.conf.d/q-io.conf`,
  ],
  [
    'pinging container registry q.io: StatusCode: 400, "Client sent an HTTP request to an HTTPS server."',
    'cannot push q.io/me/spark:1: q.io speaks only TLS, and skopeo uses plain HTTP for it',
    'remove insecure = true of q.io in /etc/containers/registries.conf and registries.conf.d',
  ],
  [
    'pinging container registry q.io: Get "https://q.io/v2/": remote error: tls: protocol version not supported',
    'cannot push q.io/me/spark:1: q.io and this machine agree on no version of TLS',
    'let the registry speak TLS 1.2 or newer',
  ],
  [
    'pinging container registry q.io: x509: certificate relies on legacy Common Name field, use SANs instead',
    'cannot push q.io/me/spark:1: the certificate of q.io has its name in the wrong field',
    'renew the certificate of the registry with a subjectAltName',
  ],
  [
    'pinging container registry q.io: proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused',
    'cannot push q.io/me/spark:1: the proxy of this machine does not lead to q.io',
    'correct HTTPS_PROXY, or reach the registry without a proxy: add q.io to NO_PROXY',
  ],
  [
    'pinging container registry q.io: Get "https://q.io/v2/": Proxy Authentication Required',
    'cannot push q.io/me/spark:1: the proxy of this machine does not lead to q.io',
    'correct HTTPS_PROXY, or reach the registry without a proxy: add q.io to NO_PROXY',
  ],
  [
    'pinging container registry q.io: lookup q.io: Temporary failure in name resolution',
    'cannot push q.io/me/spark:1: this machine cannot reach q.io',
    'correct image.repository, or the connection to the registry',
  ],
  [
    'pinging container registry q.io: Get "https://q.io/v2/": net/http: TLS handshake timeout',
    'cannot push q.io/me/spark:1: this machine cannot reach q.io',
    'correct image.repository, or the connection to the registry',
  ],
  [
    'loading credentials: open /root/.docker/config.json: permission denied',
    'cannot push q.io/me/spark:1: this user may not read /root/.docker/config.json',
    'let this user read /root/.docker/config.json, or remove that file',
  ],
  [
    'error getting credentials - err: exit status 1, out: `docker-credential-pass: not initialized`',
    'cannot push q.io/me/spark:1: docker-credential-pass, which stores the login of q.io, fails: not initialized',
    'repair that helper, or remove credsStore and credHelpers from ~/.docker/config.json, then skopeo login q.io',
  ],
  [
    'writing blob: received unexpected HTTP status: 502 Bad Gateway',
    'cannot push q.io/me/spark:1: q.io has an internal error (HTTP status: 502 Bad Gateway)',
    'try again later, and read the log of the registry',
  ],
  [
    "error parsing HTTP 404 response body: invalid character '<' looking for beginning of value",
    'cannot push q.io/me/spark:1: q.io does not answer like a registry (HTTP status 404)',
    'correct image.repository',
  ],
  [
    'pinging container registry q.io: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026 is after 2025',
    "cannot push q.io/me/spark:1: the certificate of q.io has expired, or this machine's clock is wrong",
    'correct the clock of this machine, or renew the certificate of the registry',
  ],
  [
    'pinging container registry q.io: tls: failed to verify certificate: x509: certificate is valid for hub.q.io, not q.io',
    'cannot push q.io/me/spark:1: the certificate of q.io is for another name',
    'set image.repository to the name in that certificate',
  ],
  [
    'writing blob: initiating layer upload to /v2/me/spark/blobs/uploads/ in q.io: unsupported: The registry is read-only for garbage collection',
    'cannot push q.io/me/spark:1: q.io is read-only at the moment',
    'wait until its garbage collection or maintenance has ended, then push again: firesteel build',
  ],
  [
    'writing blob: uploading layer chunked: StatusCode: 413, <html><head><title>413 Request Entity Too Large</title>',
    'cannot push q.io/me/spark:1: q.io, or a proxy in front of it, rejects layers of this size',
    'raise the size limit of the registry or the proxy, such as client_max_body_size of nginx',
  ],
  [
    "writing manifest: tag invalid: The image tag '1' already exists in the 'spark' repository and cannot be overwritten because the tag is immutable.",
    'cannot push q.io/me/spark:1: q.io/me/spark has another image under this tag, and its tags cannot change',
    'allow mutable tags in the repository, or set image.repository to another repository',
  ],
  [
    'getting username and password: 1 error occurred: * error getting credentials - err: exec: docker-credential-desktop: executable file not found in $PATH, out: ``',
    'cannot push q.io/me/spark:1: docker-credential-desktop, which stores the login of q.io, is not on PATH',
    'put that helper on PATH, or remove credsStore and credHelpers from ~/.docker/config.json, then skopeo login q.io',
  ],
  [
    'Error loading trust policy: open /etc/containers/policy.json: no such file or directory',
    'cannot push q.io/me/spark:1: skopeo has no policy for signatures',
    `create a policy that accepts every image: mkdir -p ~/.config/containers && echo '{"default": [{"type": "insecureAcceptAnything"}]}' > ~/.config/containers/policy.json`,
  ],
  [
    'initializing source: writing blob: write /var/tmp/docker-tar1: no space left on device',
    'cannot push q.io/me/spark:1: this machine has no space left for the image',
    'free disk space in /var/tmp, or set TMPDIR to a folder with free space',
  ],
  [
    'initializing source: open /var/tmp/docker-tar1: read-only file system',
    'cannot push q.io/me/spark:1: skopeo works in a read-only folder',
    'set TMPDIR to a writable folder',
  ],
])('skopeo’s "%s"', (said, message, hint) =>
  expect(pushFailure(fatal(said), 'q.io/me/spark:1')).toMatchObject({ message, hint }),
);

test('what is not known is shown unchanged', () => {
  const error = fatal('something else');
  expect(pushFailure(error, 'q.io/me/spark:1')).toBe(error);
});

const login: RegistryLogin = {
  user: 'oauth2accesstoken',
  password: async () => 'token',
  role: 'roles/artifactregistry.writer',
  renew: 'log in again: gcloud auth application-default login',
};

test.each([
  [
    'initiating layer upload: denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/p/locations/l/repositories/r" (or it may not exist)',
    'q.io denies oauth2accesstoken the push',
    'give your account the role roles/artifactregistry.writer on that repository',
  ],
  [
    'unable to retrieve auth token: invalid username/password: unauthorized: failed authentication',
    'q.io does not know oauth2accesstoken',
    'log in again: gcloud auth application-default login',
  ],
  [
    'initiating layer upload: name unknown: Repository "spark" not found',
    'there is no repository q.io:5000/me/spark',
    'create the repository, or correct image.repository',
  ],
  [
    'denied: Artifact Registry API has not been used in project 1 before or it is disabled.',
    'the API of q.io is not enabled in this project',
    'enable it: gcloud services enable artifactregistry.googleapis.com',
  ],
  [
    'toomanyrequests: Quota exceeded for quota metric',
    'q.io has reached a limit',
    'check the quota of the registry, or try again later',
  ],
])('as someone of a cloud, skopeo’s "%s"', (said, why, hint) => {
  const reference = 'q.io:5000/me/spark:1';
  const failure = pushFailure(fatal(said), reference, login);
  const message = `cannot push ${reference}: ${why.replace(/q\.io(?!:)/, 'q.io:5000')}`;
  expect(failure).toMatchObject({ message, hint });
});

test.each([
  ['gcr.io/project', 'context', /has accepted no images since 2025-03-18: use Artifact Registry/],
  ['eu.gcr.io/project', 'context', /eu\.gcr\.io has accepted no images/],
  ['eu.gcr.io/project', 'gke', /remove image\.repository/],
  ['europe-west1-docker.pkg.dev/project/spark', 'gke', undefined],
  ['quay.io/gcr.io', 'context', undefined],
  ['mygcr.io/x', 'context', undefined],
])('repository %s of %s', async (repository, cluster, problem) => {
  const profile = await readProfile(cluster, [`image.repository=${repository}`]);
  expect(retiredProblems(profile)).toEqual(problem ? [expect.stringMatching(problem)] : []);
});
