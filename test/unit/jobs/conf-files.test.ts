// Properties that name files of this machine: refused before anything is made, with what brings them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectWith } from '../../../tasks/connect.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import { notebookWith } from '../../../tasks/notebook.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { shellWith } from '../../../tasks/shell.ts';
import { readRequest } from '../../../tasks/submission/request.ts';
import { planFor } from '../../plan-of.ts';
import { ownFiles } from '../own-files.ts';

const own = ownFiles();
beforeEach(() => {
  for (const name of ['job.py', 'data.csv', 'two words.csv']) own.put(name, '');
  vi.stubEnv('HOME', own.path());
});
afterEach(() => void vi.unstubAllEnvs());

/** With the folder of the test's files in the place of FOLDER. */
const inFolder = (text: string): string => text.replaceAll('FOLDER', own.path());

const problemsOf = async (...sets: string[]): Promise<string[]> =>
  readRequest(await readProfile('local', sets.map(inFolder)), [own.path('job.py')], {}).problems;

test.each([
  ['spark.files', 'FOLDER/data.csv', 'list it under files in job.yaml'],
  ['spark.files', 'file:FOLDER/data.csv', 'list it under files in job.yaml'],
  ['spark.files', 'file://FOLDER/data.csv', 'list it under files in job.yaml'],
  ['spark.files', 'FILE://localhost/FOLDER/data.csv', 'list it under files in job.yaml'],
  ['spark.files', 'file:FOLDER/two%20words.csv', 'list it under files in job.yaml'],
  ['spark.files', 'FOLDER/two words.csv', 'list it under files in job.yaml'],
  ['spark.files', 'FOLDER/*.csv', 'list it under files in job.yaml'],
  ['spark.files', 'FOLDER/d?t[a-b].csv', 'list it under files in job.yaml'],
  ['spark.files', '~/data.csv', 'list it under files in job.yaml'],
  ['spark.files', 'FOLDER', 'list it under files in job.yaml'],
  ['spark.jars', 'FOLDER/data.csv', 'add it with --jars'],
  ['spark.submit.pyFiles', 'FOLDER/data.csv', 'add it with --py-files'],
  ['spark.archives', 'FOLDER/data.csv#data', 'add packages with --requirements'],
])('%s with %s is refused, for the driver has no file of this machine', async (key, value, cure) => {
  const message = `${value}: the driver cannot read files of this machine; ${cure}, or name an address: https://…, or local:///… in the image`;
  expect(await problemsOf(`spark.conf.${key}=${value}`)).toEqual([inFolder(`spark.conf.${key}: ${message}`)]);
});

test.each([
  ['spark.driver.extraClassPath', '/opt/spark/jars/*:FOLDER/data.csv', 'FOLDER/data.csv', 'add it with --jars'],
  ['spark.executor.extraClassPath', 'FOLDER/*', 'FOLDER/*', 'add it with --jars'],
  ['spark.pyspark.python', 'FOLDER/job.py', 'FOLDER/job.py', 'add packages with --requirements'],
  ['spark.metrics.conf', '~/data.csv', '~/data.csv', 'list it under files in job.yaml'],
  [
    'spark.driver.extraJavaOptions',
    '-Xss4m -javaagent:FOLDER/data.csv=port:80',
    'FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets',
  ],
  [
    'spark.executor.defaultJavaOptions',
    '-Dlog4j2.configurationFile=file:FOLDER/data.csv',
    'file:FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.executor.secrets',
  ],
  [
    'spark.driver.extraJavaOptions',
    '-Xbootclasspath/a:FOLDER/data.csv',
    'FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets',
  ],
  [
    'spark.driver.extraJavaOptions',
    '-Da=b -Dlog4j.configuration="file:FOLDER/two words.csv"',
    'file:FOLDER/two words.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets',
  ],
  ['spark.driver.extraLibraryPath', '/opt/x:FOLDER', 'FOLDER', 'list it under files in job.yaml'],
  ['spark.driver.extraClassPath', 'FOLDER/none.jar,FOLDER/data.csv', 'FOLDER/data.csv', 'add it with --jars'],
  [
    'spark.sql.hive.metastore.jars.path',
    'file://FOLDER/*.csv',
    'file://FOLDER/*.csv',
    'list it under files in job.yaml',
  ],
  ['spark.executor.resource.gpu.discoveryScript', 'FOLDER/job.py', 'FOLDER/job.py', 'list it under files in job.yaml'],
  ['spark.kubernetes.driverEnv.PYTHONPATH', '/opt/lib:FOLDER/data.csv', 'FOLDER/data.csv', 'add it with --py-files'],
  ['spark.executorEnv.SPARK_DIST_CLASSPATH', 'FOLDER/*', 'FOLDER/*', 'add it with --jars'],
  ['spark.executorEnv.LD_LIBRARY_PATH', '~/data.csv', '~/data.csv', 'list its files under files in job.yaml'],
  ['spark.executorEnv.PYSPARK_PYTHON', 'FOLDER/job.py', 'FOLDER/job.py', 'add packages with --requirements'],
  ['spark.executorEnv.APP_CONFIG', 'FOLDER/data.csv', 'FOLDER/data.csv', 'list it under files in job.yaml'],
  ['spark.kubernetes.driverEnv.AWS_CONFIG_FILE', '~/data.csv', '~/data.csv', 'list it under files in job.yaml'],
  [
    'spark.executorEnv.JAVA_TOOL_OPTIONS',
    '-javaagent:FOLDER/data.csv',
    'FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.executor.secrets',
  ],
  ...[
    'spark.kubernetes.driverEnv.GOOGLE_APPLICATION_CREDENTIALS',
    'spark.executorEnv.REQUESTS_CA_BUNDLE',
    'spark.ssl.rpc.certChain',
    'spark.authenticate.secret.driver.file',
    'spark.kafka.clusters.main.ssl.truststore.location',
  ].map((key) => [
    key,
    'FOLDER/data.csv',
    'FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets',
  ]),
  [
    'spark.hadoop.hadoop.security.credential.provider.path',
    'jceks://file/FOLDER/data.csv',
    'jceks://file/FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets',
  ],
  [
    'spark.ssl.ui.keyStore',
    'file:///FOLDER/data.csv',
    'file:///FOLDER/data.csv',
    'put it in a Secret and mount the Secret with spark.kubernetes.driver.secrets',
  ],
] as [string, string, string, string][])(
  '%s with %s is refused, for that path is of this machine',
  async (key, value, path, cure) =>
    expect(await problemsOf(`spark.conf.${key}=${value}`)).toEqual([
      inFolder(
        `spark.conf.${key}: ${path}: the driver cannot read files of this machine; ${cure}, or name a path in the image`,
      ),
    ]),
);

test.each([
  ['spark.driver.extraJavaOptions', '-Djava.io.tmpdir=FOLDER -Dname=data.csv -javaagent:/opt/agent.jar'],
  ['spark.driver.extraClassPath', '/opt/spark/jars/*'],
  ['spark.driver.extraClassPath', 'FOLDER/none/*:./none.jar'],
  ['spark.pyspark.python', '/usr/bin/python3'],
  ['spark.pyspark.python', ''],
  ['spark.app.name', 'FOLDER/data.csv'],
  ['spark.eventLog.dir', 'file://FOLDER'],
  ['spark.executorEnv.PYTHONPATH', 'data.csv:.:/opt/lib'],
  ['spark.executorEnv.JAVA_TOOL_OPTIONS', '-Dfile.encoding=UTF-8 -javaagent:/opt/agent.jar'],
  ['spark.executorEnv.APP_CONFIG', '/etc/app.yaml'],
  ['spark.executorEnv.RESULT', 'FOLDER/data.csv'],
])('%s may be %j: the image can have that', async (key, value) =>
  expect(await problemsOf(`spark.conf.${key}=${value}`)).toEqual([]),
);

test('a path of a node may be one of this machine', async () => {
  const volume = 'spark.conf.spark.kubernetes.driver.volumes.hostPath.x';
  expect(await problemsOf(`${volume}.options.path=FOLDER/data.csv`, `${volume}.mount.path=/x`)).toEqual([]);
});

test.each(['none.csv', '~/no-such-folder/none.csv'])(
  '%s is refused: the file can only be on this machine',
  async (file) =>
    expect(await problemsOf(`spark.conf.spark.files=${file}`)).toEqual([
      expect.stringContaining(`spark.conf.spark.files: ${file}: not found on this machine; list it under files`),
    ]),
);

test.each([
  ['the image', 'local://FOLDER/data.csv'],
  ['a store', 's3a://store/data.csv'],
  ['the image, by a pattern', 'FOLDER/*.none'],
  ['another machine', 'file://other/FOLDER/data.csv'],
  ['nobody', ''],
  ['the web', 'https://example.org/data.csv#data'],
  ['the image, by a path that this machine does not have', 'FOLDER/none.csv'],
])('a file of %s is none of this machine', async (_, value) =>
  expect(await problemsOf(`spark.conf.spark.files=${value}`)).toEqual([]),
);

test('each file of this machine in a list is refused, and files that the driver can read are accepted', async () => {
  const problems = await problemsOf('spark.conf.spark.jars=https://example.org/a.jar, FOLDER/data.csv,FOLDER/job.py');
  expect(problems).toEqual([
    expect.stringContaining('/data.csv: the driver cannot'),
    expect.stringContaining('/job.py: the driver cannot'),
  ]);
});

test("a file of this machine that Spark's own client hands over needs that client, and no other place", async () => {
  const { problems } = readRequest(
    await readProfile('local', [`spark.conf.spark.kerberos.keytab=${own.path('data.csv')}`]),
    [own.path('job.py')],
    {},
  );
  expect(problems).toEqual(['spark.kerberos.keytab: needs --engine spark-submit']);
});

test("a variable of a job.yaml is refused, too, if it names this machine's files", () => {
  own.put('app/main.py', '');
  own.put('app/key.json', '');
  own.put('app/job.yaml', `main: main.py\nenv: {GOOGLE_APPLICATION_CREDENTIALS: ${own.path('app', 'key.json')}}\n`);
  expect(() => readJob([own.path('app')])).toThrow(
    /job\.yaml:2:39: env\.GOOGLE_APPLICATION_CREDENTIALS: \S+key\.json: the driver cannot read files of this machine; put it in a Secret/,
  );
});

test('a job.yaml is refused by line and column, and its paths are taken from its folder on', () => {
  own.put('app/main.py', '');
  own.put('app/rows.csv', '');
  own.put('app/job.yaml', 'main: main.py\nconf:\n  spark.files: rows.csv\n');
  expect(() => readJob([own.path('app')])).toThrow(
    /job\.yaml:3:16: conf\.spark\.files: rows\.csv: the driver cannot read files of this machine/,
  );
});

test('a notebook server, a Connect server and a shell in a pod cannot be handed files: only other names help', async () => {
  const profile = await readProfile('local', [`spark.conf.spark.files=${own.path('data.csv')}`]);
  const problem = `spark.conf.spark.files: ${own.path('data.csv')}: the driver cannot read files of this machine; name an address: https://…, or local:///… in the image`;
  for (const [task, words] of [
    [notebookWith(), ['up']],
    [connectWith(), ['up']],
    [shellWith(), ['pyspark']],
  ] as const)
    expect((await planFor(task, profile, words)).problems).toContain(problem);
  expect((await planFor(shellWith({ here: true }), profile, ['pyspark'])).problems ?? []).toEqual([]);
});

test.each([
  ['-Dlog4j.configuration=file:data.csv', 'data.csv'],
  ['-javaagent:data.csv=8080', 'data.csv'],
])('a JVM that opens a file of the job at its start is refused: %s', (options, file) => {
  own.put('job.yaml', `main: job.py\nfiles: [data.csv]\nconf: {spark.driver.extraJavaOptions: '${options}'}\n`);
  expect(() => readJob([own.path()])).toThrow(
    `${file}: the driver cannot read files of this machine; put it in a Secret`,
  );
});
