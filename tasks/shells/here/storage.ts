// The storage of a driver on this machine: its jars, its keys, and a forward to the S3 server of the namespace.
import { existsSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { shortHash } from '../../core/files/hash.ts';
import { findDistribution } from '../../images/distribution/distribution.ts';
import { fetchedFolder } from '../../images/layer/cache.ts';
import { fetchStorageJars, jarStorage } from '../../images/layer/hadoop.ts';
import type { Profile } from '../../profile/schema.ts';
import { s3Variables, storageEndpoint, storageSecret, storageServer } from '../../spark/storage.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { forwardToServer } from '../../storage/head.ts';
import { hiddenSecret, keyVariables, readKeys } from '../../storage/secret.ts';

/** The variable with the address of the S3 server on this machine. */
const addressVariable = 'FIRESTEEL_STORAGE';

/** Why a driver on this machine cannot open the storage; undefined if it can. */
function whyNotHere({ storage }: Profile): string | undefined {
  if (storage?.credentials.workloadIdentity) return 'only pods have the service accounts of workloadIdentity';
  if (storage?.kind === 'gcs' && storage.credentials.secret) return 'only pods have the key file of its Secret';
  return undefined;
}

/**
 * Properties that differ from those of a pod. Hadoop replaces the variable in each process by itself, so executors keep
 * the name in the cluster: Configuration.substituteVars, https://hadoop.apache.org/docs/current/api/org/apache/hadoop/conf/Configuration.html
 */
export const hereStorage = (profile: Profile): Record<string, string> =>
  profile.storage?.service
    ? { 'spark.hadoop.fs.s3a.endpoint': `\${env.${addressVariable}:-${storageEndpoint(profile)}}` }
    : {};

/** What a user's own program needs beside the properties, a line for each. */
export function storageNotes(profile: Profile): string[] {
  const { storage } = profile;
  const jars = { s3: 'hadoop-aws', gcs: 'gcs-connector', hdfs: undefined }[storage?.kind ?? 'hdfs'];
  const lack = whyNotHere(profile);
  if (!storage || !jars) return [];
  if (lack) return [`Your program cannot open the storage: ${lack}.`];
  const variables = storageSecret(storage) ? Object.keys(s3Variables(storage)) : [];
  const needed = [
    `${jars} on its class path`,
    ...(variables.length > 0 ? [`${variables.join(', ')} as variables`] : []),
  ];
  return [
    `To open the storage, your program needs ${needed.join(', and ')}.`,
    ...(storage.service
      ? [
          `The S3 server needs a forward, kubectl --namespace ${profile.namespace} port-forward service/${storageServer.name} ${storageServer.port}, and ${addressVariable}=http://localhost:${storageServer.port}.`,
        ]
      : []),
  ];
}

/** Puts the folder of the storage's jars into `jars`, or says which shell opens the storage. */
export const fetchJarsHere = (kind: string, profile: Profile, jars: string[]): SingleStep => ({
  title: 'Fetch the jars of the storage for the driver',
  run: async (context, out) => {
    const lack = whyNotHere(profile);
    if (lack) return out.line(`left out: ${lack}; firesteel shell ${kind} opens the storage`);
    const storage = jarStorage(profile);
    if (!storage) return out.line("among Spark's own");
    const { key, home } = await findDistribution(profile);
    const folder = fetchedFolder('shell', shortHash([storage, key, process.env['DEFAULT_ARTIFACT_REPOSITORY']]));
    jars.push(folder);
    if (existsSync(folder)) return out.line('in the cache');
    await fetchStorageJars(folder, storage, home, context, out);
  },
});

/** What the child process has in its environment; a value that is undefined is taken out of it. */
type Variables = Record<string, string | undefined>;

/** Keys of the Secret, for the child process alone: no file and no argument has them. The forward ends with the signal. */
export async function storageVariables(context: Context, signal: AbortSignal): Promise<Variables> {
  const { kube, profile } = context;
  const { storage } = profile;
  if (!storage || whyNotHere(profile)) return {};
  if (storage.kind === 'hdfs') return storage.user ? { HADOOP_USER_NAME: storage.user } : {};
  if (!storageSecret(storage)) return {};
  const keys = await readKeys(kube, profile);
  if (!keys)
    throw new Failure(`${hiddenSecret(storage)}, whose keys a driver on this machine needs`, {
      hint: 'open the shell in the cluster: omit --here',
    });
  const variables: Variables = {
    // That of another account would go with these keys.
    AWS_SESSION_TOKEN: undefined,
    ...keyVariables(storage, keys),
  };
  if (!storage.service) return variables;
  return { ...variables, [addressVariable]: await forwardToServer(context, signal) };
}
