// Spark's properties of a standalone cluster, for its daemons and its applications. Pure.
import { quantityValue } from '../kube/quantity.ts';
import type { Profile } from '../profile/schema.ts';
import { storageProperties } from '../spark/storage.ts';
import { masterUrl } from './names.ts';

type Properties = Record<string, string>;

/** Where the master keeps what a restarted one needs. */
export const recoveryFolder = '/var/lib/spark';

/** MiB of a worker's pod that the daemon keeps, and the part of the rest that is heap: Python runs beside it. */
export const keptMebibytes = 448;
export const heapPercent = 70;

/** Spark refuses executors with a smaller heap, in MiB. */
const leastHeap = 450;

/** The heap in MiB that a worker offers to executors; docker/standalone/daemon.sh computes the same from the pod's limit. */
export function offeredHeap({ standalone: { worker } }: Profile): number {
  const mebibytes = Math.floor((quantityValue(worker.memory) ?? 0) / 2 ** 20);
  return Math.floor(((mebibytes - keptMebibytes) * heapPercent) / 100);
}

/** What of the profile keeps a worker from running an executor. */
export const workerProblems = (profile: Profile): string[] =>
  offeredHeap(profile) >= leastHeap
    ? []
    : [
        `standalone.worker.memory: ${profile.standalone.worker.memory} leaves an executor ${Math.max(0, offeredHeap(profile))} MiB of heap, and Spark needs ${leastHeap}: ` +
          `set it to ${Math.ceil((leastHeap * 100) / heapPercent) + keptMebibytes}Mi or more`,
      ];

/** Properties about Kubernetes mean nothing here. */
const withoutKubernetes = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith('spark.kubernetes.')));

/** Properties that master, workers and applications share. */
const commonProperties = ({ spark }: Profile): Properties => ({
  ...withoutKubernetes(spark.conf),
  'spark.authenticate': 'true',
  'spark.network.crypto.enabled': 'true',
  'spark.ui.reverseProxy': 'true',
  'spark.decommission.enabled': 'true',
});

export const daemonProperties = (profile: Profile): Properties => ({
  ...commonProperties(profile),
  // Everyone who reaches it runs programs, and it knows no secret. On by default from 4.1.
  'spark.master.rest.enabled': 'false',
  'spark.deploy.recoveryMode': 'FILESYSTEM',
  'spark.deploy.recoveryDirectory': recoveryFolder,
  // Nobody waits for a worker that went with the master for a whole minute; older lines do.
  'spark.deploy.recoveryTimeout': '20s',
  'spark.worker.preferConfiguredMasterAddress': 'true',
  'spark.worker.cleanup.enabled': 'true',
  'spark.worker.cleanup.appDataTtl': '86400',
  ...(profile.standalone.defaultCores ? { 'spark.deploy.defaultCores': `${profile.standalone.defaultCores}` } : {}),
});

/** Properties of applications, beside the secret: Spark only looks whether one is set, and takes that of the variable. */
export const applicationProperties = (profile: Profile): Properties => ({
  'spark.executor.memory': `${offeredHeap(profile)}m`,
  ...withoutKubernetes(storageProperties(profile)),
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
  'spark.storage.decommission.rddBlocks.enabled': 'true',
  'spark.stage.ignoreDecommissionFetchFailure': 'true',
  ...commonProperties(profile),
  'spark.master': masterUrl(profile),
  'spark.authenticate.secret': 'in the variable _SPARK_AUTH_SECRET',
});

/** Spark's variable with the secret, which it prefers to the property. */
export const secretVariable = '_SPARK_AUTH_SECRET';
