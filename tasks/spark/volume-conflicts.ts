// Finds volumes and mounts of properties that the API server refuses, or that hide Spark in its own image. Pure.
import { posix } from 'node:path';
import { ownVolumes } from './volumes.ts';

/** Volumes that every driver or executor has. */
const always: Readonly<Record<string, readonly string[]>> = {
  driver: [ownVolumes.job, ownVolumes.conf, ownVolumes.podTemplate],
  executor: [ownVolumes.job, 'spark-conf-volume-exec'],
};

/** Folders of the image and of a run, which a mount would hide. */
const ofSpark = ['bin', 'conf', 'jars', 'job', 'job/shipped', 'pod-template', 'python'].map(
  (name) => `/opt/spark/${name}`,
);

interface Mount {
  key: string;
  path: string;
}

const folderOf = (path: string): string => posix.normalize(path).replace(/(?<=.)\/+$/, '');

const hidesSpark = (path: string): boolean =>
  ofSpark.some((folder) => folder === path || folder.startsWith(path === '/' ? path : `${path}/`));

/** What of a role's volumes, Secrets and mounts cannot be in one pod, a line each. */
function conflictsOf(role: string, properties: Readonly<Record<string, string>>): string[] {
  const prefix = `spark.kubernetes.${role}.`;
  const volumes = new Map<string, Set<string>>();
  const mounts: Mount[] = [];
  for (const [key, value] of Object.entries(properties)) {
    if (!key.startsWith(prefix)) continue;
    const [, type, name, setting] = /^volumes\.([^.]+)\.([^.]+)\.(.+)$/.exec(key.slice(prefix.length)) ?? [];
    const secret = /^secrets\.([^.]+)$/.exec(key.slice(prefix.length))?.[1];
    if (type && name) volumes.set(name, (volumes.get(name) ?? new Set()).add(type));
    if (secret) volumes.set(`${secret}-volume`, (volumes.get(`${secret}-volume`) ?? new Set()).add('Secret'));
    if (secret || setting === 'mount.path') mounts.push({ key, path: folderOf(value) });
  }
  const scratch = [...volumes.keys()].some((name) => name.startsWith('spark-local-dir-'))
    ? []
    : (properties['spark.local.dir'] ?? '').split(',').filter(Boolean);
  return [
    ...[...volumes].flatMap(([name, types]) => [
      ...(types.size > 1 ? [`${prefix}volumes: ${name} is ${[...types].join(' and ')}: rename one of them`] : []),
      ...(always[role]?.includes(name) ? [`${prefix}volumes: every ${role} has a volume ${name}: rename yours`] : []),
    ]),
    ...mounts.flatMap(({ key, path }) => [
      ...(hidesSpark(path) ? [`${key}: ${path} would hide Spark in the pod: choose another path`] : []),
      ...(scratch.map(folderOf).includes(path)
        ? [`${key}: spark.local.dir has the same path, ${path}: keep one of them`]
        : []),
    ]),
  ];
}

/** What of volumes, Secrets and mounts cannot be in one driver or one executor. */
export const volumeConflicts = (properties: Readonly<Record<string, string>>): string[] =>
  ['driver', 'executor'].flatMap((role) => conflictsOf(role, properties));
