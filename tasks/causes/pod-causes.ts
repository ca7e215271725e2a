// The table of known causes of a pod that does not run, with sign, cause and cure. Pure.
import { firstLine } from './finding.ts';

/** What causes and cures may name. */
export interface About {
  /** `driver` or `executor`, as in Spark's properties. */
  part: string;
  image: string;
  node: string;
  /** The container's limit, such as 1433Mi. */
  memory: string;
}

type Words = string | ((found: RegExpExecArray, about: About) => string);

/** One row; of all that match the first counts. */
export interface KnownCause {
  /** Matched against one sign; signs.ts says what they look like. */
  match: RegExp;
  cause: Words;
  cure: Words;
  /** It may go away by itself; left out, waiting cannot help. */
  passing?: true;
  /** Only of a driver, of an executor, or of their init containers. */
  of?: 'driver' | 'executor' | 'init';
  /** A sign that clears it. */
  unless?: RegExp;
  /** A sign that clears it if it comes later. */
  unlessLater?: RegExp;
}

/** A line of a log, as a sign. */
export const mainThreadDied = /^log Exception in thread "main" (.+)/;

const pull =
  (rest: string) =>
  (_: RegExpExecArray, { image }: About): string =>
    `cannot pull image ${image}: ${rest}`;
const raiseMemory: Words = (_, { part }) => `raise spark.${part}.memory`;
const readItsLog = 'read the log of the executor: firesteel logs --executor N';
/** The cure for a program that the node's processor cannot run. */
export const buildForNodes =
  'name the architectures of the nodes in image.platforms, then build again: firesteel build';

/** What says that the JVM ended by itself: nothing that is killed gets as far. */
const endedItself = new RegExp(`${mainThreadDied.source}|ShutdownHookManager: Shutdown hook called`);

/** Signals of a process that crashes, by the exit codes that they lead to. */
const crashes: Readonly<Record<string, string>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  139: 'SIGSEGV',
};

const killed = {
  cause: 'killed (exit code 137)',
  cure: (_: RegExpExecArray, { part }: About) => `check the node for memory pressure, or raise spark.${part}.memory`,
};

/** What a container's state tells. */
export const stateCauses: readonly KnownCause[] = [
  {
    match: /^exit \d+ OOMKilled/,
    cause: (_, { memory }) => `out of memory: used more than ${memory}`,
    cure: (_, { part }) => `raise spark.${part}.memoryOverhead, or spark.${part}.memory`,
  },
  {
    match: /exec format error/i,
    cause: (_, { image }) => `image ${image} is built for an architecture that the node does not have`,
    cure: buildForNodes,
  },
  {
    match: /^exit \d+ (?:ContainerCannotRun|StartError): ([\s\S]*)/,
    cause: ([, message]) => `container cannot start: ${startFault(message)}`,
    cure: 'check the image and its entrypoint',
  },
  {
    of: 'init',
    match: /^exit (\d+) /,
    cause: ([, code]) => `failed with exit code ${code}, so no other container of the pod starts`,
    cure: 'read the log of the init container, and correct the policy that adds the container',
  },
  // A driver's program may end with any of these codes itself.
  { of: 'executor', match: /^exit 52 /, cause: 'Java heap is full (exit code 52)', cure: raiseMemory },
  {
    of: 'executor',
    match: /^exit 53 /,
    cause: 'cannot write to its scratch disk (exit code 53)',
    cure: "free space on the node's disk",
  },
  {
    of: 'executor',
    match: /^exit (5[01]) /,
    cause: ([, code]) => `an exception ended it (exit code ${code})`,
    cure: readItsLog,
  },
  {
    of: 'executor',
    match: /^exit 56 /,
    cause: 'its heartbeats did not reach the driver (exit code 56)',
    cure: 'check that the driver has enough memory and CPU, or raise spark.network.timeout',
  },
  {
    of: 'executor',
    match: /^exit (132|134|135|136|139) /,
    cause: ([, code = '']) => `crashed with ${crashes[code]} (exit code ${code})`,
    cure: 'find the native library that the log names, and update it',
  },
  {
    of: 'executor',
    match: /^exit 126 /,
    cause: 'cannot execute a program (exit code 126)',
    cure: `make the program executable, or ${buildForNodes}`,
  },
  {
    of: 'executor',
    match: /^exit 127 /,
    cause: 'a program is not in the image (exit code 127)',
    cure: 'build the image again: firesteel build',
  },
  {
    match: /^exit \d+ (?:Unknown|ContainerStatusUnknown): (.*)/,
    cause: (_, { node }) => `its node ${node} lost the container`.replace('  ', ' '),
    cure: 'check the node: firesteel status',
  },
  { of: 'driver', match: /^exit 137 /, unless: endedItself, ...killed },
  { of: 'executor', match: /^exit 137 /, ...killed },
  {
    of: 'driver',
    match: /^deleted, exit 143 /,
    unless: mainThreadDied,
    cause: 'its pod was deleted (exit code 143)',
    cure: 'find out who deleted the pod or drained its node',
  },
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
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:unauthorized|denied|authentication required|\b40[13]\b)/i,
    cause: pull('the registry denies access'),
    cure: 'name a pull secret in spark.kubernetes.container.image.pullSecrets, or push the image: firesteel build',
  },
  {
    match: /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*no match(?:ing manifest)?(?: for)? (?:platform|linux)/i,
    cause: pull("not built for this node's architecture"),
    cure: buildForNodes,
  },
  {
    match:
      /^waiting (?:ErrImagePull|ImagePullBackOff): [\s\S]*(?:no such host|dial tcp|timeout|connection refused|x509|network is unreachable)/i,
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
  {
    match: /^waiting CreateContainerConfigError: [\s\S]*run ?as ?(?:non-?)?root/i,
    cause: 'the image runs as root, which the pod forbids',
    cure: 'use an image whose user is 185',
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

/** runc's chain of errors without what containerd says before it. */
const startFault = (message = ''): string => firstLine(message).replace(/^.*runc create failed: /, '');
