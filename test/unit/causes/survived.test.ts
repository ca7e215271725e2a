// Errors of a driver's log that its program survived, and cures of those that it did not. Worded after Spark and Python.
import { describe, expect, test } from 'vitest';
import { ended, pod, said, seen } from '../runs/seen-run.ts';

describe('what a program survived is not the cause of its end', () => {
  const causesOf = (log: string[]) => said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }));
  const own = ['Traceback (most recent call last):', '  File "job.py", line 1, in <module>', 'KeyError: 7'];
  const forbidden = "Message: Forbidden! Configured service account doesn't have access.";
  test.each([
    ['a task', 'WARN TaskSetManager: Lost task 0.0 (10.1.1.2 executor 2): java.lang.OutOfMemoryError: Java heap space'],
    ['a query', 'java.lang.OutOfMemoryError: Java heap space'],
    ['a thread', 'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory'],
    ['an array', 'java.lang.OutOfMemoryError: Requested array size exceeds VM limit'],
    ['another Python', 'Exception: Python in worker has different version 3.7 than that in driver 3.8'],
    ['a look-up of the API server', 'WARN K: java.net.UnknownHostException: kubernetes.default.svc: Temporary failure'],
    ['a connection', 'WARN K: java.net.ConnectException: Connection refused: kubernetes.default.svc/10.96.0.1:443'],
    ['a file that grep misses', "grep: can't open file 'x': [Errno 2] No such file or directory"],
    ['a request', `KubernetesClientException: Failure executing: GET at: https://kubernetes.default.svc. ${forbidden}`],
  ])('%s', (_, line) => expect(causesOf([line, ...own])[0]).toMatch(/exit code 1: KeyError: 7/));

  test('a clean-up that its account may not do', () => {
    const refused = `KubernetesClientException: Failure executing: DELETE at: https://kubernetes.default.svc/api. ${forbidden}`;
    const died = 'Exception in thread "main" java.lang.IllegalStateException: no';
    expect(causesOf([died, '\tat …', refused])[0]).toMatch(/its main thread failed with java.lang.IllegalState/);
    const account =
      'Message: configmaps is forbidden: User "system:serviceaccount:a:b" cannot deletecollection resource "configmaps"';
    expect(causesOf([died, '\tat …', account])[0]).toMatch(/its main thread failed with java.lang.IllegalState/);
  });

  test('an answer of another server whose name has kubernetes in it', () => {
    const line = 'Response{protocol=h2, code=403, message=, url=https://vault.kubernetes.example.com/v1/secret}';
    expect(causesOf([line])[0]).toMatch(/^driver: ended with exit code 1;/);
  });

  test('but a full heap is, where Python only loses its connection to Java', () => {
    const heap = 'java.lang.OutOfMemoryError: Java heap space';
    const lost = 'ConnectionRefusedError: [Errno 111] Connection refused';
    expect(causesOf([heap, ...own.slice(0, 2), lost])[0]).toMatch(/^driver: Java is out of memory: Java heap space/);
  });
});

test.each([
  [
    'java.lang.OutOfMemoryError: Metaspace',
    'driver: Java is out of memory for classes: Metaspace; raise -XX:MaxMetaspaceSize in spark.driver.extraJavaOptions',
  ],
  [
    "ModuleNotFoundError: No module named 'imp'",
    'driver: the Python of the image is newer than the program: Python has removed module imp; update the package that imports the module, or correct the program',
  ],
  [
    "ModuleNotFoundError: No module named 'pyspark.pipelines'",
    'driver: the Spark of the image has no Python module pyspark.pipelines; correct the name of the module, or use a version of Spark that has the module',
  ],
])('%s has a cure that can help', (line, expected) =>
  expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': [line] }))).toEqual([expected]),
);
