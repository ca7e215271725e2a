// The objects of a standalone cluster and of runs on it.
import { expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import { isOurs } from '../../../tasks/kube/render.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { runNames } from '../../../tasks/spark/run-names.ts';
import { sizesIn } from '../../../tasks/spark/sizes/sizes.ts';
import { scaler } from '../../../tasks/standalone/autoscale.ts';
import { standaloneEngine, standaloneObjects, withoutExecutors } from '../../../tasks/standalone/driver.ts';
import { masterRef, names, otherRefs, workerRef } from '../../../tasks/standalone/names.ts';
import { clusterObjects } from '../../../tasks/standalone/objects.ts';
import { shellCommand, shellPod } from '../../../tasks/standalone/shell.ts';
import { standaloneWith } from '../../../tasks/standalone.ts';
import { dryRunLines } from '../../dry-run.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';
import { planFor } from '../../plan-of.ts';

const profile = await readProfile('local', ['standalone.defaultCores=1']);
const objects = await clusterObjects(profile, 'spark:1', '500m');
const podOf = (name: string) =>
  objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === name) as unknown as {
    spec: {
      replicas?: number;
      template: { spec: Record<string, unknown> & { containers: { env: { name: string; value?: string }[] }[] } };
    };
  };

test('down removes every object that up makes', () => {
  const removed = [masterRef(profile), workerRef(profile), ...otherRefs(profile)].map(
    ({ kind, name }) => `${kind} ${name}`,
  );
  expect(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).filter((one) => !removed.includes(one)),
  ).toEqual([]);
  expect(objects.every(isOurs)).toBe(true);
});

test("no name of a service becomes one of Spark's variables", () => {
  const variable = (name: string) => `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  for (const { metadata } of objects.filter(({ kind }) => kind === 'Service'))
    expect(variable(metadata.name)).not.toMatch(/^SPARK_/);
  for (const name of [names.master, names.worker])
    expect(podOf(name).spec.template.spec['enableServiceLinks']).toBe(false);
});

test('the secret comes from the Secret alone', () => {
  for (const name of [names.master, names.worker]) {
    const secret = podOf(name).spec.template.spec.containers[0]?.env.find((one) => one.name === '_SPARK_AUTH_SECRET');
    expect(secret).toEqual({
      name: '_SPARK_AUTH_SECRET',
      valueFrom: { secretKeyRef: { name: 'standalone-secret', key: 'secret' } },
    });
  }
  const { data } = objects.find(({ kind }) => kind === 'ConfigMap') as unknown as { data: Record<string, string> };
  expect(data['daemon.conf']).not.toContain('authenticate.secret');
  expect(data['application.conf']).toContain('spark.authenticate.secret=in the variable _SPARK_AUTH_SECRET');
});

test('a worker has its cores and memory from the limits of its pod', () => {
  const [worker] = podOf(names.worker).spec.template.spec.containers;
  expect(worker).toMatchObject({
    resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '1', memory: '2Gi' } },
    lifecycle: { preStop: { exec: { command: ['bash', '/etc/firesteel/decommission.sh'] } } },
  });
  expect(worker?.env).toContainEqual({
    name: 'LIMIT_CORES',
    valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } },
  });
  expect(podOf(names.worker).spec.template.spec['terminationGracePeriodSeconds']).toBe(120);
});

test('the number of workers is in no object, so that scale and an autoscaler keep theirs', () => {
  expect(podOf(names.worker).spec).not.toHaveProperty('replicas');
});

test('a changed property of the profile replaces the pod', async () => {
  const other = await clusterObjects(await readProfile('local', ['standalone.defaultCores=2']), 'spark:1', '500m');
  const settings = (all: typeof objects) =>
    all.flatMap(({ kind, spec }) =>
      kind === 'StatefulSet'
        ? [(spec as { template: { metadata: { annotations: unknown } } }).template.metadata.annotations]
        : [],
    );
  expect(settings(other)).not.toEqual(settings(objects));
  expect(settings(await clusterObjects(profile, 'spark:1', '500m'))).toEqual(settings(objects));
});

const request = (job: string, set: string[] = []) =>
  readProfile('local', set).then((own) => ({
    job: readJob([job]),
    profile: withoutExecutors(own),
    image: 'spark:1',
    names: runNames('pi-0123456789abcdef'),
    user: 'ada',
  }));

test('the driver of a run is a member of the cluster, in client mode, without rights', async () => {
  const { pod, properties } = standaloneObjects(await request('pi', ['spark.conf.spark.executor.memory=700m']));
  expect(properties).toMatchObject({
    'spark.master': 'spark://standalone-master-0.standalone-master.spark.svc:7077',
    'spark.submit.deployMode': 'client',
    'spark.executor.memory': '700m',
    'spark.driver.host': 'pi-0123456789abcdef-driver-svc.spark.svc',
  });
  expect(
    Object.keys(properties).filter((key) =>
      /^spark\.(kubernetes\.(executor|authenticate)|executor\.instances)/.test(key),
    ),
  ).toEqual([]);
  // Python runs beside the driver's JVM, also where workers make executors.
  expect(
    standaloneObjects(await request(projectPath('test', 'e2e', 'standalone', 'long.py'))).pod.spec.containers[0]
      ?.resources?.requests?.['memory'],
  ).toBe('1433Mi');
  expect(pod.metadata.labels).toMatchObject({ 'firesteel/standalone': 'driver', 'spark-role': 'driver' });
  expect(pod.spec.automountServiceAccountToken).toBe(false);
  expect(pod.spec.containers[0]?.env).toContainEqual({
    name: '_SPARK_AUTH_SECRET',
    valueFrom: { secretKeyRef: { name: 'standalone-secret', key: 'secret' } },
  });
});

test('executors get variables with dollar signs as typed: workers start them, and no pod replaces anything', async () => {
  const { beside } = standaloneObjects(
    await request('pi', [
      'spark.conf.spark.executorEnv.PRICE=a$$b',
      'spark.conf.spark.executor.extraJavaOptions=-Dx=$$',
    ]),
  );
  const [{ 'spark.properties': text = '' } = {}] = beside.map(({ data }) => data as Record<string, string> | undefined);
  expect(text).toContain('spark.executorEnv.PRICE=a$$b\n');
  expect(text).toContain('spark.executor.extraJavaOptions=-Dx\\=$$\n');
});

test.each([
  ['pi', 0],
  ['keras', 1],
])('job %s has %i problems with workers that have the Spark image', async (name, count) => {
  const problems = standaloneEngine.problems(readJob([name]), profile);
  expect(problems).toHaveLength(count);
  for (const problem of problems) expect(problem).toContain('run the job with firesteel submit');
});

test.each<[string | undefined, string[], string?]>([
  [undefined, []],
  ['image:/opt/data', []],
  ['storage:rides', ['storage.kind=s3', 'storage.service=true']],
  ['s3a://rides/2025', ['storage.kind=s3', 'storage.service=true']],
  ['claim:rides/2025', [], '--data claim:rides/2025'],
  [projectPath('docs'), [], `--data ${projectPath('docs')}`],
  [`mount:${projectPath('docs')}`, [], `--data mount:${projectPath('docs')}`],
])('--data %s is data that workers can read, or is refused with what works', async (data, set, refused) => {
  const plan = await planFor(standaloneWith(data === undefined ? {} : { data }), await readProfile('local', set), [
    'submit',
    'pi',
  ]);
  expect(plan.problems).toEqual(
    refused
      ? [
          `job pi: workers run already, so they cannot have ${refused}: put it into the storage, as --data storage:PATH, or run the job with firesteel submit`,
        ]
      : [],
  );
});

test('a dry run of a job finds the image of the workers, or says that there are none', async () => {
  const { steps } = await planFor(standaloneWith(), profile, ['submit', 'pi']);
  const find = steps.slice(0, 1);
  const context = plainContext({ profile, kube: memoryKube([...objects]).kube, state: {} });
  await dryRunLines(find, context);
  expect(context.state.image).toBe('spark:1');
  await expect(dryRunLines(find, { ...context, kube: memoryKube([]).kube })).rejects.toThrow(
    'there is no standalone cluster in spark',
  );
});

test('a shell is a member of the cluster that ends with its process', () => {
  const pod = shellPod(profile, 'spark:1', 'standalone-shell-1');
  expect(pod.metadata.labels).toMatchObject({ 'firesteel/standalone': 'driver' });
  expect(pod).toMatchObject({ spec: { restartPolicy: 'Never', automountServiceAccountToken: false } });
});

test('a terminal’s name cannot inject a command into a shell', () => {
  expect(shellCommand(undefined, 'xterm-256color; reboot').at(-1)).toMatch(
    /^echo \$\$ >\/tmp\/shell\.pid; export TERM=xterm-256colorreboot; exec /,
  );
  expect(shellCommand(12).at(-1)).toContain('head -c 12 >/tmp/script.py');
});

test('an autoscaler takes workers away one by one', () => {
  expect(scaler(profile, { min: 1, max: 4, cpu: 70 })).toMatchObject({
    spec: {
      minReplicas: 1,
      maxReplicas: 4,
      scaleTargetRef: { kind: 'StatefulSet', name: 'standalone-worker' },
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
      behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
    },
  });
});

test('the sizes of a run name its driver alone', () => {
  const { chosen, lines } = sizesIn(readJob(['pi']), withoutExecutors(profile), {
    nodes: [],
    grows: true,
    isSeen: false,
    pods: [],
    quotas: [],
    limits: [],
  });
  expect(lines[0]).toMatch(/^driver \(\S+ cpu and \d+ MiB memory\); no node is visible/);
  expect(chosen['spark.executor.instances']).toBeUndefined();
});
