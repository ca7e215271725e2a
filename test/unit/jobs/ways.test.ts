// The ways of data into pods: what each word of --data means for a job that says nothing of its data itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toYaml } from '../../../tasks/core/yaml.ts';
import type { DataPlan } from '../../../tasks/jobs/data.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import { namedSetFile, namedSetsFolder, sumOf } from '../../../tasks/jobs/named-sets.ts';
import { planJob } from '../../../tasks/jobs/plan.ts';
import { folderClaim, planWay } from '../../../tasks/jobs/ways.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import { ownFolder } from '../../own-folder.ts';

const box = ownFolder({ XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' });
const profileOf = (storage?: object): Profile => ({ ...profileSchema.parse({ storage }), name: 'x', clusterName: 'x' });
const plain = profileOf();
const withServer = profileOf({ kind: 's3', service: true });

const rides = join(box, 'rides');
mkdirSync(rides, { recursive: true });
writeFileSync(join(rides, 'a.csv'), '1,2\n');
writeFileSync(join(box, 'job.py'), '');

function plan(word: string, profile = plain): DataPlan {
  const found = planWay(profile, word);
  return 'plan' in found ? found.plan : expect.fail(found.problems.join('\n'));
}
const refusal = (word: string, profile = plain): string => {
  const found = planWay(profile, word);
  return 'plan' in found ? expect.fail('it is taken') : found.problems.join('\n').replaceAll(box, '');
};

const mounts = (type: string, role: string, conf: Record<string, string>) =>
  conf[`spark.kubernetes.${role}.volumes.persistentVolumeClaim.data.${type}`];

test('any file or folder goes into the image', () => {
  expect(plan(rides)).toMatchObject({
    path: '/opt/spark/job/data/rides',
    files: [{ from: rides, to: '/opt/spark/job/data/rides' }],
  });
  expect(plan(join(rides, 'a.csv')).path).toBe('/opt/spark/job/data/a.csv');
});

test('a folder of this machine is a read-only claim of driver and executors', () => {
  const { path, conf, hostFolder, files } = plan(`mount:${rides}`);
  expect({ path, hostFolder, files }).toEqual({ path: '/opt/spark/job/data/rides', hostFolder: rides, files: [] });
  for (const role of ['driver', 'executor']) {
    expect(mounts('options.claimName', role, conf)).toBe(folderClaim(rides));
    expect(mounts('mount.readOnly', role, conf)).toBe('true');
  }
  expect(plan(`mount:${rides}/a.csv`).path).toBe('/opt/spark/job/data/rides/a.csv');
});

test('a claim is mounted by driver and executors', () => {
  const { conf } = plan('claim:big/2026');
  for (const role of ['driver', 'executor']) {
    expect(mounts('options.claimName', role, conf)).toBe('big');
    expect(mounts('mount.subPath', role, conf)).toBe('2026');
  }
});

test('addresses and paths of the storage stay addresses', () => {
  expect(plan('storage:rides', withServer).path).toBe('s3a://spark/rides');
  expect(plan('s3a://other/rides', withServer).path).toBe('s3a://other/rides');
});

test('the address of a file here is its path, and a scheme may have capitals', () => {
  expect(plan(`file://${rides}`).files).toEqual([{ from: rides, to: '/opt/spark/job/data/rides' }]);
  expect(plan('S3A://other/rides', withServer).path).toBe('s3a://other/rides');
});

test('an address of HDFS without a host is at the name node of the profile', () => {
  const hdfs = profileOf({ kind: 'hdfs', endpoint: 'hdfs://nn:8020' });
  expect(plan('hdfs:///rides/2025', hdfs).path).toBe('hdfs://nn:8020/rides/2025');
});

test('a claim may have a name with dots, and blank parts of a path do not count', () => {
  const { conf } = plan('claim:rides.lab//2026/');
  expect(mounts('options.claimName', 'driver', conf)).toBe('rides.lab');
  expect(mounts('mount.subPath', 'driver', conf)).toBe('2026');
});

test('pods have a folder by a name that Spark does not take for a pattern', () => {
  const odd = join(box, 'rides [2026] {a}*');
  mkdirSync(odd);
  expect(plan(odd).path).toBe('/opt/spark/job/data/rides -2026- -a--');
  expect(plan(`mount:${odd}`).path).toBe('/opt/spark/job/data/rides -2026- -a--');
});

test.each([
  [
    './nothing',
    plain,
    '--data ./nothing: no such data set, file or folder; expected a name, a path, mount:FOLDER, claim:NAME/path, image:/path, storage:path, or an address such as s3a://bucket/path',
  ],
  ['mount:/nothing', plain, '--data mount:/nothing: no such file or folder'],
  ['claim:Big', plain, '--data claim:Big: expected claim:NAME or claim:NAME/path, the name of a claim in spark'],
  ['image:opt', plain, '--data image:opt: expected an absolute path, as in image:/opt/data'],
  ['s3a://a/b', plain, '--data s3a://a/b: the profile has no block "storage", which opens remote file systems'],
  [
    'https://a.org/b.csv',
    plain,
    '--data https://a.org/b.csv: give it a name first: firesteel data add NAME https://a.org/b.csv',
  ],
  ['gs://a/b', withServer, '--data gs://a/b: storage of kind s3 opens s3a://…'],
  ['mnist', plain, '--data mnist: no package registry has it'],
  [
    '',
    plain,
    '--data : expected a name, a path, mount:FOLDER, claim:NAME/path, image:/path, storage:path, or an address such as s3a://bucket/path',
  ],
  [
    'storage://rides/2025',
    withServer,
    '--data storage://rides/2025: expected storage:… without "//"; did you mean "storage:rides/2025"?',
  ],
  ['mount:///srv', plain, '--data mount:///srv: expected mount:… without "//"; did you mean "mount:/srv"?'],
  ['storage:a/../../b', withServer, '--data storage:a/../../b: expected a path without ".."'],
  ['file:///nothing/here', plain, '--data file:///nothing/here: no such file or folder'],
  ['s3a:///rides', withServer, '--data s3a:///rides: expected a bucket, as in s3a://bucket/path'],
  [
    's3a://KEY:SECRET@rides/a',
    withServer,
    '--data s3a://…@rides/a: expected an address without keys: name a Secret in storage.credentials.secret',
  ],
  [
    's3a://my_rides/a',
    withServer,
    '--data s3a://my_rides/a: Hadoop cannot open bucket my_rides, because the name is no host name: copy the data to another bucket',
  ],
])('%s is refused', (word, profile, problem) => expect(refusal(word, profile)).toBe(problem));

test.each([
  [
    'image',
    { path: '/opt/spark/job/data/rides-image', files: [{ from: rides, to: '/opt/spark/job/data/rides-image' }] },
  ],
  ['mount', { path: '/opt/spark/job/data/rides', hostFolder: rides }],
  ['claim', { path: '/opt/spark/job/data/rides-claim', put: { from: rides, claim: 'data-rides-claim' } }],
  ['remote', { path: 's3a://spark/data/rides-remote', put: { from: rides, address: 's3a://spark/data/rides-remote' } }],
])('a set by way of %s is checked, then brought', async (way, expected) => {
  mkdirSync(namedSetsFolder(), { recursive: true });
  const set = { source: rides, way, sha256: await sumOf(rides), license: 'CC0-1.0' };
  writeFileSync(namedSetFile(`rides-${way}`), toYaml(set));
  const found = plan(`rides-${way}`, withServer);
  expect(found).toMatchObject(expected);
  expect(found.shown).toBe(`data: rides-${way}, ${rides} (CC0-1.0)`);
  expect(found.bring.map(({ title }) => title)).toEqual([`Check data rides-${way}`]);
});

test('a job learns its path by FIRESTEEL_DATA, and its image has the jars of the storage', () => {
  const { job } = planJob(readJob([join(box, 'job.py')]), withServer, rides);
  expect(job.conf).toMatchObject({
    'spark.kubernetes.driverEnv.FIRESTEEL_DATA': '/opt/spark/job/data/rides',
    'spark.executorEnv.FIRESTEEL_DATA': '/opt/spark/job/data/rides',
  });
  expect(job.layer?.storage).toBe('s3');
  expect(planJob(readJob([join(box, 'job.py')]), plain).job.layer).toBeUndefined();
});

test('a job.yaml may name its data in one word', () => {
  mkdirSync(join(box, 'named'), { recursive: true });
  writeFileSync(join(box, 'named', 'main.py'), '');
  writeFileSync(join(box, 'named', 'job.yaml'), 'main: main.py\ndata: digits\n');
  const { notes } = planJob(readJob([join(box, 'named')]), plain);
  expect(notes[0]).toMatch(/^data: digits, 1,797 handwritten digits/);
});

test('each executor gets a separate claim where volumes say so, and Spark makes it', () => {
  const folder = join(box, 'scratch');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.py'), '');
  writeFileSync(
    join(folder, 'job.yaml'),
    'main: main.py\nvolumes:\n  scratch: {mountPath: /scratch, size: 2Gi, storageClass: fast, perExecutor: true}\n',
  );
  const { job, claims } = planJob(readJob([folder]), plain);
  const key = 'spark.kubernetes.executor.volumes.persistentVolumeClaim.scratch';
  expect(job.conf).toMatchObject({
    [`${key}.mount.path`]: '/scratch',
    [`${key}.options.claimName`]: 'OnDemand',
    [`${key}.options.storageClass`]: 'fast',
    [`${key}.options.sizeLimit`]: '2Gi',
  });
  expect(claims).toEqual([]);
});
