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
])('%s=%s is taken', (key, value) => expect(said(key, value)).toEqual([]));
