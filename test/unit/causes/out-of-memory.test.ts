// Whose heap is full, as the logs of drivers and executors say it.
import { describe, expect, test } from 'vitest';
import { ended, pod, running, said, seen } from '../runs/seen-run.ts';

describe('a full heap', () => {
  const lost =
    '26/11/21 15:00:02 WARN TaskSetManager: Lost task 0.0 in stage 0.0 (TID 0) (10.244.0.5 executor 1): java.lang.OutOfMemoryError: Java heap space';
  const ofExecutor = 'driver: executor 1 is out of memory: Java heap space; raise spark.executor.memory';
  const ofDriver = 'driver: Java is out of memory: Java heap space; raise spark.driver.memory';
  const large =
    'driver: an array would be larger than Java allows: Requested array size exceeds VM limit; use more partitions, or smaller records: more memory does not help';
  test.each<[string, string[], string]>([
    ['of an executor is not that of the driver', [lost, '\tat …'], ofExecutor],
    [
      'of an executor ends the job',
      [lost, 'Caused by: java.lang.OutOfMemoryError: Java heap space', '\tat …'],
      ofExecutor,
    ],
    [
      'of the driver comes before that of an executor',
      [lost, 'Exception in thread "dag-scheduler-event-loop" java.lang.OutOfMemoryError: Java heap space'],
      ofDriver,
    ],
    [
      "of an executor's Spark is not that of the driver",
      [lost.replace('java.lang.OutOfMemoryError: ', 'org.apache.spark.memory.SparkOutOfMemoryError: ')],
      ofExecutor,
    ],
    ['of buffers is one', ['io.netty.util.internal.OutOfDirectMemoryError: Java heap space'], ofDriver],
    ['of a driver that runs tasks itself is its own', [lost.replace('executor 1', 'executor driver')], ofDriver],
    ['is not what an array lacks', [lost.replace('Java heap space', 'Requested array size exceeds VM limit')], large],
  ])('%s', (_, log, expected) =>
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }))).toEqual([expected]),
  );

  test('in the log of an executor is its own', () =>
    expect(
      said(
        seen([pod('driver', running), pod(1, ended(1))], {
          'pi-1-exec-1': ['ERROR Executor: Exception in task 0.0', 'java.lang.OutOfMemoryError: Java heap space'],
        }),
      ),
    ).toEqual(['executor 1: Java is out of memory: Java heap space; raise spark.executor.memory']));
});
