// Packages and jars for another Scala or Spark: what is refused before anything begins, and what is taken.
import { expect, test } from 'vitest';
import {
  classPathProblems,
  scalaProblems,
  scalaVersion,
  unfitJars,
} from '../../../../tasks/images/layer/class-path.ts';
import { type Profile, profileSchema } from '../../../../tasks/profile/schema.ts';

const profileOf = (spark: object): Profile => ({ ...profileSchema.parse({ spark }), name: 'x', clusterName: 'x' });
const layerOf = (...maven: string[]) => ({ files: [], maven });

test.each([
  [
    'org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.1',
    'belongs to Spark 3.5.1, and the image has 4.3.0: use spark-sql-kafka-0-10_2.13:4.3.0',
  ],
  [
    'org.apache.spark/spark-avro_2.13/4.0.0',
    'belongs to Spark 4.0.0, and the image has 4.3.0: use spark-avro_2.13:4.3.0',
  ],
  ['org.apache.spark:spark-avro_2.12:4.3.0', 'is built for Scala 2.12, and Spark 4.3.0 has 2.13: use spark-avro_2.13'],
  ['io.delta:delta-spark_2.12:3.2.0', 'is built for Scala 2.12, and Spark 4.3.0 has 2.13: use delta-spark_2.13'],
  [
    'org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.6.0',
    'is built for Scala 2.12, and Spark 4.3.0 has 2.13: use iceberg-spark-runtime-3.5_2.13',
  ],
  [
    'graphframes:graphframes:0.8.3-spark3.5-s_2.12',
    'is built for Scala 2.12, and Spark 4.3.0 has 2.13: use graphframes:0.8.3-spark3.5-s_2.13',
  ],
  ['com.a:old_2.11:1', 'is built for Scala 2.11, and Spark 4.3.0 has 2.13: use old_2.13'],
])('%s does not fit Spark 4.3.0', (coordinate, why) => {
  expect(classPathProblems(profileOf({ version: '4.3.0' }), layerOf(coordinate))).toEqual([
    `maven: ${coordinate}: ${why}`,
  ]);
});

test.each([
  ['4.3.0', 'org.apache.spark:spark-sql-kafka-0-10_2.13:4.3.0'],
  ['4.3.0', 'io.delta:delta-spark_4.3_2.13:4.1.0'],
  ['4.3.0', 'com.google.zxing:core:3.5.3'],
  ['4.3.0', 'org.apache.sedona:sedona-spark-shaded-4.0_2.13:1.8.0'],
  ['4.3.0', 'org.apache.commons:commons-math3:2.12'],
  ['4.3.0', 'org.apache.sparkling:core:1'],
  ['3.5.9', 'io.delta:delta-spark_2.12:3.2.0'],
  ['3.5.9', 'org.apache.spark:spark-avro_2.12:3.5.9'],
  ['3.5.9', 'org.apache.spark:spark-avro_2.12:3.5.1'],
])('on Spark %s %s is taken', (version, coordinate) =>
  expect(classPathProblems(profileOf({ version }), layerOf(coordinate))).toEqual([]),
);

test.each([
  ['wordcount_2.12-0.1.0.jar', ['build the jar for Scala 2.13']],
  ['wordcount_2.13-0.1.0.jar', []],
  ['report_2.12.jar', []],
  ['report-2.12.jar', []],
  ['report_2.12-1.zip', []],
])('a jar that is called %s', (name, expected) => {
  const files = [{ from: `/tmp/${name}`, to: `/opt/spark/job/jars/${name}` }];
  expect(scalaProblems({ maven: [], files }, '4.3.0', '2.13')).toEqual(
    expected.map((cure) => `/tmp/${name}: is built for Scala 2.12, and Spark 4.3.0 has 2.13: ${cure}`),
  );
});

test('the Scala of an archive is known by its jars, not before', () => {
  const profile = profileOf({ version: '3.5.9', archive: '/srv/spark.tgz' });
  const layer = layerOf('io.delta:delta-spark_2.12:3.2.0', 'org.apache.spark:spark-avro_2.13:3.4.1');
  const other =
    'maven: org.apache.spark:spark-avro_2.13:3.4.1: belongs to Spark 3.4.1, and the image has 3.5.9: use spark-avro_2.13:3.5.9';
  expect(classPathProblems(profile, layer)).toEqual([other]);
  expect(unfitJars(profile, layer, ['spark-core_2.13-3.5.9.jar'])).toEqual([
    'maven: io.delta:delta-spark_2.12:3.2.0: is built for Scala 2.12, and Spark 3.5.9 has 2.13: use delta-spark_2.13',
    other,
  ]);
  expect(unfitJars(profile, layer, [])).toEqual([other]);
});

test('what is no coordinate is refused for that alone', () =>
  expect(classPathProblems(profileOf({ version: '4.3.0' }), layerOf('org.apache.spark:spark-avro_2.12'))).toEqual([
    expect.stringMatching(/^maven: org\.apache\.spark:spark-avro_2\.12: expected group:artifact:version/),
  ]));

test('the version of Scala is read from the jars of the distribution', () => {
  expect(scalaVersion(['spark-sql_2.13-4.3.0.jar', 'spark-core_2.12-3.5.9.jar'])).toBe('2.12');
  expect(scalaVersion(['scala-library-2.13.18.jar'])).toBeUndefined();
});
