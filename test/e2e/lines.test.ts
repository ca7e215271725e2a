// Another line of Spark on the local cluster, its image and all; and lines that do not run here, refused before anything is built.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDistribution } from '../../tasks/images/distribution/distribution.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { sparkLines } from '../../tasks/spark/releases.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** The distributions that were fetched for an image; one that came with its image built has none. */
const fetched = await Promise.all(
  ['3.5.9', '4.3.0'].map(async (version) => {
    const { home } = await findDistribution(await readProfile('local', [`spark.version=${version}`]));
    return { version, home };
  }),
);

test.each(fetched.filter(({ home }) => existsSync(home)))('the table has what Spark $version brings', (found) => {
  const row = sparkLines.find(({ line }) => found.version.startsWith(`${line}.`));
  const jars = readdirSync(join(found.home, 'jars'));
  for (const name of [`hadoop-client-api-${row?.hadoop}`, `kubernetes-client-${row?.kubernetesClient}`])
    expect(jars).toContain(`${name}.jar`);
  expect(jars).toContain(`spark-kubernetes_${row?.scala[0]}-${found.version}.jar`);
  expect(readFileSync(join(found.home, 'bin', 'docker-image-tool.sh'), 'utf8')).toContain(`getopts ${row?.imageTool} `);
});

suite(`lines of Spark${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  // Driver and executors find room on two cores.
  const profile = box.profile(
    'lines',
    'spark:\n  version: "3.5.9"\n  conf:\n' +
      '    spark.kubernetes.driver.request.cores: 500m\n    spark.kubernetes.executor.request.cores: 500m\n',
  );
  const runs = join(box.data, 'firesteel', 'runs');

  beforeAll(() => installTools());
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test.each([
    ['2.3.1', 'needs Java 8, .* without an option for a base image.* that fits is'],
    ['2.4.3', 'needs Java 8, and the default base has 17; it needs Python 2\\.7 to 3\\.7, .* openjdk:8-jdk-slim'],
    ['3.0.1', 'needs Java 8 or 11, .* openjdk:8-jre-slim, which Docker Hub no longer has'],
    ['3.5.7', 'firesteel has no hash of this version: use'],
  ])('Spark %s is refused in one line, and nothing is begun', async (version, problem) => {
    const { code, output } = await box.run('submit', 'pi', '--profile', profile, '--set', `spark.version=${version}`);
    expect(output).toMatch(new RegExp(`spark\\.version ${version}.*${problem}.*3\\.5\\.9`));
    expect(output).not.toContain('▸');
    expect(code).toBe(2);
    expect(existsSync(runs)).toBe(false);
  });

  test('a property that 3.5 would silently ignore is refused', async () => {
    const set = 'spark.conf.spark.kubernetes.executor.useDriverPodIP=true';
    const { code, output } = await box.run('submit', 'pi', '--profile', profile, '--set', set);
    expect(output).toContain('Spark 3.5.9 does not know this property, 4.1 and newer do');
    expect(code).toBe(2);
  });

  test('SparkPi on 3.5 ends with pi, with two executors of the same line and nothing forbidden', async () => {
    expect((await box.run('deploy', '--profile', profile, '--yes')).code).toBe(0);
    const { code, output } = await box.run('submit', 'pi', '--profile', profile, '--yes');
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
    const run = join(runs, readdirSync(runs)[0] ?? '');
    const pods = readdirSync(join(run, 'pods')).map((file) =>
      JSON.parse(readFileSync(join(run, 'pods', file), 'utf8')),
    );
    expect(pods.map(({ metadata: { labels } }) => [labels['spark-role'], labels['spark-version']]).sort()).toEqual([
      ['driver', '3.5.9'],
      ['executor', '3.5.9'],
      ['executor', '3.5.9'],
    ]);
    const log = readFileSync(join(run, 'driver.log'), 'utf8');
    expect(log).toContain('Running Spark version 3.5.9');
    expect(log).not.toContain('orbidden');
  });

  test('Python and Java are those of the base in driver and executors, and the exit code is the script’s', async () => {
    const file = join(box.data, 'where.py');
    execFileSync('tee', [file], {
      input:
        'import sys\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n' +
        'minor = lambda _=0: "%d.%d" % sys.version_info[:2]\n' +
        'print("driver", minor(), "executors", *set(spark.sparkContext.parallelize(range(8), 8).map(minor).collect()))\n' +
        'print("java", spark._jvm.System.getProperty("java.specification.version"))\n' +
        'spark.range(100).groupBy("id").count().agg({"count": "sum"}).show()\n' +
        'sys.exit(42)\n',
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const { code, output } = await box.run('submit', file, '--profile', profile);
    expect(output).toMatch(/^driver 3\.11 executors 3\.11$/m);
    expect(output).toMatch(/^java 17$/m);
    expect(code).toBe(42);
  });
});
