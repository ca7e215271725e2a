// Claims of a job: made once, mounted by Spark's own properties, left alone by gc.
import { describe, expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import {
  claimManifest,
  ensureClaims,
  mountConf,
  showNotes,
  verifyClaim,
  volumeFolders,
  volumeNotes,
  volumeProblems,
  volumesConf,
  volumesSchema,
} from '../../../tasks/jobs/volumes.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { runLabel } from '../../../tasks/spark/pod.ts';
import { driverVolumes } from '../../../tasks/spark/volumes.ts';
import type { Context } from '../../../tasks/steps/types.ts';

const volumes = volumesSchema.parse({ 'lenet-models': { mountPath: '/opt/spark/models' } });
const volume = volumes['lenet-models'] ?? expect.fail('no volume');

test('a claim is mounted in the driver', () =>
  expect(driverVolumes(volumesConf(volumes))).toEqual({
    volumes: [{ name: 'lenet-models', persistentVolumeClaim: { claimName: 'lenet-models', readOnly: false } }],
    mounts: [{ name: 'lenet-models', mountPath: '/opt/spark/models', readOnly: false }],
  }));

test('executors mount it on request', () => {
  const keys = Object.keys(
    mountConf('data', { claim: 'c', path: '/d', subPath: 'a/b', readOnly: true, executors: true }),
  );
  expect(
    keys.filter((key) => key.startsWith('spark.kubernetes.executor.')).map((key) => key.split('.data.')[1]),
  ).toEqual([...['mount.path', 'options.claimName', 'mount.subPath', 'mount.readOnly']]);
});

test('folders of volumes are found among properties of job and profile', () =>
  expect(
    volumeFolders({
      ...volumesConf(volumes),
      'spark.kubernetes.driver.volumes.nfs.shared.mount.path': '/shared',
      'spark.kubernetes.executor.volumes.emptyDir.scratch.mount.path': '/scratch',
    }),
  ).toEqual(['/opt/spark/models', '/shared']));

test('a claim belongs to no run and has no owner', () => {
  const { metadata, spec } = claimManifest('lenet-models', 'jobs', { ...volume, storageClass: 'fast' });
  expect(metadata).toEqual({
    name: 'lenet-models',
    namespace: 'jobs',
    labels: { 'app.kubernetes.io/managed-by': 'firesteel' },
  });
  expect(metadata.labels).not.toHaveProperty([runLabel]);
  expect(spec).toEqual({
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: 'fast',
  });
});

describe('before a run', () => {
  const withClaims = (...names: string[]) => {
    const applied: Manifest[] = [];
    const kube = {
      get: async ({ name }: { name: string }) => (names.includes(name) ? { metadata: { name } } : undefined),
      apply: async (manifest: Manifest) => applied.push(manifest),
    } as unknown as Kube;
    return { applied, context: { kube } as unknown as Context };
  };
  const out = { line: () => {} };
  const step = ensureClaims(volumes, 'jobs');

  test('a missing claim is made', async () => {
    const { applied, context } = withClaims();
    expect(await step.skip?.(context)).toBe(false);
    await step.run(context, out);
    expect(applied.map(({ metadata }) => metadata.name)).toEqual(['lenet-models']);
  });
  test('an existing claim is left unchanged', async () => {
    const { applied, context } = withClaims('lenet-models');
    expect(await step.skip?.(context)).toBe('already exists, with its content');
    await step.run(context, out);
    expect(applied).toEqual([]);
  });
  test('a claim with data must exist', async () => {
    await verifyClaim('data', 'jobs').run(withClaims('data').context, out);
    await expect(verifyClaim('data', 'jobs').run(withClaims().context, out)).rejects.toThrow(
      'claim data: not in namespace jobs',
    );
  });
});

describe('a claim that executors mount as well', () => {
  const gke = ['gke.project=spark-school'];
  const claiming = (volume: object) => ({
    name: 'lenet',
    volumes: volumesSchema.parse({ models: { mountPath: '/m', executors: true, ...volume } }),
  });
  const cure =
    'set volumes.models.accessMode to ReadWriteMany, and volumes.models.storageClass to a class that supports that mode';
  const tied = `job lenet: volumes.models.accessMode ReadWriteOnce mounts a volume on one node of CLUSTER at a time, but executors run on any node: ${cure}`;
  const onePod = `job lenet: volumes.models.accessMode ReadWriteOncePod mounts a volume in one pod, but driver and executors are several: ${cure}`;
  const note = `volumes.models is ReadWriteOnce: executors may run on nodes that cannot mount it; if they wait, ${cure}`;

  test.each<[name: string, sets: string[], volume: object, problem: string | undefined, note?: string]>([
    ['gke', gke, {}, tied],
    ['gke', gke, { accessMode: 'ReadWriteMany', storageClass: 'standard-rwx' }, undefined],
    ['gke', gke, { executors: false }, undefined],
    ['gke', gke, { executors: false, accessMode: 'ReadWriteOncePod' }, undefined],
    ['gke', gke, { perExecutor: true, storageClass: 'standard-rwo' }, undefined],
    ['digitalocean', [], {}, tied],
    ['digitalocean', ['digitalocean.nodes=1'], {}, undefined],
    ['local', ['local.nodes=3'], {}, undefined],
    ['local', [], { accessMode: 'ReadWriteOncePod' }, onePod],
    ['minikube-docker', [], {}, undefined],
    ['minikube-docker', ['minikube.nodes=2'], {}, undefined, note],
    ['kind', [], {}, undefined],
    ['context', ['context.context=x'], {}, undefined, note],
    ['context', ['context.context=x'], { accessMode: 'ReadWriteMany' }, undefined],
    ['context', ['context.context=x'], { executors: false }, undefined],
  ])('on %s %j as %j', async (name, sets, volume, problem, shown) => {
    const profile = await readProfile(name, sets);
    const cluster = clusters[profile.cluster];
    const job = claiming(volume);
    const expected = problem ? [problem.replace('CLUSTER', name)] : [];
    expect(volumeProblems(job, profile, cluster)).toEqual(expected);
    expect(volumeNotes(job, profile, cluster)).toEqual(shown ? [shown] : []);
  });

  test('shows its notes in a step, which is not there without any', async () => {
    const lines: string[] = [];
    for (const step of showNotes(['a', 'b'])) await step.run({} as Context, { line: (line) => lines.push(line) });
    expect(lines).toEqual(['a', 'b']);
    expect(showNotes([])).toEqual([]);
  });
});

test.each([
  [{ Models: { mountPath: '/m' } }, 'name'],
  [{ models: { mountPath: 'm' } }, 'absolute path'],
  [{ models: { mountPath: '/m', size: 'big' } }, 'size such as 1Gi'],
  [{ models: { mountPath: '/m', sise: '1Gi' } }, 'sise'],
])('%j is refused', (text, why) => expect(volumesSchema.safeParse(text).error?.message).toContain(why));
