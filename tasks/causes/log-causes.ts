// The table of known causes that only a log shows.
import { jvmCauses } from './jvm-causes.ts';
import type { KnownCause } from './known-cause.ts';
import { buildForNodes } from './known-cause.ts';
import { errorBesideJvm, missingLibraries, ownPythonError, pythonError } from './missing-libraries.ts';
import { mainThreadDied } from './pod-causes.ts';

const registered = /Successfully registered with driver/;

const outOfMemory: Pick<KnownCause, 'cause' | 'cure'> = {
  cause: ([, what]) => `Java is out of memory: ${what}`,
  cure: (_, { part }) => `raise spark.${part}.memory`,
};

const allowApi = "allow the connection in the namespace's NetworkPolicies, and check the cluster: firesteel status";

/**
 * An answer of the API server, in its words or with its status; other servers that okhttp talks to have the same `code=`.
 * What a driver may not delete at its end is no cause of that end.
 */
const apiAnswer = (status: number, { source: words }: RegExp): RegExp =>
  new RegExp(
    `^(?!.*\\bDELETE at: ).*?(?:${words}|apiVersion=v1, code=${status}\\b|` +
      `KubernetesClientException.*\\bcode=${status}\\b|\\bcode=${status}\\b.*//kubernetes\\.default\\b)`,
  );

/** How a program ends with another error than that of a JVM that is gone, whatever its tasks survived before. */
const programError = new RegExp(`${errorBesideJvm.source}|${mainThreadDied.source}`);

/** What the log of a container that failed tells; rows nearer to the root come first. */
export const logCauses: readonly KnownCause[] = [
  {
    unlessLater: ownPythonError,
    match: /Python in worker has different version:? (\d[\d.]*\d) than that in driver:? (\d[\d.]*\d)/,
    cause: ([, worker, driver]) => `the executors run Python ${worker}, but the driver runs ${driver}`,
    cure: 'use one image for both, or set PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON to the same version',
  },
  {
    match: /^log (?:\S*entrypoint\.sh: |\[FATAL tini \(\d+\)\] ).*exec format error/i,
    cause: (_, { image }) => `image ${image} contains a program for an architecture that the node does not have`,
    cure: buildForNodes,
  },
  {
    match: /\[Errno 8\] Exec format error: '([^']+)'|Cannot run program "([^"]+)".*error[=:] ?8\b/,
    unlessLater: pythonError,
    cause: ([, program, other]) =>
      `the node cannot execute ${program ?? other}: a script without #! in its first line, or a program for another architecture`,
    cure: 'begin the script with a line such as #!/bin/sh, or bring a program for the architecture of the nodes',
  },
  {
    of: 'driver',
    unless: ownPythonError,
    match:
      /UnknownHostException: (kubernetes\.default[\w.]*)|(kubernetes\.default[\w.]*): (?:Name or service|Temporary)/,
    cause: ([, name, other]) => `cannot reach the API server: DNS does not know ${name ?? other}`,
    cure: 'check cluster DNS: firesteel dns check',
  },
  {
    of: 'driver',
    unless: ownPythonError,
    match: /User "(?:system:serviceaccount:)?([^"]+)" cannot (?!delete|create resource "pods")(\w+) resource "([^"]+)"/,
    cause: ([, account, verb, resource]) =>
      `the API server refuses a request: account ${account} may not ${verb} ${resource}`,
    cure: 'grant the rights of jobs: firesteel deploy',
  },
  {
    of: 'driver',
    unless: ownPythonError,
    match: apiAnswer(403, /Configured service account doesn't have access|Forbidden!/),
    cause: "the API server refuses the pod's service account (403)",
    cure: 'grant the rights of jobs: firesteel deploy',
  },
  {
    of: 'driver',
    unless: ownPythonError,
    match: apiAnswer(401, /Message: Unauthorized|Unauthorized! /),
    cause: "the API server does not accept the token of the pod's service account (401)",
    cure: 'submit again: the new driver gets a new token',
  },
  {
    of: 'driver',
    unless: ownPythonError,
    match: /(timed out|refused|unreachable|No route to host)[\s\S]*?(kubernetes\.default[\w.]*)/i,
    cause: ([, how, name]) => `cannot reach the API server at ${name}: ${how}`,
    cure: allowApi,
  },
  {
    of: 'driver',
    unless: ownPythonError,
    // okhttp, in Spark 3: the reason has its own line, or none.
    match: /failed to connect to (kubernetes\.default[\w.]*)(.* after \d+ ?ms)?/i,
    cause: ([, name, late]) => `cannot reach the API server at ${name}${late ? ': timed out' : ''}`,
    cure: allowApi,
  },
  // An executor connects to many servers: in every run, the driver's service has this ending, and the driver these ports.
  {
    of: 'executor',
    unless: registered,
    match: /(?:UnknownHostException: |Failed to resolve '?)([\w-]+-driver-svc\.[\w.-]+)/,
    cause: ([, name]) => `cannot reach the driver: DNS does not know ${name}`,
    cure: "check that the driver's service exists, then cluster DNS: firesteel dns check",
  },
  {
    of: 'executor',
    unless: registered,
    match: /Connection refused: \/?(\S+:707[89])\b|Failed to connect to \/?(\S+:707[89]): Connection refused/,
    cause: ([, address, other]) => `cannot reach the driver: ${address ?? other} refuses connections`,
    cure: 'check that the driver still runs, and that no firewall blocks its ports 7078 and 7079',
  },
  {
    of: 'executor',
    unless: registered,
    match:
      /(?:timed out|No route to host)(?: after \d+ ms)?: \/?(\S+:707[89])\b|Connecting to \/?(\S+:707[89]) (?:failed|timed out)|Cannot receive any reply from (\S+:707[89])\b/i,
    cause: ([, address, other, last]) => `cannot reach the driver: ${address ?? other ?? last} does not answer`,
    cure: "let executors reach the driver's ports 7078 and 7079 in the namespace's NetworkPolicies",
  },
  {
    unlessLater: programError,
    match: /OutOfMemoryError: unable to create (?:new )?native thread/,
    cause: 'cannot start another thread',
    cure: "raise the node's limit of processes per pod, or use fewer cores",
  },
  {
    unlessLater: programError,
    match: /OutOfMemoryError: (Requested array size exceeds VM limit|Required (?:array )?(?:length|size) .+)/,
    cause: ([, what]) => `an array would be larger than Java allows: ${what}`,
    cure: 'use more partitions, or smaller records: more memory does not help',
  },
  {
    match: /OutOfMemoryError: (Metaspace|Compressed class space)/,
    unlessLater: programError,
    cause: ([, what]) => `Java is out of memory for classes: ${what}`,
    cure: (_, { part }) => `raise -XX:MaxMetaspaceSize in spark.${part}.extraJavaOptions`,
  },
  { match: /^log Exception in thread "[^"]*" java\.lang\.OutOfMemoryError: (.+)/, ...outOfMemory },
  {
    of: 'driver',
    unlessLater: programError,
    match: /executor (\d+)\): (?:java\.lang\.OutOfMemoryError|[\w.]+\.SparkOutOfMemoryError): (.+)/,
    cause: ([, id, what]) => `executor ${id} is out of memory: ${what}`,
    cure: 'raise spark.executor.memory',
  },
  {
    match: /(?:java\.lang\.OutOfMemoryError|\bOutOfDirectMemoryError): (.+)/,
    unlessLater: programError,
    ...outOfMemory,
  },
  ...jvmCauses,
  ...missingLibraries,
  {
    of: 'driver',
    match:
      /Error: Failed to load class ([\w.$]+?)\.?$|^log Exception in thread "main" java\.lang\.ClassNotFoundException: (\S+)/,
    cause: ([, name, other]) => `class ${name ?? other} is in none of the job's jars`,
    cure: "correct the job's class, or add its jar: --jars or --packages",
  },
  {
    of: 'driver',
    match: /^log \S*python[\d.]*: can't open file '?([^:']+)'?: \[Errno 2\]|Local jar (\S+) does not exist/,
    cause: ([, file, jar]) => `${file ?? jar} is not in the image`,
    cure: "correct the job's main: a path on this machine, or local:///… of a file in the image",
  },
  {
    of: 'driver',
    match: /Max number of executor failures \((\d+)\) reached/,
    cause: ([, count]) => `gave up after ${count} executors had failed`,
    cure: 'read the log of an executor: firesteel logs --executor N',
  },
  {
    of: 'driver',
    match: /^log (?:\S*entrypoint\.sh: line \d+: (?:exec: )?(\S+): |\[FATAL tini \(\d+\)\] exec (\S+) failed: )(.+)/,
    cause: ([, program, other, why]) => `the image cannot run ${program ?? other}: ${why}`,
    cure: 'build the image again: firesteel build',
  },
  {
    of: 'driver',
    match: mainThreadDied,
    cause: ([, error]) => `its main thread failed with ${error?.slice(0, 200)}`,
    cure: 'read the stack trace in the log, and correct the program: firesteel logs',
  },
];
