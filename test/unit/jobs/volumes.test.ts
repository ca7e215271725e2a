// Claims of a job: made once, mounted by Spark's own properties, left alone by gc.
import { describe, expect, test } from 'vitest';
import {
  claimManifest,
  ensureClaims,
  mountConf,
  verifyClaim,
  volumeFolders,
  volumesConf,
  volumesSchema,
} from '../../../tasks/jobs/volumes.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
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

test.each([
  [{ Models: { mountPath: '/m' } }, 'name'],
  [{ models: { mountPath: 'm' } }, 'absolute path'],
  [{ models: { mountPath: '/m', size: 'big' } }, 'size such as 1Gi'],
  [{ models: { mountPath: '/m', sise: '1Gi' } }, 'sise'],
])('%j is refused', (text, why) => expect(volumesSchema.safeParse(text).error?.message).toContain(why));
