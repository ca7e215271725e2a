// What a run gets for the storage of its profile: Hadoop's properties, and credentials by reference alone.
import { expect, test } from 'vitest';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import { askedProperties } from '../../../tasks/spark/conf.ts';
import { ownAddress, storageAddress, storageProperties } from '../../../tasks/spark/storage.ts';

const profileOf = (storage: object, further: object = {}): Profile => ({
  ...profileSchema.parse({ storage, ...further }),
  name: 'x',
  clusterName: 'x',
});

test('a server in the cluster: its address by name, path style, and the keys of its Secret for driver and executors', () => {
  expect(storageProperties(profileOf({ kind: 's3', service: true }))).toEqual({
    'spark.hadoop.fs.s3a.endpoint': 'http://storage.spark.svc:7070',
    'spark.hadoop.fs.s3a.path.style.access': 'true',
    'spark.hadoop.fs.s3a.connection.ssl.enabled': 'false',
    'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
    'spark.hadoop.fs.s3a.aws.credentials.provider': 'com.amazonaws.auth.EnvironmentVariableCredentialsProvider',
    'spark.hadoop.fs.s3a.bucket.probe': '2',
    'spark.hadoop.fs.s3a.attempts.maximum': '5',
    'spark.kubernetes.driver.secretKeyRef.AWS_ACCESS_KEY_ID': 'storage-keys:AWS_ACCESS_KEY_ID',
    'spark.kubernetes.driver.secretKeyRef.AWS_SECRET_ACCESS_KEY': 'storage-keys:AWS_SECRET_ACCESS_KEY',
    'spark.kubernetes.executor.secretKeyRef.AWS_ACCESS_KEY_ID': 'storage-keys:AWS_ACCESS_KEY_ID',
    'spark.kubernetes.executor.secretKeyRef.AWS_SECRET_ACCESS_KEY': 'storage-keys:AWS_SECRET_ACCESS_KEY',
  });
});

test.each([
  [
    { kind: 's3', bucket: 'rides', credentials: { workloadIdentity: true } },
    '4.3.0',
    'software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider',
  ],
  [
    { kind: 's3', bucket: 'rides', credentials: { workloadIdentity: true } },
    '3.5.9',
    'com.amazonaws.auth.WebIdentityTokenCredentialsProvider',
  ],
  [
    { kind: 's3', bucket: 'rides', credentials: { anonymous: true } },
    '4.3.0',
    'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider',
  ],
])('%j on Spark %s refers to no Secret and takes %s', (storage, version, provider) => {
  const properties = storageProperties(profileOf(storage, { spark: { version } }));
  expect(properties['spark.hadoop.fs.s3a.aws.credentials.provider']).toBe(provider);
  expect(Object.keys(properties).filter((key) => !key.startsWith('spark.hadoop.'))).toEqual([]);
});

test('gcs mounts the key file of its Secret, or asks the machine for the account', () => {
  expect(storageProperties(profileOf({ kind: 'gcs', bucket: 'rides', credentials: { secret: 'google' } }))).toEqual({
    'spark.hadoop.fs.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem',
    'spark.hadoop.fs.AbstractFileSystem.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFS',
    'spark.hadoop.fs.gs.auth.type': 'SERVICE_ACCOUNT_JSON_KEYFILE',
    'spark.hadoop.fs.gs.auth.service.account.json.keyfile': '/opt/spark/storage-key/key.json',
    'spark.kubernetes.driver.secrets.google': '/opt/spark/storage-key',
    'spark.kubernetes.executor.secrets.google': '/opt/spark/storage-key',
  });
  const identity = storageProperties(
    profileOf({ kind: 'gcs', bucket: 'rides', credentials: { workloadIdentity: true } }),
  );
  expect(identity['spark.hadoop.fs.gs.auth.type']).toBe('COMPUTE_ENGINE');
});

test('hdfs gets its user from a variable', () => {
  expect(storageProperties(profileOf({ kind: 'hdfs', endpoint: 'hdfs://nn:8020', user: 'ada' }))).toEqual({
    'spark.hadoop.dfs.client.use.datanode.hostname': 'true',
    'spark.kubernetes.driverEnv.HADOOP_USER_NAME': 'ada',
    'spark.executorEnv.HADOOP_USER_NAME': 'ada',
  });
});

test.each([
  [{ kind: 's3', service: true }, 's3a://spark/data/a'],
  [{ kind: 's3', bucket: 'rides', credentials: { anonymous: true } }, 's3a://rides/data/a'],
  [{ kind: 'gcs', bucket: 'rides', credentials: { anonymous: true } }, 'gs://rides/data/a'],
  [{ kind: 'hdfs', endpoint: 'hdfs://nn:8020/' }, 'hdfs://nn:8020/data/a'],
])('a path in %j is %s', (storage, address) => expect(storageAddress(profileOf(storage), '/data/a')).toBe(address));

test('a property of the profile or the job overrides that of the storage', () => {
  const key = 'spark.hadoop.fs.s3a.attempts.maximum';
  const profile = profileOf({ kind: 's3', service: true }, { spark: { conf: { [key]: '9' } } });
  const job = { name: 'a', type: 'python' as const, resource: 'local:///a.py', conf: { [key]: '7' } };
  expect(askedProperties(job, profile)[key]).toBe('9');
  expect(askedProperties(job, profileOf({ kind: 's3', service: true }))[key]).toBe('7');
});

test.each([
  [{ kind: 's3', service: true }, 's3a://spark/data/a'],
  [{ kind: 'hdfs', endpoint: 'hdfs://nn:8020' }, 'hdfs://nn:8020/data/a'],
  [{ kind: 'hdfs', endpoint: 'hdfs://nn:8020', user: 'ada' }, 'hdfs://nn:8020/user/ada/data/a'],
])('firesteel writes in %j to %s', (storage, address) =>
  expect(ownAddress(profileOf(storage), 'data/a')).toBe(address),
);
