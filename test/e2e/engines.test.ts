// Both engines on both lines of Spark: the same end, rights that are used to the last one, and Spark's own verbs on our runs.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantedRights } from '../../tasks/access/rights.ts';
import { findDistribution } from '../../tasks/images/distribution/distribution.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { engineNamed } from '../../tasks/submission/engines/engine.ts';
import { usedRights } from '../audit-log.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;
const { home } = await findDistribution(await readProfile('local', ['spark.version=4.3.0']));

/** Comes and goes with its executors, which claim a volume each; ends as its argument says. */
const program = `
import sys, time
from pyspark.sql import SparkSession
context = SparkSession.builder.getOrCreate().sparkContext
context.parallelize(range(4), 4).map(lambda i: time.sleep(2) or i).count()
time.sleep(int(sys.argv[1]))
sys.exit(int(sys.argv[2]))
`;

const claim = 'spark.kubernetes.executor.volumes.persistentVolumeClaim.data';
const elastic = {
  'spark.dynamicAllocation.enabled': 'true',
  'spark.dynamicAllocation.maxExecutors': '2',
  'spark.dynamicAllocation.executorIdleTimeout': '2s',
  [`${claim}.options.claimName`]: 'OnDemand',
  [`${claim}.options.storageClass`]: 'firesteel-local',
  [`${claim}.options.sizeLimit`]: '10Mi',
  [`${claim}.mount.path`]: '/data',
};

suite(`engines${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile(
    'engines',
    'spark:\n  conf:\n' +
      '    spark.kubernetes.driver.request.cores: 200m\n    spark.kubernetes.executor.request.cores: 200m\n' +
      '    spark.executor.instances: 1\n    spark.executor.memory: 512m\n',
  );
  const cluster = join(box.data, 'firesteel', 'clusters', 'engines');
  const script = join(box.data, 'program.py');
  const set = (properties: Record<string, string>): string[] =>
    Object.entries(properties).flatMap(([key, value]) => ['--set', `spark.conf.${key}=${value}`]);

  beforeAll(async () => {
    await installTools(engineNamed('spark-submit').tools);
    writeFileSync(script, program);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('a wrong name of an engine is one line and exit code 2', async () => {
    const { code, output } = await box.run('submit', 'pi', '--profile', profile, '--engine', 'spark-sumbit');
    expect(output).toContain('--engine spark-sumbit: expected native or spark-submit; did you mean "spark-submit"?');
    expect(code).toBe(2);
  });

  test('the cluster comes up', async () => {
    expect((await box.run('deploy', '--profile', profile, '--yes')).code).toBe(0);
  });

  test.each([
    ['4.3.0', 'native'],
    ['4.3.0', 'spark-submit'],
    ['3.5.9', 'native'],
    ['3.5.9', 'spark-submit'],
  ])('SparkPi on %s by %s ends with pi', async (version, engine) => {
    const words = ['--profile', profile, '--engine', engine, '--set', `spark.version=${version}`, '--yes'];
    const { code, output } = await box.run('submit', 'pi', ...words);
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
  });

  test('the exit code is the driver’s, though spark-submit’s own is 0; and its credentials are gone', async () => {
    const words = ['--profile', profile, '--engine', 'spark-submit', ...set(elastic)];
    const { code } = await box.run('submit', script, ...words, '--', '15', '42');
    expect(code).toBe(42);
    const runs = join(box.data, 'firesteel', 'runs');
    const files = readdirSync(runs, { recursive: true }).map(String);
    expect(files.filter((file) => file.includes('spark-submit'))).toEqual([]);
  });

  test('drivers use every right they are granted, and ask for no other', () => {
    const auditLog = join(cluster, 'nodes', '1', 'logs', 'audit.log');
    const { used, refused } = usedRights(auditLog, 'system:serviceaccount:spark:spark-driver');
    expect(refused).toEqual([]);
    expect(used).toEqual(grantedRights.map(({ verb, resource }) => `${verb} ${resource}`).sort());
  });

  test('spark-submit --status reports a native run, and --kill ends it', async () => {
    const run = box.start('submit', script, '--profile', profile, '--', '600', '0');
    const driver = (await run.seen(/spark\/program-[0-9a-f]+-driver/)).replace('/', ':');
    await run.seen(/executors 1\/1 running/);
    const kubeconfig = join(cluster, 'kubeconfig');
    const { server } = JSON.parse(readFileSync(kubeconfig, 'utf8')).clusters[0].cluster;
    const sparkSubmit = (...words: string[]): Promise<string> =>
      new Promise((resolve) => {
        const options = { env: { ...process.env, KUBECONFIG: kubeconfig, HTTPS_PROXY: '', https_proxy: '' } };
        execFile(join(home, 'bin', 'spark-submit'), ['--master', `k8s://${server}`, ...words], options, (_, out, err) =>
          resolve(out + err),
        );
      });
    expect(await sparkSubmit('--status', driver)).toMatch(/phase: Running/);
    await sparkSubmit('--kill', driver);
    const { code, output } = await run.ended;
    expect(output).toMatch(/driver: its pod was deleted|-driver was deleted/);
    expect(code).not.toBe(0);
  });
});
