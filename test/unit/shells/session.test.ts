// Sessions: what their shells run, what their drivers read, what their pods have.
import { describe, expect, test } from 'vitest';
import { readProfile } from '../../../tasks/profile/read.ts';
import { sessionObjects } from '../../../tasks/shells/cluster-objects.ts';
import { confText, languages } from '../../../tasks/shells/conf-text.ts';
import { depsText } from '../../../tasks/shells/deps-edn.ts';
import { driverEnvironment } from '../../../tasks/shells/here/driver.ts';
import { ownFolder } from '../../../tasks/shells/here/own-driver.ts';
import { hereProperties, settingsFiles } from '../../../tasks/shells/here/settings.ts';
import { shellCommand } from '../../../tasks/shells/kinds.ts';
import { sessionJob, sessionNames, sessionProblems } from '../../../tasks/shells/session.ts';
import { withNumExecutors } from '../../../tasks/spark/num-executors.ts';

const profile = withNumExecutors(await readProfile('local', ['spark.conf.spark.jars=local:///opt/a.jar']), '3');

const requestOf = (kind: string, name?: string) => {
  const job = sessionJob(kind, { name });
  return { job, profile, image: 'spark:4.3.0-a', names: sessionNames(job), user: 'ada' };
};

const places = { home: '/opt/spark', properties: '/conf/spark.properties', programs: '/programs' };

test("a program's map leaves out variables that executors' pods have from their template", async () => {
  const request = {
    ...requestOf('clojure'),
    profile: await readProfile('local', ['spark.conf.spark.executorEnv.P=a$$b']),
  };
  const maps = sessionObjects(request).beside.map(
    ({ data }) => (data as Record<string, string> | undefined)?.['conf.edn'],
  );
  const credentials = { properties: {}, files: [], env: {}, account: 'one' };
  const ports = { driver: 1, blockManager: 2, ui: 3 };
  const properties = hereProperties(request, { address: '192.0.2.2', ports }, credentials, '/f');
  const files = settingsFiles(request, properties, credentials, '/f');
  for (const text of [maps.find(Boolean), files.find(({ path }) => path.endsWith('conf.edn'))?.content]) {
    expect(text).toContain(':spark.master');
    expect(text).not.toContain('executorEnv.P');
  }
  expect(files[0]?.content).toContain('"value": "a$$$$b"');
});

test.each([
  ['pyspark', undefined, 'pyspark --properties-file P'],
  ['pyspark', '/s', 'spark-submit --properties-file P /programs/run.py /s'],
  ['spark-shell', '/s', 'spark-shell --properties-file P -i /s'],
  ['sql', undefined, 'spark-sql --properties-file P'],
  ['sql', '/s', 'spark-sql --properties-file P -f /s'],
  [
    'clojure',
    undefined,
    'spark-submit --properties-file P --class clojure.main spark-internal -i /programs/session.clj -r',
  ],
  ['clojure', '/s', 'spark-submit --properties-file P --class clojure.main spark-internal -i /programs/session.clj /s'],
])('%s with script %s runs Spark’s own program', (kind, script, words) => {
  expect(shellCommand(kind, places, script).join(' ')).toBe(`/opt/spark/bin/${words.replace('P', places.properties)}`);
});

test('flags that make no sense are refused', () => {
  expect(sessionProblems({ numExecutors: '0' })).toHaveLength(1);
  expect(sessionProblems({ numExecutors: 'two' })).toHaveLength(1);
  expect(sessionProblems({ name: '--' })).toHaveLength(1);
  expect(sessionProblems({ numExecutors: '3', name: 'My app' })).toEqual([]);
});

describe('a session in the cluster', () => {
  const request = requestOf('clojure', 'My app');
  const { pod, beside, properties } = sessionObjects(request);

  test('is a driver in client mode whose executors have its name', () => {
    expect(properties).toMatchObject({
      'spark.submit.deployMode': 'client',
      'spark.app.name': 'My app',
      'spark.executor.instances': '3',
      'spark.jars': 'local:///opt/a.jar',
      'spark.kubernetes.driver.pod.name': pod.metadata.name,
    });
    expect(properties['spark.kubernetes.executor.podNamePrefix']).toMatch(/^my-app-[0-9a-f]{16}$/);
    expect(properties).not.toHaveProperty('spark.kubernetes.submitInDriver');
  });

  test('lives by the standard input of its first process', () => {
    const [container] = pod.spec.containers;
    expect(container).toMatchObject({ stdin: true, stdinOnce: true });
    expect(container?.args?.at(-1)).toMatch(/keeper\.py$/);
  });

  test('has its map beside its programs', () => {
    const files = beside.flatMap(({ data }) => Object.keys((data ?? {}) as object));
    expect(files).toEqual(
      expect.arrayContaining(['keeper.py', 'run.py', 'session.clj', 'conf.edn', 'spark.properties']),
    );
  });
});

describe('a session on this machine', () => {
  const request = requestOf('pyspark');
  const ports = { driver: 7080, blockManager: 7081, ui: 4041 };
  const credentials = {
    properties: { 'spark.master': 'k8s://https://api', 'spark.kubernetes.authenticate.oauthTokenFile': '/f/token' },
    files: [{ path: '/f/token', content: 'secret', mode: 0o600 }],
    env: { KUBECONFIG: '/dev/null' },
    account: 'one',
  };
  const properties = hereProperties(request, { address: '192.0.2.2', ports, keeper: 'keeper' }, credentials, '/f');

  test('is reached at fixed ports of one address, and only by its executors', () => {
    expect(properties).toMatchObject({
      'spark.master': 'k8s://https://api',
      'spark.driver.host': '192.0.2.2',
      'spark.driver.bindAddress': '192.0.2.2',
      'spark.driver.port': '7080',
      'spark.driver.blockManager.port': '7081',
      'spark.port.maxRetries': '0',
      'spark.authenticate': 'true',
      'spark.kubernetes.driver.pod.name': 'keeper',
    });
  });

  test('names credentials as files, which nobody else may read', () => {
    expect(JSON.stringify(properties)).not.toContain('secret');
    for (const { mode } of settingsFiles(request, properties, credentials, '/f')) expect(mode).toBe(0o600);
  });

  test('belongs to no run where nothing owns its executors', () => {
    const own = hereProperties(request, { address: '192.0.2.2', ports }, credentials, '/f');
    const texts = settingsFiles(request, own, credentials, '/f').map(({ content }) => `${content}`);
    expect(texts.some((text) => text.includes('app.kubernetes.io/managed-by'))).toBe(true);
    expect(texts.some((text) => text.includes('firesteel/run'))).toBe(false);
  });

  test('gets no variable of the environment that would send it elsewhere', () => {
    const programs = {
      spark: '/spark',
      java: { home: '/java', version: 17 },
      python: '/p',
      jars: ['/a', '/b'],
      ties: true,
    };
    const env = driverEnvironment('pyspark', programs, '/f', credentials.env, {
      PATH: '/bin',
      HADOOP_CONF_DIR: '/hadoop',
      KUBECONFIG: '/mine',
      LANG: 'C',
    });
    expect(env).toMatchObject({
      LANG: 'C',
      KUBECONFIG: '/dev/null',
      SPARK_LOCAL_IP: '127.0.0.1',
      PATH: '/java/bin:/bin',
      SPARK_DIST_CLASSPATH: '/a/*:/b/*',
      PYSPARK_DRIVER_PYTHON: '/p',
    });
    expect(env).not.toHaveProperty('HADOOP_CONF_DIR');
  });
});

describe('a configuration', () => {
  const map = { 'spark.b': '3', 'spark.a': 'say "one" \\' };

  test.each([
    ['python', 'conf = {\n    "spark.a": "say \\"one\\" \\\\",\n    "spark.b": "3",\n}\n'],
    ['scala', 'val conf = Map(\n  "spark.a" -> "say \\"one\\" \\\\",\n  "spark.b" -> "3",\n)\n'],
    ['clojure', '{:spark.a "say \\"one\\" \\\\"\n :spark.b "3"}\n'],
    ['properties', '#Properties of Spark\nspark.a=say "one" \\\\\nspark.b=3\n'],
  ])('is a map of %s', (language, text) => {
    expect(languages).toContain(language);
    expect(confText(language, map)).toBe(text);
  });

  test('has names that are no keyword of Clojure as texts', () => {
    const odd = { 'spark.kubernetes.node.selector.example.com/gpu': 'a', 'spark.a b': '1', 'spark.x-y_z': '2' };
    expect(confText('clojure', odd)).toBe(
      '{"spark.a b" "1"\n "spark.kubernetes.node.selector.example.com/gpu" "a"\n :spark.x-y_z "2"}\n',
    );
  });

  test('has other files for each namespace and name', () => {
    const folderOf = (other: object, name?: string) => ownFolder({ ...profile, ...other }, { name });
    const folders = [folderOf({}), folderOf({ namespace: 'school' }), folderOf({}, 'a'), folderOf({}, 'a/../b')];
    expect(new Set(folders).size).toBe(4);
    for (const folder of folders) expect(folder).toContain('/conf/local/');
    expect(folders[3]).toMatch(/\/spark\/a%2F\.\.%2Fb$/);
  });

  test('of dependencies has Geni only with its Scala', () => {
    expect(depsText('3.5.9')).toContain('org.apache.spark/spark-kubernetes_2.12 {:mvn/version "3.5.9"}');
    expect(depsText('3.5.9')).toContain('zero.one/geni {:mvn/version "0.0.42" :exclusions [reply/reply]}');
    expect(depsText('4.3.0')).toContain(';; Geni 0.0.42 is for Spark 3.3 to 3.5 with Scala 2.12.');
    expect(depsText('4.3.0')).not.toContain('zero.one/geni {');
  });
});
