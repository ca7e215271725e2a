// What the logs of drivers and executors say about a failure. Recorded: unknown names and refused connections; the others
// are worded after the sources of Spark, its Kubernetes client and the JVM.
import { describe, expect, test } from 'vitest';
import { ended, pod, running, said, seen } from '../runs/seen-run.ts';

describe('the log of a driver that failed reports', () => {
  test.each([
    [
      'another Python',
      'pyspark.errors.exceptions.base.PySparkRuntimeError: [PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.11 than that in driver: 3.12, PySpark cannot run with different minor versions.',
      'driver: the executors run Python 3.11, but the driver runs 3.12; use one image for both, or set PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON to the same version',
    ],
    [
      'another Python, as Spark 2 and 3 say it',
      'Exception: Python in worker has different version 3.7 than that in driver 3.8, PySpark cannot run with different minor versions.',
      'driver: the executors run Python 3.7, but the driver runs 3.8; use one image for both, or set PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON to the same version',
    ],
    [
      'an API server that DNS does not know',
      'Caused by: java.net.UnknownHostException: kubernetes.default.svc: Temporary failure in name resolution',
      'driver: cannot reach the API server: DNS does not know kubernetes.default.svc; check cluster DNS: firesteel dns check',
    ],
    [
      'an API server that a NetworkPolicy hides',
      'Caused by: io.netty.channel.ConnectTimeoutException: connection timed out after 10000 ms: kubernetes.default.svc/10.96.0.1:443',
      "driver: cannot reach the API server at kubernetes.default.svc: timed out; allow the connection in the namespace's NetworkPolicies, and check the cluster: firesteel status",
    ],
    [
      'an API server that refuses okhttp',
      'Caused by: java.net.ConnectException: Failed to connect to kubernetes.default.svc/10.96.0.1:443',
      "driver: cannot reach the API server at kubernetes.default.svc; allow the connection in the namespace's NetworkPolicies, and check the cluster: firesteel status",
    ],
    [
      'an API server that does not answer okhttp',
      'Caused by: java.net.SocketTimeoutException: failed to connect to kubernetes.default.svc/10.96.0.1 (port 443) from /10.244.0.5 (port 40312) after 10000ms',
      "driver: cannot reach the API server at kubernetes.default.svc: timed out; allow the connection in the namespace's NetworkPolicies, and check the cluster: firesteel status",
    ],
    [
      'another server that refuses okhttp',
      'Caused by: java.net.ConnectException: Failed to connect to api.example.com/10.0.0.9:443',
      'driver: ended with exit code 1: Caused by: java.net.ConnectException: Failed to connect to api.example.com/10.0.0.9:443; read its log: firesteel logs pi-1',
    ],
    [
      'rights it does not have',
      'Message: pods "pi-1-driver" is forbidden: User "system:serviceaccount:spark:default" cannot get resource "pods" in API group "" in the namespace "spark". Received status: Status(apiVersion=v1, code=403, …',
      'driver: the API server refuses a request: account spark:default may not get pods; grant the rights of jobs: firesteel deploy',
    ],
    [
      'a token that is not accepted',
      'Message: Unauthorized! Token may have expired! Please log-in again. Unauthorized.',
      "driver: the API server does not accept the token of the pod's service account (401); submit again: the new driver gets a new token",
    ],
    ...[
      [
        403,
        'io.fabric8.kubernetes.client.KubernetesClientException: Received status: Status(apiVersion=v1, code=403, …',
        "the API server refuses the pod's service account (403); grant the rights of jobs: firesteel deploy",
      ],
      [
        403,
        'Response{protocol=h2, code=403, message=, url=https://kubernetes.default.svc/api/v1/pods}',
        "the API server refuses the pod's service account (403); grant the rights of jobs: firesteel deploy",
      ],
      [
        401,
        'io.fabric8.kubernetes.client.KubernetesClientException: Status(apiVersion=v1, code=401, …',
        "the API server does not accept the token of the pod's service account (401); submit again: the new driver gets a new token",
      ],
      ...[403, 401].map((status) => [
        status,
        `Response{protocol=h2, code=${status}, message=, url=https://api.example.com/}`,
        'ended with exit code 1; read its log: firesteel logs pi-1',
      ]),
    ].map(([status, line, cause]): [string, string, string] => [
      `an answer ${status} in ${line}`,
      `${line}`,
      `driver: ${cause}`,
    ]),
    [
      'a full heap',
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
      'driver: Java is out of memory: Java heap space; raise spark.driver.memory',
    ],
    [
      'an image for another machine',
      'exec /opt/entrypoint.sh: exec format error',
      'driver: image spark:x is built for an architecture that the node does not have; name the architectures of the nodes in image.platforms, then build again: firesteel build',
    ],
    [
      'a program for another machine',
      '[FATAL tini (7)] exec java failed: Exec format error',
      'driver: image spark:x contains a program for an architecture that the node does not have; name the architectures of the nodes in image.platforms, then build again: firesteel build',
    ],
    ...[
      "OSError: [Errno 8] Exec format error: './run'",
      'java.io.IOException: Cannot run program "./run": error=8, Exec format error',
      'java.io.IOException: Cannot run program "./run": Exec failed, error: 8 (Exec format error)',
    ].map((line): [string, string, string] => [
      `a script without an interpreter in ${line}`,
      line,
      'driver: the node cannot execute ./run: a script without #! in its first line, or a program for another architecture; begin the script with a line such as #!/bin/sh, or bring a program for the architecture of the nodes',
    ]),
    [
      'a Python module that is not there',
      "ModuleNotFoundError: No module named 'pandas'",
      'driver: Python module pandas is not in the image; add pandas to the job: --requirements if PyPI has it, --py-files if it is your own',
    ],
    [
      'a Python module of a package with another name',
      "ModuleNotFoundError: No module named 'sklearn.svm'",
      'driver: Python module sklearn.svm is not in the image; add scikit-learn to the job: --requirements if PyPI has it, --py-files if it is your own',
    ],
    [
      'a Python module that a warning names',
      "26/11/21 15:00:02 WARN job: no plots: ModuleNotFoundError: No module named 'seaborn'",
      'driver: ended with exit code 1; read its log: firesteel logs pi-1',
    ],
    [
      'a class that is not there',
      'Error: Failed to load class org.example.Pi.',
      "driver: class org.example.Pi is in none of the job's jars; correct the job's class, or add its jar: --jars or --packages",
    ],
    [
      'a script that is not there',
      "python3: can't open file '/opt/spark/job/pi.py': [Errno 2] No such file or directory",
      "driver: /opt/spark/job/pi.py is not in the image; correct the job's main: a path on this machine, or local:///… of a file in the image",
    ],
    [
      'a program that the image lacks',
      '/opt/entrypoint.sh: line 134: exec: tini: not found',
      'driver: the image cannot run tini: not found; build the image again: firesteel build',
    ],
    [
      'a program that tini cannot run',
      '[FATAL tini (7)] exec java failed: No such file or directory',
      'driver: the image cannot run java: No such file or directory; build the image again: firesteel build',
    ],
    [
      'an exception in its main thread',
      'Exception in thread "main" java.lang.NoSuchMethodError: \'JsonFactory.setStreamReadConstraints(…)\'',
      "driver: its main thread failed with java.lang.NoSuchMethodError: 'JsonFactory.setStreamReadConstraints(…)'; read the stack trace in the log, and correct the program: firesteel logs",
    ],
    [
      'its own error',
      'ValueError: no such column',
      'driver: ended with exit code 1: ValueError: no such column; read its log: firesteel logs pi-1',
    ],
  ])('%s', (_, line, expected) => {
    const log = ['26/11/21 15:00:01 INFO SparkContext: Running Spark version 4.3.0', line, '\tat java.base/…'];
    expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }))).toEqual([expected]);
  });
});

describe('the log of an executor that failed tells that it cannot reach the driver', () => {
  const dns = 'Caused by: java.net.UnknownHostException: pi-1-driver-svc.spark.svc';
  const unknown =
    "executor 1: cannot reach the driver: DNS does not know pi-1-driver-svc.spark.svc; check that the driver's service exists, then cluster DNS: firesteel dns check";
  test.each([
    ['because of DNS', [dns], [unknown]],
    [
      'because nobody listens',
      [
        'Caused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed with error(-111): Connection refused: /10.244.0.7:7078',
      ],
      [
        'executor 1: cannot reach the driver: 10.244.0.7:7078 refuses connections; check that the driver still runs, and that no firewall blocks its ports 7078 and 7079',
      ],
    ],
    [
      'because of a NetworkPolicy',
      ['Caused by: java.io.IOException: Connecting to pi-1-driver-svc.spark.svc/10.244.0.7:7078 timed out (120000 ms)'],
      [
        "executor 1: cannot reach the driver: pi-1-driver-svc.spark.svc/10.244.0.7:7078 does not answer; let executors reach the driver's ports 7078 and 7079 in the namespace's NetworkPolicies",
      ],
    ],
    [
      'because the connection takes too long',
      [
        'Caused by: io.netty.channel.ConnectTimeoutException: connection timed out after 120000 ms: pi-1-driver-svc.spark.svc/10.244.0.7:7078',
      ],
      [
        "executor 1: cannot reach the driver: pi-1-driver-svc.spark.svc/10.244.0.7:7078 does not answer; let executors reach the driver's ports 7078 and 7079 in the namespace's NetworkPolicies",
      ],
    ],
    [
      'because its block manager does not answer',
      [
        'org.apache.spark.rpc.RpcTimeoutException: Cannot receive any reply from pi-1-driver-svc.spark.svc:7079 in 120 s',
      ],
      [
        "executor 1: cannot reach the driver: pi-1-driver-svc.spark.svc:7079 does not answer; let executors reach the driver's ports 7078 and 7079 in the namespace's NetworkPolicies",
      ],
    ],
    ...[
      'Connection refused: minio/10.0.0.5:9000',
      'Connection timed out: minio/10.0.0.5:9000',
      'Connecting to minio/10.0.0.5:17078 timed out (120000 ms)',
      'java.net.UnknownHostException: my-bucket.s3.amazonaws.com',
      'java.net.UnknownHostException: minio-svc.store.svc',
    ].map((line): [string, string[], string[]] => [
      `but not of another server: ${line}`,
      [`26/11/21 15:00:02 WARN Utils: ${line}`],
      ['executor 1: ended with exit code 1; read its log: firesteel logs pi-1 --executor 1'],
    ]),
    [
      'but not once it had reached it',
      ['INFO KubernetesExecutorBackend: Successfully registered with driver', dns],
      [
        'executor 1: ended with exit code 1: Caused by: java.net.UnknownHostException: pi-1-driver-svc.spark.svc; read its log: firesteel logs pi-1 --executor 1',
      ],
    ],
  ])('%s', (_, log, expected) => {
    expect(said(seen([pod('driver', running), pod(1, ended(1))], { 'pi-1-exec-1': log }))).toEqual(expected);
  });
});

describe('a driver whose pod was deleted', () => {
  const deleted = pod('driver', ended(143));
  deleted.metadata.deletionTimestamp = '2026-11-21T15:00:30Z';

  test('says so', () =>
    expect(said(seen([deleted]))).toEqual([
      'driver: its pod was deleted (exit code 143); find out who deleted the pod or drained its node',
    ]));

  test.each([143, 137])('and exits with %i says what its main thread had died of before', (code) => {
    const log = ['Exception in thread "main" java.lang.IllegalStateException: \u001b[31mno\r'];
    const gone = { ...deleted, status: pod('driver', ended(code)).status };
    expect(said(seen([gone], { 'pi-1-driver': log }))).toEqual([
      'driver: its main thread failed with java.lang.IllegalStateException: no; read the stack trace in the log, and correct the program: firesteel logs',
    ]);
  });
});

test('a main thread that died while a class was made says why', () => {
  const log = [
    'Exception in thread "main" java.lang.ExceptionInInitializerError',
    '\tat org.example.Main.main(Main.scala:3)',
    'Caused by: java.lang.IllegalStateException: KEY is not set',
  ];
  expect(said(seen([pod('driver', ended(1))], { 'pi-1-driver': log }))[0]).toContain(
    'its main thread failed with java.lang.ExceptionInInitializerError: java.lang.IllegalStateException: KEY is not set',
  );
});
