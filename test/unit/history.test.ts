// Event logs: which runs write them and where, the history server's objects, and where a run's pages are.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusters } from '../../tasks/clusters/index.ts';
import { historyObjects, volumeProblems } from '../../tasks/history.ts';
import { type Job, readJob } from '../../tasks/jobs/job.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { RunRecord } from '../../tasks/record/run-folder.ts';
import { keptProperty } from '../../tasks/record/run-folder.ts';
import { sparkProperties } from '../../tasks/spark/conf.ts';
import { withEventLog } from '../../tasks/spark/event-log.ts';
import { runNames } from '../../tasks/spark/run-names.ts';
import { driverVolumes, incompleteVolumes } from '../../tasks/spark/volumes.ts';
import { findPlace } from '../../tasks/ui.ts';

const profile = await readProfile('local', []);
const job = (conf: Record<string, string>): Job => ({
  name: 'pi',
  type: 'java',
  resource: 'local:///pi.jar',
  mainClass: 'Pi',
  args: [],
  conf,
});

describe('a run in a namespace with a history claim', () => {
  const properties = (conf: Record<string, string>) =>
    sparkProperties(withEventLog(job(conf), profile), profile, 'spark:1', runNames('pi-0123456789abcdef'));

  test('writes its event log onto the claim, which its driver mounts', () => {
    const made = properties({});
    expect(made['spark.eventLog.enabled']).toBe('true');
    const { volumes, mounts } = driverVolumes(made);
    expect(volumes).toEqual([
      { name: 'history', persistentVolumeClaim: { claimName: 'spark-history', readOnly: false } },
    ]);
    expect(mounts).toEqual([
      { name: 'history', mountPath: made['spark.eventLog.dir']?.replace('file://', ''), readOnly: false },
    ]);
  });

  test.each<Record<string, string>>([{ 'spark.eventLog.enabled': 'false' }, { 'spark.eventLog.dir': 's3a://logs/' }])(
    'keeps to its own settings: %o',
    (conf) => {
      expect(properties(conf)).toMatchObject(conf);
      expect(driverVolumes(properties(conf)).volumes).toEqual([]);
    },
  );

  test.each<[string, Record<string, string>]>([
    ['its class path begins with its own jars', { 'spark.driver.extraClassPath': '/opt/own/*:/opt/spark/jars/*' }],
    ['it has one jar before Spark', { 'spark.driver.extraClassPath': '/opt/conf:/opt/own/old.jar' }],
  ])('a run writes no event log and says why if %s', (_, conf) => {
    const made = withEventLog(job(conf), profile);
    expect(made.conf).toEqual(conf);
    expect(made.withoutEventLog).toMatch(/^spark\.driver\.extraClassPath puts \/opt\/own\/\S+ before Spark's jars/);
  });

  test.each<[string, Record<string, string>]>([
    ["Spark's jars come before its own", { 'spark.driver.extraClassPath': '/opt/spark/jars/*:/opt/own/*' }],
    ['its class path has folders alone', { 'spark.driver.extraClassPath': '/opt/conf:/opt/classes/' }],
    ['executors alone have jars first', { 'spark.executor.extraClassPath': '/opt/own/*' }],
    ['it says how its event log is written', { 'spark.eventLog.compress': 'true' }],
    ['it wants several files', { 'spark.eventLog.rolling.enabled': 'true', 'spark.eventLog.enabled': 'TRUE' }],
    [
      'it asks for one whatever its class path has',
      { 'spark.driver.extraClassPath': '/opt/own/*', 'spark.eventLog.enabled': 'true' },
    ],
  ])('a run writes its event log if %s', (_, conf) => {
    const made = withEventLog(job(conf), profile);
    expect(made.withoutEventLog).toBeUndefined();
    expect(made.conf).toMatchObject({ ...conf, 'spark.eventLog.dir': 'file:///opt/spark/events' });
  });

  test.each(['lenet', 'lenet-test'])('the documented job %s writes its event log', (name) =>
    expect(withEventLog(readJob([name]), profile).conf).toMatchObject({ 'spark.eventLog.enabled': 'true' }),
  );

  test('keeps to settings of its profile', async () => {
    const other = await readProfile('local', ['spark.conf.spark.eventLog.enabled=false']);
    expect(withEventLog(job({}), other).conf).toEqual({});
  });
});

test.each([
  ['persistentVolumeClaim.data.options.claimName', 'data', ['mount.path']],
  ['emptyDir.data.options.sizeLimit', '1Gi', ['mount.path']],
  ['hostPath.data.mount.path', '/data', ['options.path']],
  ['nfs.data.options.path', '/data', ['mount.path', 'options.server']],
])('a volume without what it needs is a problem: %s', (setting, value, missing) => {
  const volumes = 'spark.kubernetes.executor.volumes';
  const volume = `${volumes}.${setting.split('.').slice(0, 2).join('.')}`;
  expect(incompleteVolumes({ [`${volumes}.${setting}`]: value })).toEqual([
    `${volume}: the volume needs ${missing.map((one) => `${volume}.${one}`).join(' and ')}`,
  ]);
});

describe('volumes of a driver', () => {
  const prefix = 'spark.kubernetes.driver.volumes';
  test.each([
    [
      'a claim',
      'persistentVolumeClaim',
      { claimName: 'c' },
      { persistentVolumeClaim: { claimName: 'c', readOnly: true } },
    ],
    [
      'memory',
      'emptyDir',
      { medium: 'Memory', sizeLimit: '1Gi' },
      { emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
    ],
    [
      'a folder of the node',
      'hostPath',
      { path: '/data', type: 'Directory' },
      { hostPath: { path: '/data', type: 'Directory' } },
    ],
    ['a server', 'nfs', { server: 'a', path: '/b' }, { nfs: { server: 'a', path: '/b', readOnly: true } }],
  ])('%s', (_, type, options, source) => {
    const settings = Object.entries(options).map(([key, value]) => [`${prefix}.${type}.v.options.${key}`, value]);
    const { volumes, mounts } = driverVolumes({
      ...Object.fromEntries(settings),
      [`${prefix}.${type}.v.mount.path`]: '/mnt',
      [`${prefix}.${type}.v.mount.readOnly`]: 'true',
      [`${prefix}.${type}.v.mount.subPath`]: 'part',
      'spark.kubernetes.executor.volumes.emptyDir.other.mount.path': '/other',
    });
    expect(volumes).toEqual([{ name: 'v', ...source }]);
    expect(mounts).toEqual([{ name: 'v', mountPath: '/mnt', readOnly: true, subPath: 'part' }]);
  });
});

test('the history server takes the profile at its word', async () => {
  const other = await readProfile('local', [
    'history.size=1Gi',
    'history.storageClass=shared',
    'history.accessMode=ReadWriteMany',
  ]);
  const [claim, service, deployment] = await historyObjects(other, 'spark:1');
  expect(claim?.['spec']).toEqual({
    accessModes: ['ReadWriteMany'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: 'shared',
  });
  expect(service?.['spec']).toMatchObject({ type: 'ClusterIP' });
  expect(deployment).toMatchObject({
    spec: { template: { spec: { serviceAccountName: 'spark-executor', automountServiceAccountToken: false } } },
  });
});

test.each([
  ['local', [], 0],
  ['gke', [], 1],
  ['gke', ['history.accessMode=ReadWriteMany', 'history.storageClass=standard-rwx'], 0],
  ['digitalocean', [], 1],
])('profile %s with %j has %i problems with its volume', async (name, set, count) => {
  const project = name === 'gke' ? ['gke.project=spark-school'] : [];
  const profile = await readProfile(name, [...project, ...set]);
  expect(volumeProblems(profile, clusters[profile.cluster])).toHaveLength(count);
});

test('a property is read back as it was submitted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fs-run-'));
  expect(keptProperty(folder, 'spark.ui.port')).toBeUndefined();
  writeFileSync(join(folder, 'spark.properties'), '#pi\nspark.ui.port=4050\nspark.ui.portage=1\n');
  expect(keptProperty(folder, 'spark.ui.port')).toBe('4050');
  expect(keptProperty(folder, 'spark.ui')).toBeUndefined();
  rmSync(folder, { recursive: true });
});

describe("a run's pages are", () => {
  const run = { id: 'pi-1', namespace: 'spark', driverPod: 'pi-1-driver' } as RunRecord;
  const driver = (phase: string, state: object): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pi-1-driver', labels: { 'spark-role': 'driver' } },
    spec: { containers: [] },
    status: { phase, containerStatuses: [{ name: 'spark-kubernetes-driver', state }] },
  });
  const running = driver('Running', { running: { startedAt: 'now' } });
  const pending = driver('Pending', {});
  const ended = driver('Succeeded', { terminated: { exitCode: 0 } });
  const server: Manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'spark-history' } };
  const serverPod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'h' }, status: { phase: 'Running' } };

  test.each<[string, string, Manifest | undefined, boolean, Manifest[], Manifest | undefined]>([
    ['at its driver while that runs', 'driver', running, true, [serverPod], server],
    ['coming while the driver does', 'coming', pending, false, [], undefined],
    ['at the history server afterwards', 'history', ended, true, [serverPod], server],
    ['there too when the driver is removed', 'history', undefined, true, [serverPod], server],
    ['coming while the history server does', 'coming', ended, true, [], server],
    ['nowhere without a history server', 'nowhere', ended, true, [], undefined],
    ['nowhere without an event log', 'nowhere', ended, false, [serverPod], server],
  ])('%s', async (_, place, pod, hasLog, pods, deployment) => {
    const kube = {
      get: async ({ kind }: { kind: string }) => (kind === 'Pod' ? pod : deployment),
      list: async () => pods,
    } as unknown as Kube;
    expect(await findPlace(kube, run, hasLog)).toBe(place);
  });
});
