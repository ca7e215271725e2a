// A run's objects, and what properties do to them; test/cluster/engines.test.ts holds them against Spark's own.
import { describe, expect, test } from 'vitest';
import { readJob } from '../../../tasks/jobs/job.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import { executorCount, propertiesText, sparkProperties } from '../../../tasks/spark/conf.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';
import { newRunId, runNames, safeName } from '../../../tasks/spark/run-names.ts';
import type { RunRequest } from '../../../tasks/submission/driver.ts';
import { runObjects } from '../../../tasks/submission/run-objects.ts';

const recordedId = 'pi-e83a34a1fea68f55';
const names = runNames(recordedId);

const profile = (conf: Record<string, string> = {}, version = '4.3.0') => ({
  ...profileSchema.parse({ spark: { conf, version } }),
  name: 'local',
  clusterName: 'local',
});

async function request(conf: Record<string, string> = {}, version = '4.3.0'): Promise<RunRequest> {
  const job = { ...readJob(['pi']), conf: {} };
  return { job, profile: profile(conf, version), image: `spark:${version}-x`, names, user: 'root' };
}

const find = (objects: Manifest[], kind: string, name: string): Manifest => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};

describe('a run', () => {
  test('gives executors a template that meets Pod Security and an account without token', async () => {
    const { beside } = runObjects(await request());
    const { data } = find(beside, 'ConfigMap', names.podTemplateMap) as unknown as { data: Record<string, string> };
    const template = JSON.parse(data['podspec-configmap-key'] ?? '') as Pod;
    expect(template.spec).toMatchObject({
      serviceAccountName: 'spark-executor',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'spark-kubernetes-executor',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    });
    expect(template.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'firesteel',
      'firesteel/run': recordedId,
    });
  });

  test('with its own file mounts that file where its address says', async () => {
    const own = await request();
    own.job = {
      ...own.job,
      name: 'Mein Jöb',
      resource: 'local:///opt/spark/job/shipped/my_job.py',
      files: { 'my_job.py': 'print(1)\n', 'lib.zip': Buffer.from('PK') },
    };
    const { pod, beside } = runObjects(own);
    expect(find(beside, 'ConfigMap', names.jobMap)).toMatchObject({
      data: { 'my_job.py': 'print(1)\n' },
      binaryData: { 'lib.zip': 'UEs=' },
    });
    expect(pod.spec.containers[0]?.['volumeMounts']).toContainEqual({
      name: 'job',
      mountPath: '/opt/spark/job/shipped',
      readOnly: true,
    });
    expect(pod.metadata.annotations).toEqual({
      'firesteel/job': 'Mein Jöb',
      'firesteel/executors': '{"count":2,"requests":{"cpu":"1","memory":"1433Mi"}}',
    });
    expect(pod.metadata.labels?.['spark-app-name']).toBe('mein-j-b');
  });

  test('gives executors the folders of modules that its driver has, each file at its path', async () => {
    const own = await request();
    own.job = {
      ...own.job,
      files: { 'a.csv': '1', modules__app__main_py: 'print(1)' },
      modules: [{ key: 'modules__app__main_py', path: 'modules/app/main.py', mode: 0o755 }],
    };
    const { pod, beside } = runObjects(own);
    const { data } = find(beside, 'ConfigMap', names.podTemplateMap) as unknown as { data: Record<string, string> };
    const template = JSON.parse(data['podspec-configmap-key'] ?? '') as Pod;
    const items = [{ key: 'a.csv', path: 'a.csv' }, ...(own.job.modules ?? [])];
    const mount = { name: 'job', mountPath: '/opt/spark/job/shipped', readOnly: true };
    for (const { spec } of [pod, template]) {
      expect(spec.volumes).toContainEqual({ name: 'job', configMap: { name: names.jobMap, items } });
      expect(spec.containers[0]?.volumeMounts).toContainEqual(mount);
    }
  });

  test('takes labels, selectors, environment, secrets and limits from spark properties', async () => {
    const { pod } = runObjects(
      await request({
        'spark.kubernetes.driver.label.team': 'red',
        'spark.kubernetes.node.selector.disk': 'ssd',
        'spark.kubernetes.driverEnv.LEVEL': '3',
        'spark.kubernetes.driver.secretKeyRef.KEY': 'store:key',
        'spark.kubernetes.driver.secrets.store': '/etc/store',
        'spark.kubernetes.driver.limit.cores': '2',
        'spark.kubernetes.container.image.pullSecrets': 'registry, other',
      }),
    );
    const [container] = pod.spec.containers;
    expect(pod.metadata.labels?.['team']).toBe('red');
    expect(pod.spec.nodeSelector).toEqual({ disk: 'ssd' });
    expect(pod.spec['imagePullSecrets']).toEqual([{ name: 'registry' }, { name: 'other' }]);
    expect(container?.env).toContainEqual({ name: 'LEVEL', value: '3' });
    expect(container?.env).toContainEqual({ name: 'KEY', valueFrom: { secretKeyRef: { name: 'store', key: 'key' } } });
    expect(container?.['volumeMounts']).toContainEqual({ name: 'store-volume', mountPath: '/etc/store' });
    expect(container?.resources?.limits?.['cpu']).toBe('2');
  });

  test.each<[string, Record<string, string>, string[], object | undefined]>([
    ['its own empty folder', {}, [names.localDir], {}],
    ['memory', { 'spark.kubernetes.local.dirs.tmpfs': 'true' }, [names.localDir], { medium: 'Memory' }],
    ['the folders it names', { 'spark.local.dir': '/a,/b' }, ['/a', '/b'], {}],
    [
      'volumes made for it',
      {
        'spark.kubernetes.driver.volumes.hostPath.spark-local-dir-1.mount.path': '/fast',
        'spark.kubernetes.driver.volumes.hostPath.spark-local-dir-1.options.path': '/mnt/ssd',
      },
      ['/fast'],
      undefined,
    ],
  ])('has its scratch space in %s', async (_, conf, folders, emptyDir) => {
    const { spec } = runObjects(await request(conf)).pod;
    const [container] = spec.containers;
    const isScratch = ({ name }: { name: string }) => name.startsWith('spark-local-dir-');
    expect(container?.env).toContainEqual({ name: 'SPARK_LOCAL_DIRS', value: folders.join(',') });
    expect(container?.volumeMounts?.filter(isScratch).map(({ mountPath }) => mountPath)).toEqual(folders);
    const volumes = spec.volumes?.filter(isScratch) ?? [];
    expect(volumes.map(({ name }) => name)).toEqual(folders.map((_, i) => `spark-local-dir-${i + 1}`));
    expect(volumes.map((volume) => volume['emptyDir'])).toEqual(folders.map(() => emptyDir));
  });

  test.each([
    [{ 'spark.kubernetes.scheduler.name': 'volcano' }, 'volcano'],
    [{ 'spark.kubernetes.scheduler.name': 'volcano', 'spark.kubernetes.driver.scheduler.name': 'mine' }, 'mine'],
  ])('with %j is put on a node by the scheduler %s', async (conf, scheduler) =>
    expect(runObjects(await request(conf)).pod.spec['schedulerName']).toBe(scheduler),
  );

  test.each([
    ['4.3.0', true, true],
    ['4.2.1', true, false],
    ['4.1.0', false, false],
    ['3.5.6', false, false],
  ])('with Spark %s: network policy %s, connect port %s', async (version, hasPolicy, hasPort) => {
    const own = await request();
    own.profile.spark.version = version;
    const { beside, pod } = runObjects(own);
    expect(beside.some(({ kind }) => kind === 'NetworkPolicy')).toBe(hasPolicy);
    expect(JSON.stringify(pod).includes('15002')).toBe(hasPort);
  });
});

describe('properties', () => {
  test('of the profile override those of the job, and neither ours', async () => {
    const own = await request({ 'spark.executor.instances': '5' });
    own.job.conf = {
      'spark.executor.instances': '3',
      'spark.executor.memory': '3g',
      'spark.submit.pyFiles': 'local:///a.py',
    };
    const found = sparkProperties(own.job, own.profile, own.image, names);
    expect(found).toMatchObject({
      'spark.executor.instances': '5',
      'spark.executor.memory': '3g',
      'spark.submit.pyFiles': 'local:///a.py',
    });
    expect(executorCount(found)).toBe(5);
  });

  test('give requests of a driver a minute, unless the profile says otherwise', async () => {
    const own = await request({ 'spark.kubernetes.driver.requestTimeout': '5000' });
    const found = sparkProperties(own.job, own.profile, own.image, names);
    expect(found['spark.kubernetes.driver.requestTimeout']).toBe('5000');
    expect(found['spark.kubernetes.driver.connectionTimeout']).toBe('60000');
  });

  test('of a jar name it among spark.jars and its own overhead', async () => {
    const own = await request({ 'spark.jars': 'local:///b.jar' });
    own.job = { ...own.job, type: 'java', resource: 'local:///a.jar', mainClass: 'A' };
    const found = sparkProperties(own.job, own.profile, own.image, names);
    expect(found).toMatchObject({
      'spark.jars': 'local:///b.jar,local:///a.jar',
      'spark.kubernetes.memoryOverheadFactor': '0.1',
    });
  });

  test('are written as Java reads them', () =>
    expect(propertiesText({ 'b.c': ' k8s://x\n\\y', 'a=b': 'ü#!' }, 'x')).toBe(
      '#x\na\\=b=\\u00fc\\#\\!\nb.c=\\ k8s\\://x\\n\\\\y\n',
    ));
});

describe('names', () => {
  test.each([
    ['pi', 'pi'],
    ['My_Job.v2', 'my-job-v2'],
    ['Café', 'cafe'],
    ['Größe', 'groe-aedc3f'],
    ['2fast', 'x2fast'],
    ['--x--', 'x'],
    ['日本', 'job-cf2abf'],
    ['', 'job-e3b0c4'],
    ['a'.repeat(80), `${'a'.repeat(23)}-0f45e8`],
  ])('%j becomes %s', (name, expected) => {
    expect(safeName(name)).toBe(expected);
    expect(expected).toMatch(/^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/);
  });

  test('that differ only in what Kubernetes does not take stay apart', () =>
    expect(new Set(['日本', '日木', 'a'.repeat(31), `${'a'.repeat(30)}b`].map(safeName)).size).toBe(4));

  test('of the longest job leave room for executors', () => {
    const id = newRunId('x'.repeat(100));
    expect(id.length).toBeLessThanOrEqual(47);
    expect(runNames(id).service.length).toBeLessThanOrEqual(63);
    expect(`${id}-exec-99999`.length).toBeLessThanOrEqual(63);
  });

  test('of two runs of one job in the same millisecond differ', () => {
    const now = Date.now();
    expect(newRunId('pi', now)).not.toBe(newRunId('pi', now));
  });

  test.each([
    ['4.3.0', 'pi-e83a34a1fea68f55', 1795273690896],
    ['3.5.9', 'pi-1c29c0a1ff80bd3b', 1795287989513],
  ])('that Spark %s drew tell the time some seconds after the submit', (_, id, submitted) => {
    const late = (runNames(id).submittedAt ?? 0) - submitted;
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(60_000);
  });

  test('contain the time of the submission', () => {
    const now = Date.parse('2026-11-21T15:08:12.345Z');
    expect(runNames(newRunId('pi', now)).submittedAt).toBe(now);
  });

  test('of one id are always the same', () => expect(runNames(recordedId)).toEqual(names));
});
