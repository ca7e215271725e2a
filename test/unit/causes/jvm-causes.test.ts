// What the JVM says where it does not start or crashes, and what shows foreign jars. Worded after OpenJDK and Spark.
import { describe, expect, test } from 'vitest';
import { ended, pod, said, seen } from '../runs/seen-run.ts';

describe('the log of a driver that failed names the cause', () => {
  const library = 'find the native library that the log names, and update it';
  const scala =
    'a jar is built for another version of Scala than Spark; use jars for the Scala of this Spark: the names of such jars end with the version, such as _2.13';
  test.each([
    [
      "Unrecognized VM option 'UseConcMarkSweepGC'",
      'Java does not start: unknown option UseConcMarkSweepGC; correct spark.driver.extraJavaOptions',
    ],
    [
      'Unrecognized option: -XX+UseG1GC',
      'Java does not start: unknown option -XX+UseG1GC; correct spark.driver.extraJavaOptions',
    ],
    [
      'Could not reserve enough space for 20971520KB object heap',
      'Java does not start: the node has no memory for its heap; lower spark.driver.memory',
    ],
    [
      '# There is insufficient memory for the Java Runtime Environment to continue.',
      'the node gives Java no more memory; raise spark.driver.memoryOverhead',
    ],
    ['#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2', `Java crashed with SIGSEGV; ${library}`],
    ['Fatal Python error: Segmentation fault', `Python crashed: Segmentation fault; ${library}`],
    [
      'java.lang.IllegalArgumentException: System memory 119537664 must be at least 471859200. Please increase',
      'Spark does not start: the heap of the driver has 114 MiB, Spark needs 450 MiB; raise spark.driver.memory',
    ],
    [
      'IllegalArgumentException: Executor memory 104857600 must be at least 471859200. Please increase',
      'Spark does not start: the heap of the executors has 100 MiB, Spark needs 450 MiB; raise spark.executor.memory',
    ],
    [
      'Exception in thread "main" java.lang.UnsupportedClassVersionError: org/example/Main has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0',
      'class org.example.Main is built for Java 21, but the image has Java 17; build the jar with --release 17, or use an image with a newer Java',
    ],
    ['java.lang.NoClassDefFoundError: scala/Product$class', scala],
    [
      "java.lang.NoSuchMethodError: 'scala.collection.mutable.ArrayOps scala.Predef$.refArrayOps(java.lang.Object[])'",
      scala,
    ],
    [
      'java.lang.NoSuchMethodError: scala.Predef$.refArrayOps([Ljava/lang/Object;)Lscala/collection/mutable/ArrayOps;',
      scala,
    ],
    [
      'java.io.IOException: Cannot run program "python3.9": Exec failed, error: 2 (No such file or directory)',
      'the image has no program python3.9; correct spark.pyspark.python, or the variable PYSPARK_PYTHON',
    ],
    [
      'java.io.IOException: Cannot run program "Rscript": error=2, No such file or directory',
      'the image has no program Rscript; correct the name of the program, or use an image that has the program',
    ],
    [
      'Lost task 0.3 in stage 0.0 (TID 3) (10.1.1.1 executor 4): org.apache.spark.SparkException: Python worker exited unexpectedly (crashed)',
      'a Python worker of executor 4 crashed; raise spark.executor.memoryOverhead, which Python workers use, or read the log of the executor',
    ],
  ])('%s', (line, expected) =>
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': [line, '\tat …'] }))).toEqual([`driver: ${expected}`]),
  );

  test('but not a method of Spark that returns something of Scala', () => {
    const line = "java.lang.NoSuchMethodError: 'scala.Option org.apache.spark.sql.X.y()'";
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': [line] }))[0]).toMatch(/NoSuchMethodError/);
  });
});
