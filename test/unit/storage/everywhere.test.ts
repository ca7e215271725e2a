// The storage of a profile wherever Spark runs, not only in jobs: its jars, its properties, and its keys by reference alone.
import { expect, test } from 'vitest';
import { profileOfSeat } from '../../../tasks/classroom/seat/objects.ts';
import { confWith } from '../../../tasks/conf.ts';
import { serverObjects } from '../../../tasks/connect/objects.ts';
import { connectWith } from '../../../tasks/connect.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { notebookWith } from '../../../tasks/notebook.ts';
import { labObjects } from '../../../tasks/notebooks/server/objects.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { shellWith } from '../../../tasks/shell.ts';
import { sessionObjects } from '../../../tasks/shells/cluster-objects.ts';
import { hereStorage, storageNotes, storageVariables } from '../../../tasks/shells/here/storage.ts';
import { sessionJob, sessionNames } from '../../../tasks/shells/session.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { clusterObjects } from '../../../tasks/standalone/objects.ts';
import { shellPod } from '../../../tasks/standalone/shell.ts';
import { standaloneWith } from '../../../tasks/standalone.ts';
import type { Step } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';
import { planFor } from '../../plan-of.ts';

const sets = {
  s3: ['storage.kind=s3', 'storage.service=true'],
  gcs: ['storage.kind=gcs', 'storage.bucket=rides', 'storage.credentials.secret=google'],
};
const image = 'spark:1';
const object = 'own';
const sizes = { server: {}, executors: {} };
const pip = { variables: {}, authorities: '', notes: [] };

/** Where Spark runs beside jobs, with the objects of each. */
const places: Record<string, (set: string[]) => Promise<Manifest[]>> = {
  'a Connect server': async (set) =>
    serverObjects({
      profile: await readProfile('local', set),
      object,
      image,
      chosen: {},
      user: 'ada',
      pullSecrets: [],
    }),
  'a notebook server': async (set) =>
    labObjects({ profile: await readProfile('local', set), object, image, sizes, pip, pullSecrets: [] }),
  'workers of a standalone cluster': async (set) => clusterObjects(await readProfile('local', set), image, '500m'),
  'a shell of a standalone cluster': async (set) => [shellPod(await readProfile('local', set), image, object)],
  'a shell in the cluster': async (set) => {
    const job = sessionJob('pyspark', {});
    const request = { job, profile: await readProfile('local', set), image, names: sessionNames(job), user: 'ada' };
    const { pod, beside } = sessionObjects(request);
    return [pod, ...beside];
  },
};

/** The pod that opens the storage. */
function podOf(objects: Manifest[]): Pod {
  const found = objects.findLast(({ kind }) => ['Pod', 'Deployment', 'StatefulSet'].includes(kind));
  if (!found) throw new Error('no pod');
  return found.kind === 'Pod' ? (found as Pod) : (found['spec'] as { template: Pod }).template;
}

test.each(Object.entries(places))('%s has the keys of S3 as variables from the Secret', async (_, make) => {
  const { env } = podOf(await make(sets.s3)).spec.containers[0] ?? {};
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    expect(env).toContainEqual({ name, valueFrom: { secretKeyRef: { name: 'storage-keys', key: name } } });
});

test.each(Object.entries(places))('%s has the key file of Google as a volume from the Secret', async (_, make) => {
  const { volumes, containers } = podOf(await make(sets.gcs)).spec;
  expect(volumes).toContainEqual({ name: 'google-volume', secret: { secretName: 'google' } });
  expect(containers[0]?.volumeMounts).toContainEqual(
    expect.objectContaining({ name: 'google-volume', mountPath: '/opt/spark/storage-key' }),
  );
});

test.each(Object.entries(places).filter(([name]) => name !== 'a shell of a standalone cluster'))(
  'sessions of %s know the address of the storage',
  async (_, make) => {
    const maps = (await make(sets.s3)).filter(({ kind }) => kind === 'ConfigMap');
    expect(JSON.stringify(maps)).toContain('spark.hadoop.fs.s3a.endpoint=http\\\\://storage.spark.svc\\\\:7070');
  },
);

test.each(Object.entries(places))('%s without a storage refers to no key', async (_, make) =>
  expect(JSON.stringify(await make([]))).not.toMatch(/AWS_|fs\.s3a/),
);

const titles = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => ('steps' in step ? [step.title, ...titles(step.steps)] : [step.title]));

test.each([
  ['shell pyspark', shellWith(), ['pyspark']],
  ['shell pyspark --here', shellWith({ here: true }), ['pyspark']],
  ['conf', confWith(), []],
  ['connect up', connectWith(), ['up']],
  ['notebook up', notebookWith(), ['up']],
  ['standalone up', standaloneWith(), ['up']],
] as const)('%s looks at the storage, and puts its jars into the image', async (_, task, words) => {
  const { steps, problems = [] } = await planFor(task, await readProfile('local', sets.s3), words);
  expect(problems).toEqual([]);
  expect(titles(steps)).toEqual(
    expect.arrayContaining(['Look at the storage', 'Fetch the jars of the storage', "Build the job's image"]),
  );
});

const seat = { namespace: 'class-ada' } as Parameters<typeof profileOfSeat>[1];

test('a seat of a class has another namespace, where no Secret of the storage is', async () =>
  expect(profileOfSeat(await readProfile('local', sets.gcs), seat)).not.toHaveProperty('storage'));

test('a seat reads the S3 server in the cluster without a key', async () => {
  const profile = profileOfSeat(await readProfile('local', sets.s3), seat);
  expect(profile.storage).toMatchObject({ service: false, bucket: 'spark', credentials: { anonymous: true } });
  const objects = await labObjects({ profile, object, image, sizes, pip, pullSecrets: [] });
  const text = JSON.stringify(objects);
  expect(text).toMatch(/spark\.hadoop\.fs\.s3a\.endpoint\W+http.{0,3}:\/\/storage\.spark\.svc.{0,3}:7070/);
  expect(text).toContain('AnonymousAWSCredentialsProvider');
  expect(text).not.toMatch(/storage-keys|AWS_ACCESS_KEY_ID/);
});

test('a seat has public data as the class has it', async () => {
  const set = ['storage.kind=s3', 'storage.bucket=rides', 'storage.credentials.anonymous=true'];
  const profile = await readProfile('local', set);
  expect(profileOfSeat(profile, seat).storage).toEqual(profile.storage);
});

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'storage-keys', namespace: 'spark' },
  data: { AWS_ACCESS_KEY_ID: btoa('id'), AWS_SECRET_ACCESS_KEY: btoa('hush') },
};

test('a driver on this machine has the keys as variables, and reaches the S3 server by a forward', async () => {
  const profile = await readProfile('local', sets.s3);
  const { kube } = memoryKube([secret]);
  const targets: unknown[] = [];
  const forward: typeof kube.forward = async (asked) => {
    targets.push(...asked);
    return { address: '127.0.0.1:4321', closed: Promise.resolve() } as Awaited<ReturnType<typeof kube.forward>>;
  };
  const context = plainContext({ profile, kube: { ...kube, forward } });
  expect(await storageVariables(context, context.signal)).toEqual({
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'hush',
    AWS_SESSION_TOKEN: undefined,
    FIRESTEEL_STORAGE: 'http://127.0.0.1:4321',
  });
  expect(targets).toEqual([{ namespace: 'spark', selector: 'app.kubernetes.io/name=storage', port: 7070 }]);
  expect(hereStorage(profile)).toEqual({
    'spark.hadoop.fs.s3a.endpoint': '${env.FIRESTEEL_STORAGE:-http://storage.spark.svc:7070}',
  });
});

test.each([
  [['storage.kind=s3', 'storage.bucket=rides', 'storage.credentials.workloadIdentity=true'], 'service accounts'],
  [sets.gcs, 'key file of its Secret'],
])('%j is for pods alone, which a line says', async (set, why) => {
  const profile = await readProfile('local', set);
  const context = plainContext({ profile, kube: memoryKube([]).kube });
  expect(await storageVariables(context, context.signal)).toEqual({});
  expect(storageNotes(profile)).toEqual([expect.stringContaining(why)]);
});
