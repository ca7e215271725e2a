// Causes made to happen on a real cluster, and the lines that `why` says of each: tiny pods first, then real Spark.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import { until } from '../../tasks/core/wait.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { type Ended, installTools, sandbox, whyNoNodes } from './firesteel.ts';
import type { Spec } from './trials.ts';
import { goodDriver, misfits, namespace, podOf, quota, shell, trials, writeRun } from './trials.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`why, on a real cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile('why', 'spark:\n  conf:\n    spark.executor.instances: 1\n');
  const runs = join(box.data, 'firesteel', 'runs');
  const controller = new AbortController();
  let kube: Kube;
  let sparkImage = '';

  const apply = (kind: string, name: string, rest: object, apiVersion = 'v1', within: string | undefined = namespace) =>
    kube.apply({ apiVersion, kind, metadata: { name, ...(within ? { namespace: within } : {}) }, ...rest });

  async function why(id: string): Promise<string> {
    const { code, output } = await box.run('why', id, '--profile', profile);
    expect(code).toBe(0);
    return output;
  }

  /** What `why` says once it says this; else what it said last. A kubelet measures volumes once a minute. */
  async function saidOf(id: string, pattern: RegExp): Promise<string> {
    let said = '';
    await until({
      for: `${pattern}`,
      seconds: 120,
      everyMs: 500,
      signal: controller.signal,
      probe: async () => {
        said = await why(id);
        return pattern.test(said) ? { done: true } : { seen: said };
      },
    }).catch(() => {});
    return said;
  }

  beforeAll(async () => {
    await installTools();
    const { code, output } = await box.run('demo', '--profile', profile, '--yes');
    expect(output).toContain('Pi is roughly 3.14');
    expect(code).toBe(0);
    const path = join(box.data, 'firesteel', 'clusters', 'why', 'kubeconfig');
    kube = connectKube(() => ({ path, context: 'why' }), controller.signal);
    sparkImage =
      /^\s*"image": "(.*)"/m.exec(readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'run.json'), 'utf8'))?.[1] ?? '';
    await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await apply('ServiceAccount', 'default', {});
    for (const [name, trial] of Object.entries(trials)) {
      const run = writeRun(runs, name);
      await kube.apply(podOf(run, sparkImage, trial));
      if (trial.role === 'executor') await kube.apply(podOf(run, sparkImage, goodDriver));
    }
    await preempt('t-preempted-driver');
  });

  /** Takes a pod's place, once it has one, by a pod of higher priority that then goes again. */
  async function preempt(name: string): Promise<void> {
    const seen = (what: string, probe: (pod: Manifest | undefined) => boolean) =>
      until({
        for: what,
        seconds: 60,
        signal: controller.signal,
        probe: async () =>
          probe(await kube.get({ apiVersion: 'v1', kind: 'Pod', name, namespace }))
            ? { done: true }
            : { seen: 'not yet' },
      });
    await seen('node of a pod', (pod) => (pod?.['spec'] as Spec | undefined)?.['nodeName'] !== undefined);
    await apply('PriorityClass', 'high', { value: 1000 }, 'scheduling.k8s.io/v1', '');
    const resources = { requests: { cpu: '1500m' } };
    const command = shell('/busybox sleep 600');
    await apply('Pod', 'important', {
      spec: {
        priorityClassName: 'high',
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'important', image: pauseImage, command, resources }],
      },
    });
    await seen('end of a pod', (pod) => pod === undefined);
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: 'important', namespace });
  }

  afterAll(async () => {
    controller.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('nothing is wrong with a successful run', async () => {
    expect(await why('pi')).toContain('nothing is wrong: the driver ended with exit code 0');
  });

  test('a missing run is reported, with exit code 2', async () => {
    const { code, output } = await box.run('why', 'nothing', '--profile', profile);
    expect(output).toContain('run "nothing": not found');
    expect(code).toBe(2);
  });

  test.each(Object.entries(trials))('%s', async (name, { says }) => {
    expect(await saidOf(`t-${name}`, says)).toMatch(says);
  });

  /** Submits a script under this name. */
  async function submit(name: string, text: string, sets: string[]): Promise<Ended> {
    const path = join(box.data, `${name}.py`);
    writeFileSync(path, text);
    return box.run('submit', path, '--profile', profile, ...sets.flatMap((set) => ['--set', set]));
  }

  /** Its output, which must fail, and then what `why` says of it. */
  async function submitted(name: string, text: string, sets: string[] = []): Promise<{ output: string; said: string }> {
    const { code, output } = await submit(name, text, sets);
    expect(code).not.toBe(0);
    return { output, said: await why(`${name}-`) };
  }

  /** A namespace with the accounts that Spark needs, and something that refuses its pods. */
  async function newNamespace(name: string, ...refusals: Manifest[]): Promise<string> {
    await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const account of ['spark-driver', 'spark-executor']) await apply('ServiceAccount', account, {}, 'v1', name);
    for (const refusal of refusals)
      await kube.apply({ ...refusal, metadata: { ...refusal.metadata, namespace: name } });
    return `namespace=${name}`;
  }

  describe('a job that can never fit is refused before there is a run', () => {
    test.each(Object.entries(misfits))('%s', async (name, { says, refusal, set }) => {
      const sets = refusal ? [await newNamespace(name, refusal)] : [set ?? ''];
      const { code, output } = await submit(name, '', sets);
      expect(output).toMatch(says);
      expect(code).toBe(2);
      expect((await box.run('why', `${name}-`, '--profile', profile)).output).toContain('not found');
    });
  });

  test('a quota of limits is met by limits that firesteel sets', async () => {
    const { code, output } = await submit('limits', '', [await newNamespace('limits', quota({ 'limits.cpu': '4' }))]);
    expect(code, output).toBe(0);
  });

  describe('a driver that never starts', () => {
    test.each<[string, RegExp, () => Promise<string>]>([
      [
        'account',
        /service account nobody does not exist in empty\n→ correct the name under serviceAccounts, or create the account: firesteel deploy/,
        () => newNamespace('empty'),
      ],
      ['nowhere', /namespace nowhere does not exist\n→ create it: firesteel deploy/, async () => 'namespace=nowhere'],
    ])('%s', async (name, says, prepare) => {
      const set = await prepare();
      const sets = name === 'account' ? [set, 'serviceAccounts.driver=nobody'] : [set];
      const { output, said } = await submitted(name, '', sets);
      expect(output).toMatch(says);
      expect(said).toMatch(says);
    });
  });

  const begin = 'from pyspark.sql import SparkSession\n';

  describe('a driver that fails', () => {
    const local = 'spark = SparkSession.builder.master("local[1]").getOrCreate()\n';
    test.each<[string, string, RegExp, () => Promise<string[]>]>([
      [
        'module',
        'import nosuchmodule\n',
        /driver: Python module nosuchmodule is not in the image[\n;] ?(?:→ )?add nosuchmodule/,
        async () => [],
      ],
      [
        'python',
        `${begin}${local}spark.sparkContext.pythonVer = "3.7"\nspark.sparkContext.parallelize([1]).map(str).collect()\n`,
        /driver: the executors run Python 3\.\d+, but the driver runs 3\.7[\n;] ?(?:→ )?use one image for both/,
        async () => [],
      ],
      [
        'rights',
        `${begin}SparkSession.builder.getOrCreate()\n`,
        /driver: the API server refuses a request: account rights:spark-driver may not get pods[\n;] ?(?:→ )?grant the rights of jobs/,
        async () => [await newNamespace('rights')],
      ],
      [
        'api',
        `${begin}SparkSession.builder.getOrCreate()\n`,
        /driver: cannot reach the API server: DNS does not know kubernetes\.default\.nowhere[\n;] ?(?:→ )?check cluster DNS/,
        async () => ['spark.conf.spark.kubernetes.driver.master=https://kubernetes.default.nowhere'],
      ],
      ['code', 'import sys\nsys.exit(42)\n', /driver: ended with exit code 42\n→ read its log/, async () => []],
    ])('%s', async (name, text, says, prepare) => {
      const { output, said } = await submitted(name, text, await prepare());
      if (name !== 'code') expect(output).toMatch(says);
      expect(said).toMatch(says);
    });
  });

  test('executors that a quota refuses: shown while the driver runs, and at its end', async () => {
    await newNamespace('full');
    for (const manifest of await renderTemplate('access', await readProfile(profile, ['namespace=full'])))
      await kube.apply(manifest);
    const path = join(box.data, 'waits.py');
    writeFileSync(
      path,
      `import time\n${begin}print("begun", flush=True)\ntime.sleep(5)\nSparkSession.builder.getOrCreate().range(9).count()\n`,
    );
    const says =
      /executors: quota team is full: pods=1 requested, pods=1 used of pods=1[\n;] ?(?:→ )?wait for other jobs/;
    const job = box.start('submit', path, '--profile', profile, '--set', 'namespace=full');
    await job.seen(/begun/);
    // What was there before would be refused before there is a driver.
    await newNamespace('full', quota({ pods: '1' }));
    await job.seen(says);
    expect(await saidOf('waits-', says)).toMatch(says);
    const { output, code } = await job.ended;
    expect(output).toMatch(/✖ the driver ended with exit code \d+: executors: quota team is full/);
    expect(code).not.toBe(0);
    expect(await why('waits-')).toMatch(says);
  });

  test('a driver that is deleted', async () => {
    const path = join(box.data, 'sleeps.py');
    writeFileSync(path, 'import time\nprint("asleep", flush=True)\ntime.sleep(600)\n');
    const job = box.start('submit', path, '--profile', profile);
    await job.seen(/asleep/);
    expect(await why('sleeps-')).toMatch(/nothing is wrong: the driver runs on why-1, 0 of 1 executors run/);
    const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'spark' });
    const driver = pods.find(({ metadata }) => metadata.name.startsWith('sleeps-'));
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: driver?.metadata.name ?? '', namespace: 'spark' });
    const { code } = await job.ended;
    expect(code).not.toBe(0);
    expect(await why('sleeps-')).toMatch(/was deleted/);
  });

  test('a run whose cluster is gone', async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    expect(await why('module-')).toMatch(/driver: Python module nosuchmodule is not in the image\n→ add nosuchmodule/);
  });
});
