// The entrypoint of the Spark image, run for real with stand-ins for java and spark-submit that print their arguments.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-entrypoint-'));
  await mkdir(join(folder, 'bin'));
  for (const [name, text] of Object.entries({
    java: 'printf "%s\\n" java "$@"',
    'spark-submit': 'printf "%s\\n" spark-submit "$@"',
    // tini of the image: everything after -s -- is the command.
    tini: 'shift 2; exec "$@"',
  })) {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The words that the entrypoint starts; the environment is nothing but the given one and PATH. */
async function started(args: string[], env: Record<string, string> = {}): Promise<string[]> {
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
  const options = { cwd: folder, env: { PATH, SPARK_HOME: folder, ...env } };
  const { stdout } = await run(projectPath('docker', 'spark', 'entrypoint.sh'), args, options);
  return stdout.split('\n').slice(0, -1);
}

/** Options that every JVM of the image starts with. */
const compiler = [
  ...['-XX:Tier4InvocationThreshold=50000', '-XX:Tier4MinInvocationThreshold=6000'],
  ...['-XX:Tier4CompileThreshold=150000', '-XX:Tier4BackEdgeThreshold=400000'],
];

const executor = {
  SPARK_EXECUTOR_MEMORY: '512m',
  SPARK_DRIVER_URL: 'spark://CoarseGrainedScheduler@driver:7078',
  SPARK_EXECUTOR_ID: '3',
  SPARK_EXECUTOR_CORES: '2',
  SPARK_APPLICATION_ID: 'spark-1',
  SPARK_EXECUTOR_POD_IP: '10.0.0.3',
  SPARK_RESOURCE_PROFILE_ID: '0',
  SPARK_EXECUTOR_POD_NAME: 'pi-exec-3',
};

test('driver is spark-submit in client mode, bound to the address of the pod, with every argument as it came', async () => {
  const args = ['--properties-file', '/opt/spark/conf/spark.properties', 'my job.py', '$HOME', '', "it's"];
  expect(await started(['driver', ...args], { SPARK_DRIVER_BIND_ADDRESS: '10.0.0.2' })).toEqual([
    'spark-submit',
    '--conf',
    'spark.driver.bindAddress=10.0.0.2',
    '--conf',
    'spark.executorEnv.SPARK_DRIVER_POD_IP=10.0.0.2',
    '--deploy-mode',
    'client',
    ...args,
  ]);
});

test('driver without an address fails', async () => {
  await expect(started(['driver', 'x'])).rejects.toThrow('SPARK_DRIVER_BIND_ADDRESS');
});

test('executor is java with the options in the order of their numbers', async () => {
  const options = { SPARK_JAVA_OPT_10: '-Dten=a b', SPARK_JAVA_OPT_9: '-Dnine', SPARK_JAVA_OPT_0: '-Dzero' };
  expect(await started(['executor'], { ...executor, ...options })).toEqual([
    'java',
    ...compiler,
    '-Dzero',
    '-Dnine',
    '-Dten=a b',
    '-Xms512m',
    '-Xmx512m',
    '-cp',
    `${folder}/conf:${folder}/jars/*:${folder}`,
    'org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend',
    '--driver-url',
    executor.SPARK_DRIVER_URL,
    '--executor-id',
    '3',
    '--cores',
    '2',
    '--app-id',
    'spark-1',
    '--hostname',
    '10.0.0.3',
    '--resourceProfileId',
    '0',
    '--podName',
    'pi-exec-3',
  ]);
});

test.each<[env: Record<string, string>, path: (folder: string) => string]>([
  [{ SPARK_CLASSPATH: '/a.jar:/b/*' }, (home) => `${home}/conf:/a.jar:/b/*:${home}/jars/*:${home}`],
  [{ SPARK_EXTRA_CLASSPATH: '/x.jar' }, (home) => `${home}/conf:${home}/jars/*:/x.jar:${home}`],
  [{ SPARK_CONF_DIR: '/c' }, (home) => `/c:${home}/jars/*:${home}`],
  [{ HADOOP_CONF_DIR: '/h' }, (home) => `${home}/conf:/h:${home}/jars/*:${home}`],
  [{ SPARK_DIST_CLASSPATH: '/d/*' }, (home) => `${home}/conf:${home}/jars/*:${home}:/d/*`],
])("an executor's class path with %o", async (env, path) => {
  const words = await started(['executor'], { ...executor, ...env });
  expect(words[words.indexOf('-cp') + 1]).toBe(path(folder));
});

test.each([
  ['', 'C.UTF-8'],
  ['C', 'C.UTF-8'],
  ['xx_YY.UTF-8', 'C.UTF-8'],
  ['C.UTF-8', ''],
])('a pod with LANG %j reads its arguments as UTF-8', async (language, all) =>
  expect(await started(['sh', '-c', 'echo "${LC_ALL:-}"'], { LANG: language })).toEqual([all]),
);

test('a JAVA_HOME that the image lacks is left out', async () => {
  expect((await started(['executor'], { ...executor, JAVA_HOME: '/usr/lib/jvm/absent' }))[0]).toBe('java');
  expect(await started(['sh', '-c', 'echo "${JAVA_HOME:-}"'], { JAVA_HOME: '/usr/lib/jvm/absent' })).toEqual(['']);
});

describe('what a job brings', () => {
  const paths = ['python', 'jars', 'storage', 'modules/large', 'shipped/modules/app'].map((name) => `job/${name}`);
  beforeAll(async () => {
    for (const path of paths) await mkdir(join(folder, path), { recursive: true });
  });
  afterAll(() => rm(join(folder, 'job'), { recursive: true }));

  const modules = () => `${folder}/job/shipped/modules/app:${folder}/job/modules/large`;
  test.each<[variable: string, value: string, seen: () => string]>([
    ['PYTHONPATH', '/opt/own/lib:/b', () => `${modules()}:/opt/own/lib:/b:${folder}/job/python`],
    ['PYTHONPATH', '', () => `${modules()}:${folder}/job/python`],
    ['SPARK_DIST_CLASSPATH', '/opt/hadoop/*', () => `/opt/hadoop/*:${folder}/job/jars/*:${folder}/job/storage/*`],
    ['SPARK_DIST_CLASSPATH', '', () => `${folder}/job/jars/*:${folder}/job/storage/*`],
  ])('is found beside what a pod’s %s of %j names', async (variable, value, seen) => {
    const printed = await started(['sh', '-c', `echo "$${variable}"`], { [variable]: value });
    expect(printed).toEqual([seen()]);
  });

  test('is named once where the image names it already', async () => {
    const env = {
      PYTHONPATH: `${folder}/job/python:/base`,
      SPARK_DIST_CLASSPATH: `${folder}/job/jars/*:${folder}/job/storage/*:/base/*`,
    };
    const printed = await started(['sh', '-c', 'echo "$PYTHONPATH"; echo "$SPARK_DIST_CLASSPATH"'], env);
    expect(printed).toEqual([`${modules()}:${env.PYTHONPATH}`, env.SPARK_DIST_CLASSPATH]);
  });

  test('is on the class path of an executor whose pod has its own class path', async () => {
    const words = await started(['executor'], { ...executor, SPARK_DIST_CLASSPATH: '/opt/hadoop/*' });
    expect(words[words.indexOf('-cp') + 1]).toMatch(/:\/opt\/hadoop\/\*:.*\/job\/jars\/\*:.*\/job\/storage\/\*$/);
  });
});

test("a pod's own PATH comes first, and programs of the image are found behind it", async () => {
  const SPARK_IMAGE_PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
  const env = { ...executor, PATH: '/opt/own/bin', SPARK_IMAGE_PATH, SPARK_JAVA_OPT_0: '-Dzero' };
  expect((await started(['executor'], env)).slice(0, 6)).toEqual(['java', ...compiler, '-Dzero']);
});

test('JAVA_HOME goes before PATH', async () => {
  await mkdir(join(folder, 'jdk', 'bin'), { recursive: true });
  await writeFile(join(folder, 'jdk', 'bin', 'java'), '#!/bin/sh\necho the other java\n', { mode: 0o755 });
  expect(await started(['executor'], { ...executor, JAVA_HOME: join(folder, 'jdk') })).toEqual(['the other java']);
});

test('any other command runs unchanged', async () => {
  expect(await started(['printf', '[%s]\n', 'a b', '', '$(id)'])).toEqual(['[a b]', '[]', '[$(id)]']);
});

test('its exit code is that of the command', async () => {
  await expect(started(['sh', '-c', 'exit 42'])).rejects.toMatchObject({ code: 42 });
});

test.each([
  [{}, ['python3', 'python3']],
  [{ PYSPARK_PYTHON: '/venv/bin/python' }, ['/venv/bin/python', '/venv/bin/python']],
  [{ PYSPARK_DRIVER_PYTHON: 'ipython' }, ['python3', 'ipython']],
])('Python of executors and driver with %o', async (env, words) => {
  const command = ['sh', '-c', 'echo "$PYSPARK_PYTHON"; echo "$PYSPARK_DRIVER_PYTHON"'];
  expect(await started(command, env)).toEqual(words);
});
