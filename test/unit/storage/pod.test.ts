// The pod that visits a storage: credentials by reference alone, restricted, and with the checksum that this machine counts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { sumOf } from '../../../tasks/jobs/named-sets.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { visitPod } from '../../../tasks/storage/pod.ts';
import { ownFolder } from '../../own-folder.ts';

const box = ownFolder();
const profileOf = (storage: object): Profile => ({ ...profileSchema.parse({ storage }), name: 'x', clusterName: 'x' });
const podOf = (storage: object, claim?: { name: string; path: string }): Pod =>
  visitPod(profileOf(storage), 'spark:1', {
    name: 'visit',
    action: 'check',
    args: ['s3a://spark/'],
    ...(claim ? { claim } : {}),
  }) as Pod;

test('keys of S3 are variables from a Secret', () => {
  const { env = [], args = [] } = podOf({ kind: 's3', service: true }).spec.containers[0] ?? {};
  expect(env).toContainEqual({
    name: 'AWS_SECRET_ACCESS_KEY',
    valueFrom: { secretKeyRef: { name: 'storage-keys', key: 'AWS_SECRET_ACCESS_KEY' } },
  });
  expect(args[0]).toBe('check');
  expect(JSON.parse(args[1] ?? '')).toMatchObject({ 'fs.s3a.endpoint': 'http://storage.spark.svc:7070' });
  expect(args.slice(2)).toEqual(['s3a://spark/']);
});

test('arguments and variables are sent so that Kubernetes gives them back as typed', () => {
  const conf = { 'spark.hadoop.fs.s3a.user.agent.prefix': '$(NAME)', 'spark.kubernetes.driverEnv.PRICE': 'a$$b' };
  const visit = { name: 'visit', action: 'put' as const, args: ['s3a://spark/$(HOME)'] };
  const odd = profileOf({ kind: 's3', service: true });
  const pod = visitPod({ ...odd, spark: { ...odd.spark, conf } }, 'spark:1', visit) as Pod;
  const { env = [], args = [] } = pod.spec.containers[0] ?? {};
  expect(env).toContainEqual({ name: 'PRICE', value: 'a$$$$b' });
  expect(args[1]).toContain('"fs.s3a.user.agent.prefix":"$$(NAME)"');
  expect(args[2]).toBe('s3a://spark/$$(HOME)');
});

test('the key file of Google is a volume from a Secret', () => {
  const { spec } = podOf({ kind: 'gcs', bucket: 'rides', credentials: { secret: 'google' } });
  expect(spec.volumes).toContainEqual({ name: 'google-volume', secret: { secretName: 'google' } });
  expect(spec.containers[0]?.volumeMounts).toContainEqual({
    name: 'google-volume',
    mountPath: '/opt/spark/storage-key',
    readOnly: true,
  });
});

test('a claim is mounted at the target of the data, and the pod has no token of the API', () => {
  const { spec } = podOf({ kind: 's3', service: true }, { name: 'data-rides', path: '/claim' });
  expect(spec.volumes).toContainEqual({ name: 'claim', persistentVolumeClaim: { claimName: 'data-rides' } });
  expect(spec.automountServiceAccountToken).toBe(false);
  expect(spec.containers[0]?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
});

/** What the pod's program counts for a folder. */
function countedInPod(folder: string): string {
  const program = readFileSync(projectPath('docker', 'storage', 'visit.py'), 'utf8').split('\ntry:\n')[0] ?? '';
  const args = ['-c', `${program}\nprint(sum_of(sys.argv[3]))`, 'check', '{}', folder];
  return execFileSync('python3', args, { encoding: 'utf8' }).trim();
}

test('pod and machine count the same checksum, of one file and of many with odd names', async () => {
  const folder = join(box, 'odd');
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(folder, 'a'), '1');
  expect(countedInPod(folder)).toBe(await sumOf(folder));
  expect(countedInPod(folder)).toBe(await sumOf(join(folder, 'a')));
  writeFileSync(join(folder, 'a b'), '2');
  writeFileSync(join(folder, 'a-program'), '3', { mode: 0o755 });
  writeFileSync(join(folder, 'deep', 'é.csv'), '4');
  expect(countedInPod(folder)).toBe(await sumOf(folder));
});
