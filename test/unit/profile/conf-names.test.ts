// Properties that name something of a pod: what the API server would refuse is refused before anything is made.
import { describe, expect, test } from 'vitest';
import { confProblems } from '../../../tasks/profile/conf-rules.ts';

const said = (key: string, value: string): string[] =>
  confProblems({ [`spark.kubernetes.${key}`]: value }, { key: 'notSecrets', names: [] }).map(
    ({ at, message }) => `${at}: ${message}`,
  );

const labelForm = 'at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit';
const long = 'x'.repeat(64);

describe('a property is refused', () => {
  test.each([
    ['executor.label.team', 'data science', `value: expected the value of a label, ${labelForm}, got "data science"`],
    ['driver.label.team', long, `value: expected the value of a label, ${labelForm}, got "${long}"`],
    ['driver.service.label.team', '-x', `value: expected the value of a label, ${labelForm}, got "-x"`],
    ['node.selector.disk', 'fast ssd', `value: expected the value of a label, ${labelForm}, got "fast ssd"`],
    [
      'executor.label.my+team',
      'x',
      `key: expected the name of a label, ${labelForm}, with or without "domain/" before it, got "my+team"`,
    ],
    [
      'driver.annotation.a/b/c',
      'any text',
      `key: expected the name of an annotation, ${labelForm}, with or without "domain/" before it, got "a/b/c"`,
    ],
    [
      'driver.secrets.db.creds',
      '/etc/db',
      'key: Spark makes volume db.creds-volume for this Secret, and the name of a volume has at most 63 lower-case letters, digits and "-": copy the Secret to one whose name fits',
    ],
    [
      'executor.volumes.emptyDir.My_Disk.mount.path',
      '/x',
      'key: expected a volume\'s name, at most 63 lower-case letters, digits and "-", got "My_Disk"',
    ],
    ['driver.secretKeyRef.API', 'store', 'value: expected SECRET:KEY, got "store"'],
    ['driver.secretKeyRef.API', 'My_Store:key', 'value: expected SECRET:KEY, got "My_Store:key"'],
    ['driver.secretKeyRef.API', 'store:the key', 'value: expected SECRET:KEY, got "store:the key"'],
    ['driver.annotation.a b', 'x', 'key: expected a name without blanks'],
    [
      'driverEnv.1PRICE',
      'x',
      'key: expected the name of a variable, letters, digits, "-", "_" and ".", not beginning with a digit, got "1PRICE"',
    ],
    ['executor.label.run', '{{NAME}}', `value: expected the value of a label, ${labelForm}, got "{{NAME}}"`],
    [
      'executor.label.run',
      `${'x'.repeat(40)}{{APP_ID}}`,
      `value: expected the value of a label, ${labelForm}, got "${'x'.repeat(40)}{{APP_ID}}"`,
    ],
    ['node.selector.disk', '{{APP_ID}}', `value: expected the value of a label, ${labelForm}, got "{{APP_ID}}"`],
    ['executor.label.spark-role', 'x', 'key: label spark-role is reserved: Spark or firesteel finds its pods by it'],
    [
      'driver.label.app.kubernetes.io/managed-by',
      'me',
      'key: label app.kubernetes.io/managed-by is reserved: Spark or firesteel finds its pods by it',
    ],
    [
      'executor.volumes.emptydir.x.mount.path',
      '/x',
      'key: expected a type of volume, emptyDir, hostPath, nfs, persistentVolumeClaim, got "emptydir"',
    ],
    [
      'executor.volumes.emptyDir.x.options.sizeLimit',
      '10GB',
      'value: expected a quantity such as 500Mi or 10Gi, got "10GB"',
    ],
    [
      'executor.volumes.persistentVolumeClaim.x.options.claimName',
      'My_Claim',
      'value: expected the name of a claim, got "My_Claim"',
    ],
    ['executor.volumes.emptyDir.x.mount.path', 'x', 'value: expected an absolute path without ":", got "x"'],
    ['executor.volumes.emptyDir.x.mount.subPath', '../x', 'value: expected a path below the volume, got "../x"'],
    [
      'driver.volumes.emptyDir.x.mount.pth',
      '/x',
      'key: expected a setting of the volume, mount.path, mount.readOnly, mount.subPath, mount.subPathExpr, options.medium, options.sizeLimit, got "mount.pth"; did you mean "mount.path"?',
    ],
    [
      'driver.volumes.nfs.x.options.pathh',
      '/x',
      'key: expected a setting of the volume, mount.path, mount.readOnly, mount.subPath, mount.subPathExpr, options.server, options.path, got "options.pathh"; did you mean "options.path"?',
    ],
    [
      'executor.volumes.emptyDir',
      '/x',
      'key: expected a volume\'s name, at most 63 lower-case letters, digits and "-", got ""',
    ],
    ['driver.volumes.emptyDir.x.mount.readOnly', 'yes', 'value: expected true or false, got "yes"'],
    ['driver.volumes.emptyDir.x.options.medium', 'memory', 'value: expected Memory, got "memory"'],
    ['driver.volumes.hostPath.x.options.path', 'x', 'value: expected an absolute path without "..", got "x"'],
    ['driver.volumes.nfs.x.options.path', '/a/../x', 'value: expected an absolute path without "..", got "/a/../x"'],
    [
      'driver.volumes.hostPath.x.options.type',
      'dir',
      'value: expected Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice, BlockDevice, got "dir"',
    ],
    [
      'executor.volumes.persistentVolumeClaim.x.options.storageClass',
      'Fast Disk',
      'value: expected the name of a storage class, got "Fast Disk"',
    ],
    ['executor.secrets.db', 'etc/db', 'value: expected an absolute path without ":", got "etc/db"'],
    ['hadoop.configMapName', 'My Map', 'value: expected the name of a ConfigMap, got "My Map"'],
    [
      'driver.service.ipFamilyPolicy',
      'Single',
      'value: expected SingleStack, PreferDualStack, RequireDualStack, got "Single"',
    ],
    ['memoryOverheadFactor', '0,4', 'value: expected a number such as 0.1, got "0,4"'],
    ['container.image.pullPolicy', 'always', 'value: expected Always, IfNotPresent, Never, got "always"'],
    ['container.image.pullSecrets', '[mine]', 'value: expected names of Secrets, separated by commas, got "[mine]"'],
  ])('%s=%s', (key, value, problem) => expect(said(key, value)).toEqual([problem]));
});

test('two volumes at one path of a pod are refused, and at one path of two pods they are not', () => {
  const path = (role: string, name: string) => `spark.kubernetes.${role}.volumes.emptyDir.${name}.mount.path`;
  const conf = { [path('driver', 'a')]: '/a', [path('executor', 'a')]: '/a', [path('executor', 'b')]: '/a' };
  expect(confProblems(conf, { key: 'notSecrets', names: [] })).toEqual([
    { key: path('executor', 'b'), at: 'value', message: `${path('executor', 'a')} has the same path, "/a"` },
  ]);
});

test.each([
  ['executor.label.example.org/team', 'data_science-1.2'],
  ['executor.label.run', '{{APP_ID}}-{{EXECUTOR_ID}}'],
  ['driver.label.empty', ''],
  ['driver.annotation.prometheus.io/path', '/metrics, with any text at all'],
  ['driver.node.selector.kubernetes.io/arch', 'arm64'],
  ['driver.secrets.db-creds', '/etc/db'],
  ['executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.claimName', 'OnDemand'],
  ['executor.volumes.persistentVolumeClaim.data.options.claimName', 'claim-of-SPARK_EXECUTOR_ID'],
  ['executor.volumes.emptyDir.scratch.options.sizeLimit', '1.5Gi'],
  ['executor.volumes.persistentVolumeClaim.data.mount.subPath', 'of/..us'],
  ['executor.secretKeyRef.API', 'store.example:key'],
  ['executor.secretKeyRef.my-api.key', 'store:tls.crt'],
  ['driverEnv.my.PRICE-1', 'any'],
  ['container.image.pullPolicy', 'Always'],
  ['container.image.pullSecrets', 'mine, other.mine'],
  ['driver.volumes.emptyDir.x.mount.readOnly', 'false'],
  ['driver.volumes.emptyDir.x.options.medium', ''],
  ['driver.volumes.hostPath.x.options.type', 'DirectoryOrCreate'],
  ['executor.volumes.persistentVolumeClaim.x.label.team', 'data'],
  ['memoryOverheadFactor', '.4'],
])('%s=%s is taken', (key, value) => expect(said(key, value)).toEqual([]));

const problemsOf = (key: string, value: string): string[] =>
  confProblems({ [key]: value }, { key: 'notSecrets', names: [] }).map(({ message }) => message);

test.each(['0', '80', 'x', '7078', '99999'])('port %s is refused for the pages of a driver', (port) =>
  expect(problemsOf('spark.ui.port', port)).toEqual([
    `expected a port from 1024 to 65535, other than 7078 and 7079, got "${port}"`,
  ]),
);

test.each([
  ['spark.executor.extraJavaOptions', '-Xss4m -Xmx4g', '-Xmx4g: set spark.executor.memory instead'],
  ['spark.driver.defaultJavaOptions', '-Xmx4g', '-Xmx4g: set spark.driver.memory instead'],
  ['spark.executor.extraJavaOptions', '-Dspark.ui.port=1', '-Dspark.ui.port=1: set spark.ui.port under conf instead'],
  ['spark.jars.packages', 'a:b', 'expected group:artifact:version, separated by commas, got "a:b"'],
  ['spark.jars.packages', 'a:b:1 c:d:2', 'expected group:artifact:version, separated by commas, got "a:b:1 c:d:2"'],
])('%s=%s is refused, as Spark would in the cluster', (key, value, problem) =>
  expect(problemsOf(key, value)).toEqual([problem]),
);

test.each(['/a,/a', '/a, /b', 'scratch', ''])('folders %j are refused as scratch space', (folders) =>
  expect(problemsOf('spark.local.dir', folders)).toHaveLength(1),
);

test.each([
  ['spark.ui.port', '4050'],
  ['spark.connect.grpc.binding.port', '15003'],
  ['spark.local.dir', '/scratch/a,/scratch/b'],
  ['spark.jars.packages', 'a:b_2.13:1.0, c:d:2'],
  ['spark.executor.extraJavaOptions', '-XX:+UseG1GC -Xms512m -Xss4m -Dapp.x=-Xmx'],
])('%s=%s passes', (key, value) => expect(problemsOf(key, value)).toEqual([]));

test.each([
  ['spark.kubernetes.nodeSelector.disk', 'spark.kubernetes.node.selector.disk'],
  ['spark.kubernetes.driver.nodeSelector.disk', 'spark.kubernetes.driver.node.selector.disk'],
  ['spark.kubernetes.executor.labels.team', 'spark.kubernetes.executor.label.team'],
  ['spark.kubernetes.annotations.team', 'spark.kubernetes.driver.annotation.team'],
  ['spark.kubernetes.driver.volume.hostPath.a.mount.path', 'spark.kubernetes.driver.volumes.hostPath.a.mount.path'],
  ['spark.kubernetes.executorEnv.A', 'spark.executorEnv.A'],
  ['spark.executor.env.A', 'spark.executorEnv.A'],
  ['spark.driverEnv.A', 'spark.kubernetes.driverEnv.A'],
  ['spark.kubernetes.executor.memory', 'spark.executor.memory'],
  ['spark.kubernetes.executor.cores.limit', 'spark.kubernetes.executor.limit.cores'],
  ['spark.kubernetes.imagePullSecrets', 'spark.kubernetes.container.image.pullSecrets'],
  ['spark.num.executors', 'spark.executor.instances'],
  ['spark.executor.memory.overhead', 'spark.executor.memoryOverhead'],
])('Spark does not have %s, and %s is meant', (written, meant) =>
  expect(problemsOf(written, 'x')).toEqual([`Spark has no such property; did you mean "${meant}"?`]),
);

test('tolerations are refused with another way to choose nodes', () =>
  expect(problemsOf('spark.kubernetes.driver.tolerations', 'x')).toEqual([
    'Spark has no property for tolerations; choose nodes without taints with spark.kubernetes.node.selector',
  ]));

test.each([
  ['spark.executorEnv.SPARK_EXECUTOR_MEMORY', '4g', 'set spark.executor.memory instead'],
  ['spark.kubernetes.driverEnv.SPARK_DRIVER_MEMORY', '4g', 'set spark.driver.memory instead'],
  ['spark.executorEnv.SPARK_LOCAL_DIRS', '/x', 'set spark.local.dir instead'],
  ['spark.kubernetes.driverEnv.SPARK_HOME', '/usr/lib/spark', 'the image has Spark in /opt/spark'],
  [
    'spark.kubernetes.driverEnv.PYSPARK_SUBMIT_ARGS',
    'x',
    'the driver runs already: use packages and conf of the job instead',
  ],
])('%s=%s is refused, for a pod has it another way', (key, value, instead) =>
  expect(problemsOf(key, value)).toEqual([`users do not set this variable: ${instead}`]),
);

test.each([
  ['spark.kubernetes.driverEnv.SPARK_HOME', '/opt/spark'],
  ['spark.executorEnv.SPARK_USER', 'ada'],
])('%s=%s passes', (key, value) => expect(problemsOf(key, value)).toEqual([]));
