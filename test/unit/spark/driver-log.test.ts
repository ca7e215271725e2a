// Which lines of a driver's log are the job's own.
import { expect, test } from 'vitest';
import { isJobOutput, printable, withRootCauses } from '../../../tasks/spark/driver-log.ts';

test.each([
  ['Pi is roughly 3.136440', true],
  ['{"rows": 3}', true],
  ['26/11/21 15:08:10 WARN NativeCodeLoader: Unable to load native-hadoop library', false],
  ['26/11/21 15:08:10 INFO SparkContext: Running Spark version 4.3.0', false],
  ['26/11/21 is a date', true],
  ['+ exec /usr/bin/tini -s -- /opt/spark/bin/spark-submit', false],
  ['+ CMD=("$SPARK_HOME/bin/spark-submit" --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS")', false],
  ['WARNING: Using incubator modules: jdk.incubator.vector', false],
  ['WARNING: my own words', true],
  ["Using Spark's default log4j profile: org/apache/spark/log4j2-defaults.properties", false],
  ['\tat org.apache.spark.SparkContext.<init>(SparkContext.scala:1)', false],
  ['Caused by: java.lang.Error', false],
  ['Traceback (most recent call last):', true],
  ['  File "/opt/spark/job/a.py", line 1, in <module>', true],
  ['', false],
])('%j: %s', (line, expected) => expect(isJobOutput(line)).toBe(expected));

test('control characters of a log do not reach the terminal, tabs do', () =>
  expect(printable('\u001b[31mred\u001b[0m\u0007 \u001b]0;title\u0007a\tb\r')).toBe('red a\tb'));

test.each([
  ['\r 10%|#   |\r100%|####|', '100%|####|'],
  ['\r[Stage 0:>     (0 + 2) / 2]\r\r          \rPi is roughly 3.14', 'Pi is roughly 3.14'],
  ['\u001b[1m1/2\u001b[0m\b\b\b\r\u001b[1m2/2\u001b[0m', '2/2'],
])('of a line that was written several times the last one is shown: %j', (line, expected) =>
  expect(printable(line)).toBe(expected),
);

const traceOf = (error: string): string[] => [
  error,
  '\tat org.example.Main.main(Main.scala:3)',
  'Caused by: java.lang.RuntimeException: no settings',
  '\tat org.example.Settings$.<clinit>(Settings.scala:1)',
  'Caused by: java.lang.IllegalStateException: KEY is not set',
  '\t... 12 more',
];

test.each([
  [
    'Exception in thread "main" java.lang.ExceptionInInitializerError',
    'java.lang.IllegalStateException: KEY is not set',
  ],
  ['java.lang.reflect.InvocationTargetException: null', 'java.lang.IllegalStateException: KEY is not set'],
])('%s has its root cause behind it', (error, root) =>
  expect(withRootCauses([...traceOf(error), 'done', 'Caused by: of another'])).toEqual([
    `${error.replace(': null', '')}: ${root}`,
    ...traceOf(error).slice(1),
    'done',
    'Caused by: of another',
  ]),
);

test.each(['java.lang.IllegalStateException: x', 'java.lang.IllegalStateException'])('%s stays alone', (error) =>
  expect(withRootCauses(traceOf(error))).toEqual(traceOf(error)),
);

test('a wrapper without its cause stays as it was logged', () =>
  expect(withRootCauses(['java.lang.ExceptionInInitializerError', 'next', 'Caused by: x'])).toEqual([
    'java.lang.ExceptionInInitializerError',
    'next',
    'Caused by: x',
  ]));
