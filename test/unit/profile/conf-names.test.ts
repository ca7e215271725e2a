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
  ['driver.volumes.emptyDir.x.mount.readOnly', 'false'],
  ['driver.volumes.emptyDir.x.options.medium', ''],
  ['driver.volumes.hostPath.x.options.type', 'DirectoryOrCreate'],
  ['executor.volumes.persistentVolumeClaim.x.label.team', 'data'],
  ['memoryOverheadFactor', '.4'],
])('%s=%s is taken', (key, value) => expect(said(key, value)).toEqual([]));
