// A driver's log, read piece by piece, for what its program's end looks like.
import { expect, test } from 'vitest';
import { createStrandings } from '../../../tasks/causes/stranded.ts';
import { ended, pod, running, said, seen } from '../runs/seen-run.ts';

test('the error of a main thread counts until Spark is at work again', () => {
  const strandings = createStrandings();
  strandings.read('26/11/21 15:00:00 INFO SparkContext: Running Spark version 4.3.0');
  strandings.read('Exception in thread "main" java.lang.NoSuchMethodError: x');
  expect(strandings.diagnosis('pi-1')?.cause).toMatch(/NoSuchMethodError/);
  strandings.read('26/11/21 15:00:04 INFO BlockManagerInfo: Removed broadcast_1_piece0');
  expect(strandings.diagnosis('pi-1')?.cause).toMatch(/NoSuchMethodError/);
  strandings.read('26/11/21 15:00:05 INFO DAGScheduler: Got job 3 (count at x) with 2 output partitions');
  expect(strandings.diagnosis('pi-1')).toBeUndefined();
});

test('a job whose tasks no executor takes waits until the first one starts', () => {
  const strandings = createStrandings();
  strandings.read(
    '26/11/21 15:00:20 WARN TaskSchedulerImpl: Initial job has not accepted any resources; check your cluster UI to ensure that workers are registered and have sufficient resources',
  );
  expect(strandings.starving()?.cause).toBe('driver: no executor takes the tasks of the job');
  strandings.read('26/11/21 15:00:25 INFO TaskSetManager: Starting task 0.0 in stage 0.0 (TID 0)');
  expect(strandings.starving()).toBeUndefined();
});

test('a driver that waits for executors says so, unless an executor tells why', () => {
  const logs = { 'pi-1-driver': ['WARN TaskSchedulerImpl: Initial job has not accepted any resources; check'] };
  const waits = /^driver: no executor takes the tasks of the job; compare spark\.executor\.memory /;
  expect(said(seen([pod('driver', running)], logs))).toEqual([expect.stringMatching(waits)]);
  expect(said(seen([pod('driver', running), pod(1, ended(52))], logs))).toEqual([
    'executor 1: Java heap is full (exit code 52); raise spark.executor.memory',
  ]);
});
