// Spark's properties of a standalone cluster, for its daemons and its applications. Pure.
import { quantityValue } from '../kube/quantity.ts';
import type { Profile } from '../profile/schema.ts';
import { mebibytes } from '../spark/size.ts';
import { storageProperties } from '../spark/storage.ts';
import { masterUrl } from './names.ts';

type Properties = Record<string, string>;

/** Where the master keeps what a restarted one needs, in a folder for each version of Spark. */
export const recoveryFolder = '/var/lib/spark';

/** MiB of a worker's pod that the daemon keeps, and the part of the rest that is heap: Python runs beside it. */
export const keptMebibytes = 448;
export const heapPercent = 70;

/** Spark refuses executors with a smaller heap, in MiB. */
const leastHeap = 450;

/** The heap in MiB that a worker offers to executors; docker/standalone/daemon.sh computes the same from the pod's limit. */
export function offeredHeap({ standalone: { worker } }: Profile): number {
  const limit = Math.floor((quantityValue(worker.memory) ?? 0) / 2 ** 20);
  return Math.floor(((limit - keptMebibytes) * heapPercent) / 100);
}

/** What of the profile keeps a worker from running an executor. */
export const workerProblems = (profile: Profile): string[] =>
  offeredHeap(profile) >= leastHeap
    ? executorProblems(profile.spark.conf, profile)
    : [
        `standalone.worker.memory: ${profile.standalone.worker.memory} leaves an executor ${Math.max(0, offeredHeap(profile))} MiB of heap, and Spark needs ${leastHeap}: ` +
          `set it to ${Math.ceil((leastHeap * 100) / heapPercent) + keptMebibytes}Mi or more`,
      ];

/** Executors that are larger than a worker, a line each: Spark waits for ever for a worker that has room for one. */
export function executorProblems(conf: Properties, profile: Profile): string[] {
  const { 'spark.executor.memory': memory = '', 'spark.executor.cores': cores = '' } = conf;
  const offered = { memory: offeredHeap(profile), cores: profile.standalone.worker.cores };
  const raise = (key: string) => `or raise standalone.worker.${key} and run: firesteel standalone up`;
  return [
    ...((mebibytes(memory) ?? 0) > offered.memory
      ? [
          `spark.executor.memory: ${memory} is more than the ${offered.memory} MiB that a worker offers: lower it to ${offered.memory}m, ${raise('memory')}`,
        ]
      : []),
    ...(Number(cores) > offered.cores
      ? [
          `spark.executor.cores: ${cores} is more than the ${offered.cores} of a worker: lower it to ${offered.cores}, ${raise('cores')}`,
        ]
      : []),
  ];
}

/** Properties about Kubernetes mean nothing here. */
const withoutKubernetes = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith('spark.kubernetes.')));

/** What makes the cluster what it is, for master, workers and applications alike. */
const fixedProperties: Properties = {
  'spark.authenticate': 'true',
  'spark.network.crypto.enabled': 'true',
  'spark.ui.reverseProxy': 'true',
  'spark.decommission.enabled': 'true',
};

export const daemonProperties = (profile: Profile): Properties => ({
  ...withoutKubernetes(profile.spark.conf),
  ...fixedProperties,
  // Everyone who reaches it runs programs, and it knows no secret. On by default from 4.1.
  'spark.master.rest.enabled': 'false',
  'spark.deploy.recoveryMode': 'FILESYSTEM',
  // Objects of one version are unreadable to another.
  'spark.deploy.recoveryDirectory': `${recoveryFolder}/${profile.spark.version}`,
  // Nobody waits for a worker that went with the master for a whole minute; older lines do.
  'spark.deploy.recoveryTimeout': '20s',
  'spark.worker.preferConfiguredMasterAddress': 'true',
  'spark.worker.cleanup.enabled': 'true',
  'spark.worker.cleanup.appDataTtl': '86400',
  ...(profile.standalone.defaultCores ? { 'spark.deploy.defaultCores': `${profile.standalone.defaultCores}` } : {}),
});

/** What an application has where neither job nor profile says otherwise. */
export const applicationDefaults = (profile: Profile): Properties => ({
  'spark.executor.memory': `${offeredHeap(profile)}m`,
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
  'spark.storage.decommission.rddBlocks.enabled': 'true',
  'spark.stage.ignoreDecommissionFetchFailure': 'true',
});

/** What no job changes. Spark only looks whether a secret is set, and takes that of the variable. */
export const memberProperties = (profile: Profile): Properties => ({
  ...fixedProperties,
  'spark.master': masterUrl(profile),
  'spark.authenticate.secret': 'in the variable _SPARK_AUTH_SECRET',
});

/** Properties of the applications of a shell. */
export const applicationProperties = (profile: Profile): Properties => ({
  ...applicationDefaults(profile),
  ...withoutKubernetes({ ...storageProperties(profile), ...profile.spark.conf }),
  ...memberProperties(profile),
});

/** Spark's variable with the secret, which it prefers to the property. */
export const secretVariable = '_SPARK_AUTH_SECRET';
