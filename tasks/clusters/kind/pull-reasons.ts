// The part of the table of kind's errors about the node image, which the Docker engine pulls.

/** What a text is looked for, and what it means. */
export interface KindReason {
  match: RegExp;
  message: (found: RegExpExecArray) => string;
  hint: string;
}

/** kind's own line, which names the image, and what the engine says after it. */
const pulling = (words: string): RegExp => new RegExp(`failed to pull image "([^"@]+)[^"]*"[\\s\\S]*(?:${words})`, 'i');

const row = (words: string, what: string, hint: string): KindReason => ({
  match: pulling(words),
  message: ([, image]) => `node image ${image} ${what}`,
  hint,
});

/** The first that matches counts. Contracts: the messages of moby with either of its image stores. */
export const pullReasons: readonly KindReason[] = [
  row(
    'toomanyrequests|too many requests|rate limit',
    "cannot be pulled: the registry's limit is reached",
    'log in to the registry: docker login; or try again later',
  ),
  row(
    'invalid reference format|must be lowercase',
    'has a name that Docker does not accept',
    'correct kind.image, as in kindest/node:v1.34.0',
  ),
  row(
    'manifest unknown|manifest for \\S+ not found|not found: manifest|pull access denied|no matching manifest|no match for platform|name unknown|\\S+:[\\w.-]+(?:@sha256:\\w+)?: not found|repository \\S+ not found',
    "does not exist, or is for another architecture than this machine's",
    'set kind.image to one of https://github.com/kubernetes-sigs/kind/releases',
  ),
  row(
    'proxyconnect|proxy authentication required',
    'cannot be pulled: the proxy of the Docker engine does not lead to the registry',
    'correct HTTPS_PROXY of the engine, in /etc/systemd/system/docker.service.d or in Docker Desktop; then restart Docker',
  ),
  row(
    'unauthorized|authentication required|incorrect username or password|no basic auth|denied: |\\b40[13] (?:unauthorized|forbidden)',
    'cannot be pulled: the registry rejects the login of this user',
    'log in again: docker login REGISTRY; for a public image, remove an old login: docker logout REGISTRY',
  ),
  row(
    'certificate has expired or is not yet valid',
    "cannot be pulled: the registry's certificate has expired, or this machine's clock is wrong",
    'correct the clock: timedatectl set-ntp true; then run the command again',
  ),
  row(
    'x509|tls: failed to verify certificate',
    'cannot be pulled: the Docker engine does not trust the certificate of the registry, or of a proxy',
    'put the CA certificate into /usr/local/share/ca-certificates, run sudo update-ca-certificates, and restart Docker',
  ),
  row(
    'server gave HTTP response to HTTPS client',
    'cannot be pulled: the registry speaks plain HTTP',
    'add the registry to insecure-registries in /etc/docker/daemon.json, and restart Docker',
  ),
  row(
    'no such host|name resolution|i/o timeout|connection refused|connection reset|connection timed out|unreachable|no route to host|TLS handshake timeout|request canceled|Client\\.Timeout|context deadline|server misbehaving|EOF',
    'cannot be pulled: the registry cannot be reached',
    'load the image with docker load, or set kind.image to a local image; list local images: docker images',
  ),
  row(
    '(?:status|status code)[^\\n]*5\\d\\d|\\b50[0234] [A-Z]',
    'cannot be pulled: the registry has an internal error',
    'try again later; for Docker Hub, see https://www.dockerstatus.com',
  ),
  row('', 'cannot be pulled', 'pull the image by hand, and read the output: docker pull IMAGE'),
];
