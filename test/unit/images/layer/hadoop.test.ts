// Jars of remote file systems: the versions follow from the jars of the distribution and what is published, and bad pairs are refused.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cachePath } from '../../../../tasks/core/paths.ts';
import {
  gcsConnector,
  hadoopBeforehand,
  hadoopProblems,
  hadoopVersion,
  sdkModules,
  storageIvy,
  storageModules,
} from '../../../../tasks/images/layer/hadoop.ts';
import { layerProblems } from '../../../../tasks/images/layer/layer.ts';
import { type Profile, profileSchema } from '../../../../tasks/profile/schema.ts';
import { hadoopOf, pinnedVersions } from '../../../../tasks/spark/versions.ts';

/** What Ivy reports of hadoop-aws 3.5.0 as Maven Central has it, its bundle alone. */
const report = readFileSync(join(import.meta.dirname, 'published', 'hadoop-aws-3.5.0.report.xml'), 'utf8');

/** Of Spark 4.3.0. */
const jars = [
  'hadoop-client-api-3.5.0.jar',
  'netty-all-4.2.13.Final.jar',
  'jackson-core-2.21.2.jar',
  'spark-core_2.13-4.3.0.jar',
];

test('the version of Hadoop is read from the jars of the distribution', () => {
  expect(hadoopVersion(jars)).toBe('3.5.0');
  expect(hadoopVersion(['hadoop-client-runtime-3.3.4.jar', 'hadoop-client-api-3.3.4.jar'])).toBe('3.3.4');
  expect(hadoopVersion(['parquet-hadoop-1.17.0.jar'])).toBeUndefined();
});

const profileOf = (spark: object): Profile => ({ ...profileSchema.parse({ spark }), name: 'x', clusterName: 'x' });

/** The cache of this machine, where tests and people have fetched releases. */
const spark = cachePath('spark');
const fetched = (existsSync(spark) ? readdirSync(spark) : []).flatMap((name) => {
  const [, version = ''] = /^(\d+\.\d+\.\d+)-/.exec(name) ?? [];
  const folder = join(spark, name, 'jars');
  return version && existsSync(folder) ? [{ version, folder }] : [];
});

test.each(fetched)('the table names the Hadoop of Spark $version as its jars do', ({ version, folder }) =>
  expect(hadoopOf(version)).toBe(hadoopVersion(readdirSync(folder))),
);

test('a wrong pair is known before the release is fetched, but not of an archive', () => {
  const { XDG_CACHE_HOME: before } = process.env;
  process.env['XDG_CACHE_HOME'] = '/nothing/here';
  try {
    for (const version of pinnedVersions()) expect(hadoopBeforehand(profileOf({ version }))).toBe(hadoopOf(version));
    const layer = { files: [], pip: [], maven: ['org.apache.hadoop:hadoop-aws:3.3.4'] };
    expect(layerProblems(profileOf({ version: '4.3.0' }), layer)).toEqual([
      'maven: org.apache.hadoop:hadoop-aws:3.3.4: Spark 4.3.0 has Hadoop 3.5.0, which needs hadoop-aws 3.5.0: use that version',
    ]);
    expect(hadoopBeforehand(profileOf({ version: '4.3.0', archive: '/srv/spark.tgz' }))).toBeUndefined();
  } finally {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  }
});

test('s3 takes hadoop-aws of that version, and the parts of the SDK that its POM names', () => {
  expect(storageModules('s3', '3.5.0')).toEqual([
    { group: 'org.apache.hadoop', artifact: 'hadoop-aws', version: '3.5.0' },
  ]);
  expect(sdkModules(report).map(({ artifact, version }) => `${artifact}:${version}`)).toEqual([
    's3:2.35.4',
    's3-transfer-manager:2.35.4',
    'sts:2.35.4',
    'apache-client:2.35.4',
    'netty-nio-client:2.35.4',
  ]);
});

test('the first SDK of AWS is one jar, which Ivy brings with hadoop-aws', () => {
  expect(
    sdkModules('<module organisation="com.amazonaws" name="aws-java-sdk-bundle"><revision name="1.12.262"/>'),
  ).toEqual([]);
});

// <hadoop.version> and <build.java.target.version> of com.google.cloud.bigdataoss:bigdataoss-parent on Maven Central.
test.each([
  ['3.5.0', '4.0.4', '3.4.2', '17'],
  ['3.4.1', '4.0.4', '3.4.2', '17'],
  ['3.3.4', '3.1.9', '3.3.6', '11'],
])('on Hadoop %s gcs takes connector %s, built with Hadoop %s for Java %s', (hadoop, connector, builtWith) => {
  expect(gcsConnector(hadoop)).toBe(connector);
  expect(builtWith.startsWith('3.3.')).toBe(hadoop.startsWith('3.3.'));
  expect(storageIvy(storageModules('gcs', hadoop), jars)).toContain(
    `name="gcs-connector" rev="${connector}" transitive="false" conf="default->default"><artifact name="gcs-connector" type="jar" m:classifier="shaded"/>`,
  );
});

test('nothing is resolved that the distribution has, nor the bundle of all services', () => {
  const text = storageIvy([...storageModules('s3', '3.5.0'), ...sdkModules(report)], jars);
  expect(text).toContain('<exclude org="software.amazon.awssdk" module="bundle"/>');
  for (const name of ['netty-all', 'jackson-core', 'hadoop-client-api', 'spark-core_2.13'])
    expect(text).toContain(`<exclude module="${name}"/>`);
});

test.each([
  ['org.apache.hadoop:hadoop-aws:3.3.4', '3.5.0', 'which needs hadoop-aws 3.5.0: use that version'],
  ['org.apache.hadoop:hadoop-azure:3.4.1', '3.5.0', 'which needs hadoop-azure 3.5.0: use that version'],
  ['org.apache.hadoop:hadoop-aws:3.5.0', '3.3.4', 'which needs hadoop-aws 3.3.4: use that version'],
  ['com.amazonaws:aws-java-sdk-bundle:1.12.262', '3.5.0', 'which needs version 2 of the AWS SDK: remove this package'],
  [
    'com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26',
    '3.5.0',
    'which needs gcs-connector 4.0.4: use that version',
  ],
  ['com.google.cloud.bigdataoss:gcs-connector:4.0.4', '3.3.4', 'which needs gcs-connector 3.1.9: use that version'],
])('%s on Hadoop %s is refused', (coordinate, hadoop, why) => {
  expect(hadoopProblems({ maven: [coordinate], files: [] }, '9.9.9', hadoop)).toEqual([
    `maven: ${coordinate}: Spark 9.9.9 has Hadoop ${hadoop}, ${why}`,
  ]);
});

test.each([
  ['org.apache.hadoop:hadoop-aws:3.5.0', '3.5.0'],
  ['com.amazonaws:aws-java-sdk-bundle:1.12.262', '3.3.4'],
  ['com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26', '3.3.4'],
  ['com.google.cloud.bigdataoss:gcs-connector:4.0.4', '3.4.1'],
])('%s on Hadoop %s is taken', (coordinate, hadoop) => {
  expect(hadoopProblems({ maven: [coordinate], files: [] }, '4.3.0', hadoop)).toEqual([]);
});

test('a jar of another Hadoop is refused by its name, and nothing is known without a distribution', () => {
  const files = [{ from: '/tmp/hadoop-aws-3.3.4.jar', to: '/opt/spark/job/jars/hadoop-aws-3.3.4.jar' }];
  expect(hadoopProblems({ maven: [], files }, '4.3.0', '3.5.0')).toEqual([
    '/tmp/hadoop-aws-3.3.4.jar: Spark 4.3.0 has Hadoop 3.5.0, which needs hadoop-aws 3.5.0: use that version',
  ]);
  expect(hadoopProblems({ maven: [], files }, '4.3.0', undefined)).toEqual([]);
});
