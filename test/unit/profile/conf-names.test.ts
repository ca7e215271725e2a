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
    ['driver.secretKeyRef.A=B', 'store:key', 'key: expected the name of a variable, without "=" in it, got "A=B"'],
    ['driverEnv.', 'x', 'key: expected the name of a variable, without "=" in it, got ""'],
    ['driverEnv.GRÖSSE', 'x', 'key: expected the name of a variable, without "=" in it, got "GRÖSSE"'],
    ['driver.secrets.db', 'etc/db', 'value: expected the path of a folder, such as /etc/store, got "etc/db"'],
    ['driver.secrets.db', '/etc/db:ro', 'value: expected the path of a folder, such as /etc/store, got "/etc/db:ro"'],
    [
      'driver.volumes.pvc.disk.mount.path',
      '/x',
      'key: expected a volume of type hostPath, emptyDir, nfs, persistentVolumeClaim, got "pvc"',
    ],
    ['container.image.pullPolicy', 'always', 'value: expected one of Always, IfNotPresent, Never, got "always"'],
    ['driver.label.spark-role', 'x', 'key: Spark sets this label: choose another name'],
    ['executor.label.spark-exec-id', 'x', 'key: Spark sets this label: choose another name'],
    ['driver.annotation.a b', 'x', 'key: expected a name without blanks'],
  ])('%s=%s', (key, value, problem) => expect(said(key, value)).toEqual([problem]));
});

test.each([
  ['executor.label.example.org/team', 'data_science-1.2'],
  ['executor.label.run', '{{APP_ID}}-{{EXECUTOR_ID}}'],
  ['driver.label.empty', ''],
  ['driver.annotation.prometheus.io/path', '/metrics, with any text at all'],
  ['driver.node.selector.kubernetes.io/arch', 'arm64'],
  ['driver.secrets.db-creds', '/etc/db'],
  ['executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.claimName', 'OnDemand'],
  ['executor.secretKeyRef.API', 'store.example:key'],
  ['executor.secretKeyRef.my-api.key', 'store:tls.crt'],
  ['driver.label.spark-exec-id', 'x'],
  ['container.image.pullPolicy', 'IfNotPresent'],
])('%s=%s is taken', (key, value) => expect(said(key, value)).toEqual([]));
