// Volumes of properties that one pod cannot have are refused before anything is made.
import { expect, test } from 'vitest';
import { volumeConflicts } from '../../../tasks/spark/volume-conflicts.ts';

const d = 'spark.kubernetes.driver.';
const x = 'spark.kubernetes.executor.';

test.each<[what: string, properties: Record<string, string>, problem: string]>([
  [
    'a volume of two types',
    { [`${d}volumes.hostPath.a.mount.path`]: '/a', [`${d}volumes.emptyDir.a.mount.path`]: '/b' },
    `${d}volumes: a is hostPath and emptyDir: rename one of them`,
  ],
  [
    'a volume named as that of a Secret',
    { [`${x}secrets.db`]: '/a', [`${x}volumes.emptyDir.db-volume.mount.path`]: '/b' },
    `${x}volumes: db-volume is Secret and emptyDir: rename one of them`,
  ],
  [
    "a volume named as the job's",
    { [`${d}volumes.emptyDir.job.mount.path`]: '/a' },
    `${d}volumes: every driver has a volume job: rename yours`,
  ],
  ...['/', '/opt', '/opt/spark/', '/opt/spark/conf', '/opt/spark/jars'].map(
    (path): [string, Record<string, string>, string] => [
      `a Secret mounted at ${path}`,
      { [`${x}secrets.db`]: path },
      `${x}secrets.db: ${path.replace(/(?<=.)\/$/, '')} would hide Spark in the pod: choose another path`,
    ],
  ),
  [
    'a volume at the scratch space',
    { 'spark.local.dir': '/s', [`${d}volumes.emptyDir.a.mount.path`]: '/s/' },
    `${d}volumes.emptyDir.a.mount.path: spark.local.dir has the same path, /s: keep one of them`,
  ],
])('%s is refused', (_, properties, problem) => expect(volumeConflicts(properties)).toEqual([problem]));

test('other volumes pass', () =>
  expect(
    volumeConflicts({
      'spark.local.dir': '/s',
      [`${d}volumes.emptyDir.spark-local-dir-1.mount.path`]: '/s',
      [`${d}volumes.persistentVolumeClaim.data.mount.path`]: '/opt/spark/work-dir/data',
      [`${x}volumes.persistentVolumeClaim.data.mount.path`]: '/opt/spark/jars/mine',
      [`${d}secrets.db`]: '/etc/db',
    }),
  ).toEqual([]));
