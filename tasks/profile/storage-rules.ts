// Rules of a profile's storage beyond the shape of each key.
import type { ProfileProblem } from './problems.ts';
import type { Profile } from './schema.ts';

/** What the making of a Secret from variables lacks. */
function secretProblems({ kind, service, credentials }: NonNullable<Profile['storage']>): string[] {
  const { fromEnv, secret, sessionToken } = credentials;
  if (!fromEnv) return [];
  const needed = kind === 'gcs' ? (['keyFile'] as const) : (['accessKey', 'secretKey'] as const);
  return [
    ...needed.filter((key) => !fromEnv[key]).map((key) => `expected a variable for ${key}, too`),
    ...(secret || service ? [] : ['name the Secret to make in credentials.secret']),
    ...(fromEnv.sessionToken && !sessionToken
      ? ["name the Secret's key for the session token in credentials.sessionToken"]
      : []),
  ];
}

/** Why Hadoop opens no bucket of S3 by this name, which it reads as a host: https://issues.apache.org/jira/browse/HADOOP-17241 */
export function bucketProblem(bucket: string): string | undefined {
  const labels = bucket.split('.');
  const isHost = labels.every((label) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/i.test(label));
  if (isHost && (labels.length === 1 || /^[a-z]/i.test(labels.at(-1) ?? ''))) return undefined;
  return `Hadoop cannot open bucket ${bucket}, because the name is no host name: copy the data to another bucket`;
}

/** Services whose addresses are often copied with the bucket before them. */
const hosts = /^(s3[.-]|.*\b(digitaloceanspaces|linodeobjects|your-objectstorage|googleapis)\.com$)/;

/** The address without the bucket that precedes its host; undefined if none does. */
function withoutBucket(endpoint: string, bucket: string): string | undefined {
  const { protocol, host } = new URL(endpoint);
  const rest = host.startsWith(`${bucket}.`) ? host.slice(bucket.length + 1) : '';
  return hosts.test(rest) ? `${protocol}//${rest}` : undefined;
}

/** Every rule that a profile's storage breaks. */
export function storageProblems({ storage }: Pick<Profile, 'storage'>): ProfileProblem[] {
  if (!storage) return [];
  const { kind, service, endpoint, bucket, credentials } = storage;
  const problems: ProfileProblem[] = [];
  const report = (path: string[], message: string) =>
    problems.push({ path: ['storage', ...path], at: path.length > 0 ? 'value' : 'key', message });
  if (service && kind !== 's3') report(['service'], `expected kind: s3 with service, got ${kind}`);
  if (service && endpoint) report(['endpoint'], 'expected no endpoint with service: the server has its own');
  if (kind === 'hdfs' && !endpoint?.startsWith('hdfs://'))
    report([], 'hdfs needs an endpoint such as hdfs://host:8020');
  if (kind !== 'hdfs' && endpoint?.startsWith('hdfs://')) report(['endpoint'], `expected an https address for ${kind}`);
  if (kind === 'gcs' && endpoint?.startsWith('http'))
    report(['endpoint'], "expected no endpoint for gcs; for Google's interface of S3, set kind: s3");
  if (kind === 's3' && bucket) {
    const problem = bucketProblem(bucket);
    if (problem) report(['bucket'], problem);
    const host = endpoint && withoutBucket(endpoint, bucket);
    if (host) report(['endpoint'], `expected the address without the bucket: ${host}`);
  }
  if (kind !== 'hdfs' && !service && !bucket) report([], `${kind} needs a bucket`);
  const ways = [credentials.secret, credentials.workloadIdentity, credentials.anonymous].filter(Boolean).length;
  if (ways > 1) report(['credentials'], 'expected one of secret, workloadIdentity and anonymous');
  if (kind !== 'hdfs' && !service && ways === 0)
    report([], 'missing credentials: name a Secret in credentials.secret, or set workloadIdentity or anonymous');
  for (const problem of secretProblems(storage)) report(['credentials', 'fromEnv'], problem);
  if (kind === 'hdfs' && ways > 0)
    report(['credentials'], 'expected no credentials for hdfs, which uses the name in user');
  return problems;
}
