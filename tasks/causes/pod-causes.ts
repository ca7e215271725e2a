// The table of known causes of a pod that does not run, with sign, cause and cure. Pure.
import type { About, KnownCause, Words } from './known-cause.ts';
import { buildForNodes, startFault } from './known-cause.ts';
import { passingErrors, tooLittleToStart, waitingCauses } from './waiting-causes.ts';

/** A line of a log, as a sign. */
export const mainThreadDied = /^log Exception in thread "main" (.+)/;

const raiseMemory: Words = (_, { part }) => `raise spark.${part}.memory`;
const readItsLog = 'read the log of the executor: firesteel logs --executor N';

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
    cure: (_, { part }) =>
      part === 'pod'
        ? "raise the pod's memory in the profile, or use less in the pod"
        : `raise spark.${part}.memoryOverhead, or spark.${part}.memory`,
  },
  {
    // What the container runtime says, in a state or in place of a log.
    match: /^(?:exit|waiting) [\s\S]*exec format error|^log (?:exec \S+|standard_init_linux\S* .*): exec format error/i,
    cause: (_, { image }) => `image ${image} is built for an architecture that the node does not have`,
    cure: buildForNodes,
  },
  { match: /^exit \d+ (?:ContainerCannotRun|StartError): [\s\S]*container init was OOM-killed/, ...tooLittleToStart },
  {
    match: new RegExp(
      `^exit \\d+ (?:ContainerCannotRun|StartError): ([\\s\\S]*(?:${passingErrors.join('|')})[\\s\\S]*)`,
      'i',
    ),
    cause: ([, message]) => `container cannot start: ${startFault(message)}`,
    cure: 'check the node, then submit again: firesteel status',
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
    cure: "free space on the node's disk, or let user 185 write to the volumes spark-local-dir-*",
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
    of: 'pod',
    match: /^exit (\d+) /,
    cause: ([, code]) => `its container ends with exit code ${code}`,
    cure: (_, { pod }) => `read its log: kubectl logs ${pod}`,
    passing: true,
  },
  ...waitingCauses,
];
