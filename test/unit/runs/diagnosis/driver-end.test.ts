// Which of an executor's end, a refusal and the driver's own error is the cause of a run's end.
import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { ended, pod, run, running, said, seen } from '../seen-run.ts';

const died = (id: 'driver' | number, exitCode: number, time: string): Pod =>
  pod(id, { terminated: { exitCode, reason: 'Error', finishedAt: `2026-11-21T15:${time}Z` } });
const trace = (error: string) => ['Traceback (most recent call last):', '  File "job.py", line 3', error];
const memory = /^executor 1: Java heap is full/;
const refused =
  'Message: pods "pi-1-exec-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1.';
const stage = 'py4j.protocol.Py4JJavaError: An error occurred while calling o45.collect.';
const lost = [
  ': org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 failed 4 times, most recent failure: ' +
    'Lost task 0.3: ExecutorLostFailure (executor 1 exited caused by one of the running tasks)',
];
const own = /^driver: ended with exit code 1: KeyError: 7/;

describe('an executor that failed', () => {
  test.each<[string, string, string[], RegExp[]]>([
    ['long before its driver comes behind it', '30:00', [...trace('KeyError: 7')], [own, memory]],
    ['shortly before an error of the program comes behind it', '00:50', [...trace('KeyError: 7')], [own, memory]],
    ['shortly before its driver is the cause', '00:50', trace(stage), [memory]],
    ['long before its driver is the cause if the last error names it', '30:00', [...trace(stage), ...lost], [memory]],
    [
      'long before the main thread is the cause if the last error names it',
      '30:00',
      [`Exception in thread "main" org.apache.spark.SparkException: ExecutorLostFailure (executor 1 exited)`],
      [memory],
    ],
    [
      'long before a driver that gave up is the cause',
      '30:00',
      ['Max number of executor failures (3) reached'],
      [memory],
    ],
  ])('%s', (_, time, log, expected) => {
    const causes = said(seen([died('driver', 1, time), died(1, 52, '00:40')], { 'pi-1-driver': log }));
    expect(causes).toHaveLength(expected.length);
    for (const [i, cause] of expected.entries()) expect(causes[i]).toMatch(cause);
  });
});

describe('a refusal of executors', () => {
  const quota = /^executors: quota team is full/;
  const causesOf = (pods: Pod[], log: string[], executors = 2) =>
    said(seen(pods, { 'pi-1-driver': log }, { run: { ...run, executors } }));

  test('is no cause once every executor has run', () =>
    expect(causesOf([pod('driver', ended(1)), pod(1, ended(0)), pod(2, ended(0))], [refused, 'KeyError: 7'])).toEqual([
      expect.stringMatching(own),
    ]));
  test('comes behind an error of the program', () =>
    expect(causesOf([pod('driver', ended(1))], [refused, 'KeyError: 7'])).toEqual([
      expect.stringMatching(own),
      expect.stringMatching(quota),
    ]));
  test('is the cause of a run that begins without executors', () => {
    expect(causesOf([pod('driver', running)], [refused], 0)).toEqual([expect.stringMatching(quota)]);
    expect(causesOf([pod('driver', running), pod(1, running)], [refused], 0)).toEqual([]);
  });
});

test.each([
  [
    ': java.nio.file.AccessDeniedException: s3a://bucket/x: getFileStatus on s3a://bucket/x: Forbidden',
    'java.nio.file.AccessDeniedException: s3a://bucket/x: getFileStatus on s3a://bucket/x: Forbidden',
  ],
  [
    ': org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: ' +
      'Lost task 0.3 in stage 0.0 (TID 3) (10.1.1.1 executor 1): java.io.IOException: No space left on device',
    'org.apache.spark.SparkException: Job aborted due to stage failure: java.io.IOException: No space left on device',
  ],
])('an error of Java that ends a Python program is named by its own words: %s', (line, shown) => {
  const log = [...trace(stage), line, '\tat …', 'Caused by: java.io.EOFException', '\t... 1 more'];
  expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }))).toEqual([
    `driver: ended with exit code 1: ${shown}; read its log: firesteel logs pi-1`,
  ]);
});
