// pyspark among the requirements of a job, whose image has Spark.
import { describe, expect, test } from 'vitest';
import { readRequirements, sparkProblems } from '../../../../tasks/images/layer/requirements.ts';

describe('pyspark', () => {
  test('has the hash of its stand-in, because the real package is never fetched', () => {
    expect(readRequirements(['pyspark==4.3.0 --hash=sha256:e8c5']).lines).toEqual([
      'pyspark==4.3.0 --hash=sha256:STAND-IN',
    ]);
    expect(readRequirements(['pyspark-client==4.3.0 --hash=sha256:e8c5']).lines).toEqual([
      'pyspark-client==4.3.0 --hash=sha256:e8c5',
    ]);
  });

  test.each([
    ['pyspark==3.5.1', ['pip: pyspark==3.5.1: the image has Spark 4.3.0; remove pyspark, or set spark.version: 3.5.1']],
    ['pyspark==4.3.0', []],
    ['pyspark==4.3.*', []],
    ['pyspark==4.3.0.*', []],
    ['pyspark==4.*, !=4.2', []],
    ['pyspark==4.30.*', ['pip: pyspark==4.30.*: the image has Spark 4.3.0; remove pyspark, or set spark.version']],
    ['pyspark>=3.5', []],
    ['pyspark-client==3.5.1', []],
  ])('%s on Spark 4.3.0: %o', (line, problems) => {
    expect(sparkProblems([line], '4.3.0')).toEqual(problems);
  });
});
