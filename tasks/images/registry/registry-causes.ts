// The table of what a registry, or the way to it, answers to a push.
import type { Cause, Push } from './cause.ts';

const ownLogin = ({ registry }: Push) =>
  `log in with an account that may push: skopeo login ${registry}, or docker login ${registry}`;

/** An HTTP status in each spelling of skopeo and of registries, or words of the registry. */
const answers = (status: string, words = ''): RegExp =>
  new RegExp(
    [`(?:\\bstatus(?: ?code)?(?: from registry)?:?|\\bHTTP) (?:${status})\\b`, ...(words ? [words] : [])].join('|'),
    'i',
  );

/** The first row that matches counts. Codes: https://distribution.github.io/distribution/spec/api/#errors-2 */
export const registryCauses: Cause[] = [
  {
    match: answers(
      '507',
      'insufficient storage|no space left on device|disk quota exceeded|exceed the configured upper limit|storage (?:quota|limit)|upper limit of [\\d.]+ ?[GM]i?B',
    ),
    why: ({ registry }) => `${registry} has no space left for the image`,
    hint: () => 'delete old images there, or raise the storage limit of the registry',
  },
  {
    match: /invalid media type|schema ?version|manifest invalid(?![^\n]*(?:quota|immutab))|MANIFEST_INVALID/i,
    why: ({ registry }) => `${registry} does not accept images of this format`,
    hint: () => 'use a registry that accepts Docker manifests of schema 2, or update it',
  },
  {
    match: /proxied|proxy cache|pull-?through|remote repositor|virtual repositor/i,
    why: ({ repository }) => `${repository} only caches another registry`,
    hint: () => 'set image.repository to a repository that accepts pushes',
  },
  {
    match: /container registry is (?:deprecated|shut)|shutting down/i,
    why: ({ registry }) => `${registry} accepts no images any more`,
    hint: () => 'set image.repository to a repository of Artifact Registry',
  },
  {
    match: answers('405', 'read[- ]?only|garbage collection|maintenance|\\bUNSUPPORTED\\b'),
    why: ({ registry }) => `${registry} is read-only at the moment`,
    hint: () => 'wait until its garbage collection or maintenance has ended, then push again: firesteel build',
  },
  {
    match: answers('413', 'request entity too large|payload too large|content too large|SIZE_INVALID'),
    why: ({ registry }) => `${registry}, or a proxy in front of it, rejects layers of this size`,
    hint: () => 'raise the size limit of the registry or the proxy, such as client_max_body_size of nginx',
  },
  {
    match: /immutab|cannot be overwritten|already exists.*tag/i,
    why: ({ repository }) => `${repository} has another image under this tag, and its tags cannot change`,
    hint: () => 'allow mutable tags in the repository, or set image.repository to another repository',
  },
  {
    match: /API has not been used in project|SERVICE_DISABLED|API is (disabled|not enabled)/i,
    why: ({ registry }) => `the API of ${registry} is not enabled in this project`,
    hint: () => 'enable it: gcloud services enable artifactregistry.googleapis.com',
  },
  {
    match: /requires billing|enable billing|billing account/i,
    why: ({ registry }) => `no billing account is linked to the project of ${registry}`,
    hint: () => 'link one: https://console.cloud.google.com/billing/linkedaccount',
  },
  {
    match: /organization's policy|VPC Service Controls|vpcServiceControls/i,
    why: ({ registry }) => `a service perimeter of your organization protects ${registry}`,
    hint: () => 'work from inside the perimeter, or ask an administrator of the organization for an access level',
  },
  {
    match: /client with IP '?([\d.a-f:]+)'? is not allowed|IP address ([\d.a-f:]+) is not (?:allowed|authorized)/i,
    why: ({ registry }, [, one, other]) => `the firewall of ${registry} rejects this machine's address ${one ?? other}`,
    hint: () => 'add that address to the firewall of the registry, or push from a machine in its network',
  },
  {
    match: answers(
      '429',
      'quota|toomanyrequests|too many requests|limit is \\d+|too many repositories|private repositor',
    ),
    why: ({ registry }) => `${registry} has reached a limit`,
    hint: () => 'check the quota of the registry, or try again later',
  },
  {
    match: /name[_ ]invalid|invalid reference format|invalid repository name|missing image name/i,
    why: ({ registry, repository }) => `${registry} takes no repository of the form ${repository}`,
    hint: () => 'correct image.repository; Artifact Registry takes LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE',
  },
  {
    // Its own page, where a registry answers in JSON.
    match:
      /pinging container registry [^\n]*StatusCode: (40[0134])[^\n]*<(?:!doctype|html)|error parsing HTTP (40[0134]) response body/i,
    why: ({ registry }, [, page, body]) => `${registry} does not answer like a registry (HTTP status ${page ?? body})`,
    hint: () => 'correct image.repository',
  },
  {
    match: answers('404', 'name[_ ]unknown|repository .*not found|registry .*not found|project .*not found'),
    why: ({ repository }) => `there is no repository ${repository}`,
    hint: () => 'create the repository, or correct image.repository',
  },
  {
    match: /insufficient scopes|expected scopes|write_package|insufficient_scope[^\n]*token/i,
    why: ({ registry }) => `the token for ${registry} may not write`,
    hint: ({ registry }) => `create a token that may write packages, then log in with it: skopeo login ${registry}`,
  },
  {
    match:
      /no such host|name resolution|server misbehaving|connect: [a-z]|connection refused|connection reset|(?:i\/o|handshake) timeout|unreachable|no route to host|context deadline|Client\.Timeout|request canceled|timeout awaiting|: EOF\b/i,
    why: ({ registry }) => `this machine cannot reach ${registry}`,
    hint: () => 'correct image.repository, or the connection to the registry',
  },
  {
    match: /unauthenticated|authorization token has expired|personal access token/i,
    why: ({ registry, login }) => (login ? `${registry} does not know ${login.user}` : `${registry} requires a login`),
    hint: (push) => push.login?.renew ?? ownLogin(push),
  },
  {
    match: answers('403', 'denied|forbidden|insufficient_scope'),
    why: ({ registry, login }) => (login ? `${registry} denies ${login.user} the push` : `${registry} denies the push`),
    hint: (push) => (push.login ? `give your account the role ${push.login.role} on that repository` : ownLogin(push)),
  },
  {
    match: answers('401', 'unauthorized|authentication required|invalid username/password|no basic auth'),
    why: ({ registry, login }) => (login ? `${registry} does not know ${login.user}` : `${registry} requires a login`),
    hint: (push) => push.login?.renew ?? ownLogin(push),
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
    match: /tls: (?:bad certificate|certificate required|unknown certificate)/i,
    why: ({ registry }) => `${registry} requires a client certificate that it knows`,
    hint: ({ registry }) => `put client.cert and client.key into /etc/containers/certs.d/${registry}/`,
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
    match: /blob (?:upload )?(?:unknown|invalid)|unknown blob|digest (?:invalid|did not match)|BLOB_U/i,
    why: ({ registry }) => `${registry} lost a part of the upload`,
    hint: () =>
      'push again: firesteel build; several servers behind one name need the same storage and the same http.secret',
  },
  {
    match: /broken pipe|connection timed out|unexpected EOF|GOAWAY|stream error|connection broken|closed network/i,
    why: ({ registry }) => `the connection to ${registry} broke`,
    hint: () => 'run the same command again: layers that arrived stay there',
  },
  {
    match: /HTTP status: 5\d\d(?: [\w ]+)?|\b(?:HTTP|status(?: ?code)?:?) 5\d\d\b|\b5\d\d \([\w ]+\)/i,
    why: ({ registry }, [status]) => `${registry} has an internal error (${status})`,
    hint: () => 'try again later, and read the log of the registry',
  },
  {
    match: /\b(?:HTTP|status(?: ?code)?:?) ([23]\d\d)\b/i,
    why: ({ registry }, [, status]) => `${registry} does not answer like a registry (HTTP status ${status})`,
    hint: () => 'correct image.repository',
  },
  {
    match: /\b(?:HTTP|status(?: ?code)?(?: from registry)?:?) (4\d\d)\b/i,
    why: ({ registry }, [, status]) =>
      `${registry}, or a proxy in front of it, rejects the request (HTTP status ${status})`,
    hint: () => 'read the log of the registry and of the proxy',
  },
];
