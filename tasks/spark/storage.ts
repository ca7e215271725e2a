// Hadoop's properties for the remote file system of a profile, with credentials by reference. Pure.
// Contracts: hadoop-aws 3.3 to 3.5 and gcs-connector 3 and 4, whose documents describe each key.
import type { Storage } from '../profile/blocks/storage.ts';
import type { Profile } from '../profile/schema.ts';

/** The S3 server in the cluster: name of its objects, and its port. */
export const storageServer = { name: 'storage', port: 7070, keys: 'storage-keys', bucket: 'spark' } as const;

/** Where pods have the key file of Google's account. */
const keyFolder = '/opt/spark/storage-key';

const roles = ['driver', 'executor'] as const;

/** A storage, and the namespace of its server. */
type Place = Pick<Profile, 'storage' | 'namespace'>;

/** The endpoint that pods use; undefined for the provider's own. */
export const storageEndpoint = ({ storage, namespace }: Place): string | undefined =>
  storage?.service
    ? `http://${storageServer.name}.${namespace}.svc:${storageServer.port}`
    : storage?.endpoint?.replace(/\/$/, '');

/** The bucket of s3 and gcs. */
export const storageBucket = ({ bucket = storageServer.bucket }: Storage): string => bucket;

/** The Secret that holds the keys; undefined if none does. */
export const storageSecret = ({ credentials, service }: Storage): string | undefined =>
  credentials.secret ?? (service ? storageServer.keys : undefined);

/** The address of a path in the profile's storage, as `s3a://class/digits`. */
export function storageAddress(profile: Place, path = ''): string | undefined {
  const { storage } = profile;
  if (!storage) return undefined;
  const root = {
    s3: `s3a://${storageBucket(storage)}`,
    gcs: `gs://${storageBucket(storage)}`,
    hdfs: storageEndpoint(profile) ?? '',
  }[storage.kind];
  return `${root}/${path.replace(/^\/+/, '')}`;
}

/** The address of what firesteel itself writes: on HDFS the home of the user, because few may write to the root. */
export function ownAddress(profile: Place, path = ''): string | undefined {
  const { kind, user } = profile.storage ?? {};
  return storageAddress(profile, kind === 'hdfs' && user ? `user/${user}/${path}` : path);
}

/** Schemes of addresses that a storage opens. */
export const storageSchemes = { s3: ['s3a'], gcs: ['gs'], hdfs: ['hdfs', 'webhdfs'] } as const;

/** Hadoop's own properties, without any credential. */
function hadoopProperties(profile: Profile): Record<string, string> {
  const { storage } = profile;
  if (storage?.kind === 's3') return s3Properties(profile, storage);
  if (storage?.kind === 'gcs') return gcsProperties(storage);
  // Data nodes say their names, because their addresses are of another network.
  return storage ? { 'dfs.client.use.datanode.hostname': 'true' } : {};
}

function s3Properties(profile: Profile, { credentials, region, service }: Storage): Record<string, string> {
  const endpoint = storageEndpoint(profile);
  return {
    ...(endpoint
      ? {
          'fs.s3a.endpoint': endpoint,
          'fs.s3a.path.style.access': 'true',
          'fs.s3a.connection.ssl.enabled': `${endpoint.startsWith('https:')}`,
        }
      : {}),
    ...(endpoint || region ? { 'fs.s3a.endpoint.region': region ?? 'us-east-1' } : {}),
    'fs.s3a.aws.credentials.provider': s3Provider(profile, credentials),
    // A wrong bucket is reported where it is first named.
    'fs.s3a.bucket.probe': '2',
    ...(service ? { 'fs.s3a.attempts.maximum': '5' } : {}),
  };
}

/** hadoop-aws of the second SDK takes the first one's name for the variables, and no other. */
function s3Provider({ spark }: Profile, { workloadIdentity, anonymous }: Storage['credentials']): string {
  if (anonymous) return 'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider';
  if (!workloadIdentity) return 'com.amazonaws.auth.EnvironmentVariableCredentialsProvider';
  return spark.version.startsWith('3.')
    ? 'com.amazonaws.auth.WebIdentityTokenCredentialsProvider'
    : 'software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider';
}

function gcsProperties({ credentials, project }: Storage): Record<string, string> {
  const { secret, anonymous, keyFile } = credentials;
  const auth = secret ? 'SERVICE_ACCOUNT_JSON_KEYFILE' : anonymous ? 'UNAUTHENTICATED' : 'COMPUTE_ENGINE';
  return {
    'fs.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem',
    'fs.AbstractFileSystem.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFS',
    'fs.gs.auth.type': auth,
    ...(secret ? { 'fs.gs.auth.service.account.json.keyfile': `${keyFolder}/${keyFile}` } : {}),
    ...(project ? { 'fs.gs.project.id': project } : {}),
  };
}

/** Variables of S3 by the keys of a Secret: AWS_ACCESS_KEY_ID from its key. */
export const s3Variables = ({ credentials }: Storage): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: credentials.accessKey,
  AWS_SECRET_ACCESS_KEY: credentials.secretKey,
  ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
});

/** Keys that the Secret must have. */
export const secretKeys = (storage: Storage): string[] =>
  storage.kind === 'gcs' ? [storage.credentials.keyFile] : Object.values(s3Variables(storage));

/** How credentials reach the pods of a run: by reference to the Secret. */
function credentialProperties(storage: Storage): Record<string, string> {
  const secret = storageSecret(storage);
  if (storage.kind === 'hdfs' && storage.user)
    return {
      'spark.kubernetes.driverEnv.HADOOP_USER_NAME': storage.user,
      'spark.executorEnv.HADOOP_USER_NAME': storage.user,
    };
  if (!secret) return {};
  return Object.fromEntries(
    roles.flatMap((role) =>
      storage.kind === 'gcs'
        ? [[`spark.kubernetes.${role}.secrets.${secret}`, keyFolder]]
        : Object.entries(s3Variables(storage)).map(([name, key]) => [
            `spark.kubernetes.${role}.secretKeyRef.${name}`,
            `${secret}:${key}`,
          ]),
    ),
  );
}

/** What a run needs to reach its profile's storage; a job's or profile's own conf overrides it. */
export const storageProperties = (profile: Profile): Record<string, string> =>
  profile.storage
    ? {
        ...Object.fromEntries(
          Object.entries(hadoopProperties(profile)).map(([key, value]) => [`spark.hadoop.${key}`, value]),
        ),
        ...credentialProperties(profile.storage),
      }
    : {};
