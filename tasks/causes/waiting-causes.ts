// The table of known causes of a container that waits: for its image, its configuration, or its start. Pure.
import { firstLine } from './finding.ts';
import type { About, KnownCause } from './known-cause.ts';
import { buildForNodes, startFault, waitForNode } from './known-cause.ts';

const pull =
  (rest: string) =>
  (_: RegExpExecArray, { image }: About): string =>
    `cannot pull image ${image}: ${rest}`;

/** What the kubelet says while it, or the container runtime, is late. */
export const passingErrors = [
  'deadline ?exceeded',
  'timed out waiting',
  'failed to sync',
  'is reserved for',
  'context canceled',
  'try again',
  'temporarily unavailable',
  'code = Unavailable',
  'services have not yet been read',
];

/** runc when the container's memory does not even hold its start. */
export const tooLittleToStart: Pick<KnownCause, 'cause' | 'cure'> = {
  cause: (_, { memory }) => `container cannot start: its start alone needs more memory than ${memory}`,
  cure: (_, { part }) => (part === 'pod' ? "raise the pod's memory in the profile" : `raise spark.${part}.memory`),
};

/** What the state of a container that waits tells. */
export const waitingCauses: readonly KnownCause[] = [
  {
    match: /^waiting ErrImageNeverPull/,
    cause: (_, { image, node }) => `image ${image} is not on node ${node}`,
    cure: 'load the image into the cluster: firesteel build',
  },
  {
    match: /^waiting InvalidImageName/,
    cause: (_, { image }) => `"${image}" is not an image name`,
    cure: 'correct image.repository in the profile',
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:no space left on device|disk quota exceeded)/i,
    cause: (_, { image, node }) => `cannot pull image ${image}: no space left on the disk of node ${node}`,
    cure: (_, { node }) => `free disk on node ${node}`,
    passing: true,
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:toomanyrequests|too many requests|rate ?limit|status(?: code)?:? 429\b)/i,
    cause: pull('the registry has reached its limit of pulls'),
    cure: 'name a pull secret in spark.kubernetes.container.image.pullSecrets, or wait until the limit is over',
    passing: true,
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*pull QPS exceeded/,
    cause: pull('the node pulls many images at the moment'),
    cure: waitForNode,
    passing: true,
  },
  {
    // What a proxy answers in place of a connection comes without a status code.
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:proxyconnect|proxy authentication required|(?:Get|Head) "[^"]+": (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Time-?out)\b)/i,
    cause: pull("the node's proxy does not lead to the registry"),
    cure: 'correct the proxy of the container runtime; a local cluster takes HTTPS_PROXY of this shell: firesteel deploy',
    passing: true,
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:unauthorized|(?<![\w./-])denied(?![\w./-])|authentication required|no basic auth credentials|(?<![\w./:@-])40[13](?![\w.-]))/i,
    cause: pull('the registry denies access'),
    cure: 'name a pull secret in spark.kubernetes.container.image.pullSecrets, or push the image: firesteel build',
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*x509: certificate signed by unknown authority/,
    cause: pull("the node does not trust the registry's certificate"),
    cure: "add the registry's CA certificate to the container runtime of every node",
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(x509: [^"\n]*)/,
    cause: ([, why], { image }) => `cannot pull image ${image}: the registry has a wrong certificate: ${why}`,
    cure: 'give the registry a certificate for its name that has not expired',
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*server gave HTTP response to HTTPS client/,
    cause: pull('the registry speaks HTTP, and the node expects HTTPS'),
    cure: 'give the registry TLS, or allow HTTP for this registry in the container runtime of every node',
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:no match(?:ing manifest)?(?: for)? (?:platform|linux)|no image found in (?:manifest list|image index) for architecture)/i,
    cause: pull("not built for this node's architecture"),
    cure: buildForNodes,
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:unexpected (?:HTTP )?status\b[^\n]*?: |status code:? )(5\d\d\b[^\n]*)/i,
    cause: ([, status], { image }) => `cannot pull image ${image}: the registry is in trouble: ${status}`,
    cure: 'wait while the node tries again, and check the registry if the error stays',
    passing: true,
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*short-name/,
    cause: pull('the node does not know which registry has an image of this name'),
    cure: 'begin image.repository with the name of its registry',
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:signature was required|Source image rejected)|^waiting SignatureValidationFailed/,
    cause: pull('the node requires a signature that the image does not have'),
    cure: 'sign the image, or change the signature policy of the nodes',
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:no such host|dial tcp|(?<![\w./-])timeout(?![\w./-])|connection (?:refused|reset)|network is unreachable|deadline exceeded|tls: handshake|"[^"]*": (?:unexpected )?EOF)/i,
    cause: pull('the registry cannot be reached from the node'),
    cure: "load the image into the cluster: firesteel build, or repair the node's network",
    passing: true,
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:not found|manifest unknown|does not exist)/i,
    cause: pull('no such image'),
    cure: 'load the image into the cluster: firesteel build',
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): ([\s\S]*)/,
    cause: ([, message], { image }) =>
      `cannot pull image ${image}: ${firstLine(message) || 'waiting before the next try'}`,
    cure: 'load the image into the cluster: firesteel build',
    passing: true,
  },
  {
    match: /^waiting CreateContainerConfigError: (secret|configmap) "([^"]+)" not found/,
    cause: ([, kind, name]) => `${kind} ${name} does not exist`,
    cure: ([, kind, name]) => `create ${kind} ${name} in its namespace`,
    passing: true,
  },
  {
    match: /^waiting CreateContainerConfigError: couldn't find key (\S+) in (?:Secret|ConfigMap) (\S+)/,
    cause: ([, key, where]) => `${where} has no key ${key}`,
    cure: ([, key]) => `add the key ${key}`,
    passing: true,
  },
  { match: /^waiting RunContainerError: [\s\S]*container init was OOM-killed/, ...tooLittleToStart },
  {
    match: /^waiting (?:CreateContainer(?:Config)?Error|RunContainerError): [\s\S]*no space left on device/,
    cause: (_, { node }) => `container cannot start: no space left on the disk of node ${node}`,
    cure: (_, { node }) => `free disk on node ${node}`,
    passing: true,
  },
  {
    match: new RegExp(
      `^waiting (?:CreateContainer(?:Config)?Error|RunContainerError): ([\\s\\S]*(?:${passingErrors.join('|')})[\\s\\S]*)`,
      'i',
    ),
    cause: ([, message]) => `container cannot start yet: ${startFault(message)}`,
    cure: waitForNode,
    passing: true,
  },
  {
    match:
      /^waiting (?:CreateContainer(?:Config)?Error|RunContainerError): ([\s\S]*(?:transport endpoint is not connected|stale (?:NFS )?file handle)[\s\S]*)/i,
    cause: ([, message]) => `the node has lost a volume of the pod: ${startFault(message)}`,
    cure: (_, { node }) => `check the server of the volume, then mount the volume again on node ${node}`,
    passing: true,
  },
  {
    match:
      /^waiting (?:CreateContainerError|RunContainerError): ([\s\S]*(?:mount a directory onto a file|error mounting|failed to mkdir)[\s\S]*)/,
    cause: ([, message]) => `container cannot start: ${startFault(message)}`,
    cure: "correct the paths of the job's volumes: each must fit the image",
  },
  {
    match:
      /^waiting (?:CreateContainerError|RunContainerError): ([\s\S]*(?:already in use by container|snapshot \S+ does not exist|container\.Spec must be set)[\s\S]*)/,
    cause: ([, message]) => `container cannot start: ${startFault(message)}`,
    cure: waitForNode,
    passing: true,
  },
  {
    match: /^waiting CreateContainerConfigError: container's runAsUser breaks non-root policy/,
    cause: 'the pod sets runAsUser to 0, which is root, and forbids root',
    cure: 'correct the policy that sets runAsUser or runAsNonRoot',
  },
  {
    match: /^waiting CreateContainerConfigError: [\s\S]*non-numeric user \(([^)]*)\)/,
    cause: ([, user]) =>
      `the image runs as user ${user}: the pod forbids root, and only a number shows that this is not root`,
    cure: 'use an image whose user is 185',
  },
  {
    match: /^waiting CreateContainerConfigError: [\s\S]*run ?as ?(?:non-?)?root/i,
    cause: 'the image runs as root, which the pod forbids',
    cure: 'use an image whose user is 185',
  },
  {
    match:
      /^waiting CreateContainerConfigError: [\s\S]*failed to (?:prepare subPath|create subPath directory) for volumeMount "([^"]+)"/,
    cause: ([, volume]) =>
      `the path of its mount does not exist on volume ${volume}, and the node cannot make the path`,
    cure: 'make this path on the volume, or correct the path',
    passing: true,
  },
  {
    match: /^waiting CreateContainerConfigError: ([\s\S]*)/,
    cause: ([, message]) => `container cannot be configured: ${firstLine(message)}`,
    cure: 'check the secrets and ConfigMaps that the pod names',
  },
  {
    match: /^waiting (?:CreateContainerError|RunContainerError): ([\s\S]*)/,
    cause: ([, message]) => `container cannot start: ${startFault(message)}`,
    cure: 'check the image and its entrypoint',
  },
  {
    match: /^waiting (\w+(?:Error|Failed|Unavailable|BackOff)): ([\s\S]*)/,
    cause: ([, reason, message]) => `container cannot start: ${reason}: ${firstLine(message)}`,
    cure: 'check the node and its image store: firesteel status',
    passing: true,
  },
];
