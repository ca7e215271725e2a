// What skopeo says of this machine and of registries, and the line and the hint that a person gets for it.
import { expect, test } from 'vitest';
import { Failure } from '../../../../tasks/core/failure.ts';
import { pushFailure } from '../../../../tasks/images/registry/failures.ts';

const fatal = (text: string) => new Failure('skopeo copy: exit code 1', { output: `level=fatal msg="${text}"` });

const loginAgain = 'log in with an account that may push: skopeo login q.io, or docker login q.io';

test.each([
  [
    "denied: client with IP '192.0.2.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
    "the firewall of q.io rejects this machine's address 192.0.2.7",
    /firewall of the registry/,
  ],
  ['StatusCode: 413, ""', 'q.io, or a proxy in front of it, rejects layers of this size', /client_max_body_size/],
  [
    "error parsing HTTP 413 response body: invalid character '<'",
    'q.io, or a proxy in front of it, rejects layers of this size',
    /client_max_body_size/,
  ],
  ['StatusCode: 405, ""', 'q.io is read-only at the moment', /^wait until/],
  ['unavailable: the registry is down for maintenance', 'q.io is read-only at the moment', /^wait until/],
  ['StatusCode: 403, ""', 'q.io denies the push', loginAgain],
  [
    'invalid status code from registry 404 (Not Found)',
    'there is no repository q.io/me/spark',
    /^create the repository/,
  ],
  [
    'StatusCode: 400, "<html>Bad request"',
    'q.io, or a proxy in front of it, rejects the request (HTTP status 400)',
    /^read the log/,
  ],
  [
    'failed to read from destination repository: 500 (Internal Server Error)',
    'q.io has an internal error (500 (Internal Server Error))',
    /try again later/,
  ],
  [
    'received unexpected HTTP status: 200 OK',
    'q.io does not answer like a registry (HTTP status 200)',
    /image\.repository/,
  ],
  [
    'denied: The repository has enabled tag immutability',
    'q.io/me/spark has another image under this tag, and its tags cannot change',
    /mutable tags/,
  ],
  [
    'denied: adding 1.2 GiB of storage resource, which will exceed the configured upper limit of 5.0 GiB',
    'q.io has no space left for the image',
    /raise the storage limit/,
  ],
  [
    'unknown: write /var/lib/registry/docker/x: no space left on device',
    'q.io has no space left for the image',
    /raise the storage limit/,
  ],
  [
    'pinging container registry q.io: Get \\"https://q.io/v2/\\": Forbidden',
    'the proxy of this machine does not lead to q.io',
    /NO_PROXY/,
  ],
  [
    'pinging container registry q.io: Get \\"https://q.io/v2/\\": Bad Gateway',
    'the proxy of this machine does not lead to q.io',
    /NO_PROXY/,
  ],
  [
    'pinging container registry q.io: StatusCode: 404, \\"<!DOCTYPE html>\\n<html>\\"',
    'q.io does not answer like a registry (HTTP status 404)',
    /correct image\.repository/,
  ],
  [
    'Requesting bearer token: invalid status code from registry 400 (Bad Request)',
    'q.io, or a proxy in front of it, rejects the request (HTTP status 400)',
    /^read the log/,
  ],
  ['writing manifest: unknown blob', 'q.io lost a part of the upload', /^push again/],
  ['registry contains 1 repositories, limit is 1', 'q.io has reached a limit', /quota/],
  [
    'denied: This API method requires billing to be enabled',
    'no billing account is linked to the project of q.io',
    /^link one: /,
  ],
  [
    'denied: Container Registry is deprecated and shutting down',
    'q.io accepts no images any more',
    /Artifact Registry/,
  ],
  [
    'denied: VPC Service Controls: Request is prohibited',
    'a service perimeter of your organization protects q.io',
    /access level/,
  ],
  [
    'denied: Unauthenticated request. Unauthenticated requests do not have permission',
    'q.io requires a login',
    loginAgain,
  ],
  ['denied: Your Authorization Token has expired', 'q.io requires a login', loginAgain],
  ['denied: permission_denied: write_package', 'the token for q.io may not write', /skopeo login q\.io$/],
  ['unauthorized: access token has insufficient scopes', 'the token for q.io may not write', /skopeo login q\.io$/],
  ['name invalid: Missing image name', 'q.io takes no repository of the form q.io/me/spark', /image\.repository/],
  ['unable to push to a proxied repository', 'q.io/me/spark only caches another registry', /image\.repository/],
  ['unsupported: Invalid media type', 'q.io does not accept images of this format', /schema 2/],
  ['blob upload unknown to registry', 'q.io lost a part of the upload', /http\.secret/],
  [
    'write tcp 10.0.0.1:2->10.0.0.2:443: write: broken pipe',
    'the connection to q.io broke',
    /^run the same command again/,
  ],
  ['dial tcp 10.0.0.2:443: connect: permission denied', 'this machine cannot reach q.io', /connection/],
  [
    'pinging container registry q.io: Get \\"https://q.io/v2/\\": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    'this machine cannot reach q.io',
    /connection/,
  ],
  [
    'Get \\"https://q.io/v2/\\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'this machine cannot reach q.io',
    /connection/,
  ],
  [
    'Head \\"https://q.io/v2/\\": net/http: timeout awaiting response headers',
    'this machine cannot reach q.io',
    /connection/,
  ],
  ['remote error: tls: bad certificate', 'q.io requires a client certificate that it knows', /certs\.d\/q\.io\//],
  ['mkdir /run/containers: permission denied', 'this user may not create /run/containers', /XDG_RUNTIME_DIR/],
  [
    'creating temporary file: open /var/tmp/storage1: no such file or directory',
    'the folder for temporary files does not exist',
    /mkdir -m 1777/,
  ],
  [
    'error getting credentials - err: exit status 1, out: `Cannot autolaunch D-Bus`',
    'the credential helper, which stores the login of q.io, fails: Cannot autolaunch D-Bus',
    /^repair/,
  ],
  [
    'reading JSON file "/root/.docker/config.json": unmarshaling JSON: invalid character',
    '/root/.docker/config.json, which stores logins, is not valid JSON',
    /^correct/,
  ],
  [
    'Source image rejected: Running image docker-archive is rejected by policy.',
    "this machine's policy for signatures rejects the image",
    /policy\.json/,
  ],
  [
    'loading registries configuration "/etc/containers/registries.conf": toml: line 3',
    'skopeo cannot read the settings of registries',
    /registries\.conf/,
  ],
  [
    'reading docker-archive:/cache/x.tar: open /cache/x.tar: no such file or directory',
    'the archive of the image is missing or damaged',
    /firesteel build$/,
  ],
  ['pipe2: too many open files', 'this shell allows too few open files', /ulimit -n/],
  ['fork/exec: cannot allocate memory', 'this machine has no memory left for skopeo', /swap/],
])('skopeo’s "%s" has its cause and its cure', (said, why, hint) => {
  const failure = pushFailure(fatal(said), 'q.io/me/spark:1') as Failure;
  expect(failure.message).toBe(`cannot push q.io/me/spark:1: ${why}`);
  expect(failure.hint).toMatch(hint);
});
