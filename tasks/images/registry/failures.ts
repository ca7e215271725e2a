// Explains a failed push by what skopeo reports of the registry's answer.
import { Failure } from '../../core/failure.ts';
import { registryOf } from '../name.ts';
import type { RegistryLogin } from './login.ts';

/** The push that a row explains. */
interface Push {
  registry: string;
  /** The reference without its tag. */
  repository: string;
  login?: RegistryLogin | undefined;
}

interface Cause {
  match: RegExp;
  why: (push: Push, found: RegExpExecArray) => string;
  hint: (push: Push, found: RegExpExecArray) => string;
}

const ownLogin = ({ registry }: Push) =>
  `log in with an account that may push: skopeo login ${registry}, or docker login ${registry}`;

/** The first row that matches counts. Codes: https://distribution.github.io/distribution/spec/api/#errors-2 */
const causes: Cause[] = [
  {
    match: /no space left on device|disk quota exceeded/i,
    why: () => 'this machine has no space left for the image',
    hint: () => 'free disk space in /var/tmp, or set TMPDIR to a folder with free space',
  },
  {
    match: /(docker-credential-[\w-]+)[^\n]*executable file not found/i,
    why: ({ registry }, [, helper]) => `${helper}, which stores the login of ${registry}, is not on PATH`,
    hint: ({ registry }) =>
      `put that helper on PATH, or remove credsStore and credHelpers from ~/.docker/config.json, then skopeo login ${registry}`,
  },
  {
    match: /error getting credentials[\s\S]*?out: `(docker-credential-[\w-]+): ([^`]*)`/,
    why: ({ registry }, [, helper, said]) => `${helper}, which stores the login of ${registry}, fails: ${said}`,
    hint: ({ registry }) =>
      `repair that helper, or remove credsStore and credHelpers from ~/.docker/config.json, then skopeo login ${registry}`,
  },
  {
    match: /\bopen (\/\S+): permission denied/,
    why: (_, [, path]) => `this user may not read ${path}`,
    hint: (_, [, path]) => `let this user read ${path}, or remove that file`,
  },
  {
    match: /proxy authentication required|proxyconnect\b/i,
    why: ({ registry }) => `the proxy of this machine does not lead to ${registry}`,
    hint: ({ registry }) =>
      `correct HTTPS_PROXY, or reach the registry without a proxy: add ${bare(registry)} to NO_PROXY`,
  },
  {
    match: /read-only file system/i,
    why: () => 'skopeo works in a read-only folder',
    hint: () => 'set TMPDIR to a writable folder',
  },
  {
    match: /policy\.json/,
    why: () => 'skopeo has no policy for signatures',
    hint: () =>
      `create a policy that accepts every image: mkdir -p ~/.config/containers && echo '{"default": [{"type": "insecureAcceptAnything"}]}' > ~/.config/containers/policy.json`,
  },
  {
    match: /read-?only|garbage collection|status:? 405|\bUNSUPPORTED\b/i,
    why: ({ registry }) => `${registry} is read-only at the moment`,
    hint: () => 'wait until its garbage collection or maintenance has ended, then push again',
  },
  {
    match: /status:? 413|request entity too large|payload too large/i,
    why: ({ registry }) => `${registry}, or a proxy in front of it, rejects layers of this size`,
    hint: () => 'raise the size limit of the registry or the proxy, such as client_max_body_size of nginx',
  },
  {
    match: /immutable|cannot be overwritten|already exists.*tag/i,
    why: ({ repository }) => `${repository} has another image under this tag, and its tags cannot change`,
    hint: () => 'allow mutable tags in the repository, or set image.repository to another repository',
  },
  {
    match: /API has not been used in project|SERVICE_DISABLED|API is (disabled|not enabled)/i,
    why: ({ registry }) => `the API of ${registry} is not enabled in this project`,
    hint: () => 'enable it: gcloud services enable artifactregistry.googleapis.com',
  },
  {
    match: /quota|toomanyrequests|too many requests|status:? 429/i,
    why: ({ registry }) => `${registry} has reached a limit`,
    hint: () => 'check the quota of the registry, or try again later',
  },
  {
    match: /name unknown|NAME_UNKNOWN|repository .*not found|registry .*not found|status:? 404/i,
    why: ({ repository }) => `there is no repository ${repository}`,
    hint: () => 'create the repository, or correct image.repository',
  },
  {
    match: /denied|forbidden|insufficient_scope|status:? 403/i,
    why: ({ registry, login }) => (login ? `${registry} denies ${login.user} the push` : `${registry} denies the push`),
    hint: (push) => (push.login ? `give your account the role ${push.login.role} on that repository` : ownLogin(push)),
  },
  {
    match: /unauthorized|authentication required|invalid username\/password|no basic auth|status:? 401/i,
    why: ({ registry, login }) => (login ? `${registry} does not know ${login.user}` : `${registry} requires a login`),
    hint: (push) => push.login?.renew ?? ownLogin(push),
  },
  {
    match:
      /no such host|name resolution|server misbehaving|connection refused|connection reset|(?:i\/o|handshake) timeout|unreachable|no route to host|context deadline|: EOF\b/i,
    why: ({ registry }) => `this machine cannot reach ${registry}`,
    hint: () => 'correct image.repository, or the connection to the registry',
  },
  {
    match: /server gave HTTP response to HTTPS client|does not look like a TLS handshake/i,
    why: ({ registry }) => `${registry} speaks plain HTTP, without TLS`,
    hint: ({ registry }) =>
      `give the registry TLS, or allow plain HTTP: printf '[[registry]]\\nlocation = "${registry}"\\ninsecure = true\\n' > /etc/containers/registries.conf.d/${registry.replace(/\W+/g, '-')}.conf`,
  },
  {
    match: /client sent an HTTP request to an HTTPS server/i,
    why: ({ registry }) => `${registry} speaks only TLS, and skopeo uses plain HTTP for it`,
    hint: ({ registry }) =>
      `remove insecure = true of ${registry} in /etc/containers/registries.conf and registries.conf.d`,
  },
  {
    match: /legacy Common Name/i,
    why: ({ registry }) => `the certificate of ${registry} has its name in the wrong field`,
    hint: () => 'renew the certificate of the registry with a subjectAltName',
  },
  {
    match: /remote error: tls|protocol version not supported/i,
    why: ({ registry }) => `${registry} and this machine agree on no version of TLS`,
    hint: () => 'let the registry speak TLS 1.2 or newer',
  },
  {
    match: /certificate has expired or is not yet valid/i,
    why: ({ registry }) => `the certificate of ${registry} has expired, or this machine's clock is wrong`,
    hint: () => 'correct the clock of this machine, or renew the certificate of the registry',
  },
  {
    match: /certificate is (?:valid for|not valid for any names)|doesn't contain any IP SANs/i,
    why: ({ registry }) => `the certificate of ${registry} is for another name`,
    hint: () => 'set image.repository to the name in that certificate',
  },
  {
    match: /x509|certificate/i,
    why: ({ registry }) => `this machine does not trust the certificate of ${registry}`,
    hint: ({ registry }) => `put the certificate of its authority into /etc/containers/certs.d/${registry}/ca.crt`,
  },
  {
    match: /HTTP status: 5\d\d(?: [\w ]+)?|status:? 5\d\d\b/i,
    why: ({ registry }, [status]) => `${registry} has an internal error (${status})`,
    hint: () => 'try again later, and read the log of the registry',
  },
  {
    match: /error parsing HTTP (\d+) response body/,
    why: ({ registry }, [, status]) => `${registry} does not answer like a registry (HTTP status ${status})`,
    hint: () => 'correct image.repository',
  },
];

/** Its name without a port, as exceptions of a proxy have it. */
const bare = (registry: string): string => registry.replace(/:\d+$/, '');

/** The Failure of a push or login that skopeo gave up; as it came, if its reason is not known. */
export function pushFailure(error: unknown, reference: string, login?: RegistryLogin): unknown {
  if (!(error instanceof Failure)) return error;
  const known = causes.find(({ match }) => match.test(error.output ?? ''));
  const found = known?.match.exec(error.output ?? '');
  if (!known || !found) return error;
  const push: Push = { registry: registryOf(reference), repository: reference.replace(/:[^/:]*$/, ''), login };
  const detail = error.output ? { output: error.output } : {};
  return new Failure(`cannot push ${reference}: ${known.why(push, found)}`, {
    ...detail,
    hint: known.hint(push, found),
  });
}
