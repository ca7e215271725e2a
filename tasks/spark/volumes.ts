// The volumes of properties, as Spark's cluster mode mounts them (KubernetesVolumeUtils, MountVolumesFeatureStep). Pure.
import type { Container, PodSpec } from './pod.ts';
import { isTrue } from './values.ts';

/** Volumes that only driver pods have: Spark's are named as Spark names them. */
export const ownVolumes = {
  /** The job's files. */
  job: 'job',
  /** The claim that --data names. */
  data: 'data',
  /** The claim that event logs go to. */
  history: 'history',
  /** What --keep-outputs brings home. */
  outputs: 'outputs',
  local: 'spark-local-dir-1',
  conf: 'spark-conf-volume-driver',
  podTemplate: 'pod-template-volume',
} as const;

/** Volumes of a pod, and where its container has them. */
export interface Volumes {
  volumes: NonNullable<PodSpec['volumes']>;
  mounts: NonNullable<Container['volumeMounts']>;
}

/** What follows `spark.kubernetes.driver.volumes.`: type, name and one of their options. */
const volumeKey = /^(persistentVolumeClaim|emptyDir|hostPath|nfs)\.([^.]+)\.(.+)$/;

type Source = (options: Record<string, string>, readOnly: boolean) => object;

const sources: Record<string, Source> = {
  persistentVolumeClaim: ({ claimName }, readOnly) => ({ persistentVolumeClaim: { claimName, readOnly } }),
  emptyDir: ({ medium, sizeLimit }) => ({ emptyDir: { ...given({ medium, sizeLimit }) } }),
  hostPath: ({ path, type }) => ({ hostPath: { path, ...given({ type }) } }),
  nfs: ({ server, path }, readOnly) => ({ nfs: { server, path, readOnly } }),
};

const given = (options: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(options).flatMap(([key, value]) => (value ? [[key, value]] : [])));

/** The driver's volumes and where they are mounted. Those of executors are made by the driver itself. */
export function driverVolumes(properties: Record<string, string>): Volumes {
  const prefix = 'spark.kubernetes.driver.volumes.';
  const found = new Map<string, { type: string; name: string; settings: Record<string, string> }>();
  for (const [key, value] of Object.entries(properties)) {
    const [, type, name, setting] = (key.startsWith(prefix) && volumeKey.exec(key.slice(prefix.length))) || [];
    if (!type || !name || !setting) continue;
    const one = found.get(`${type} ${name}`) ?? { type, name, settings: {} };
    one.settings[setting] = value;
    found.set(`${type} ${name}`, one);
  }
  const all = [...found.values()];
  return {
    volumes: all.map(({ type, name, settings }) => {
      const options = Object.entries(settings).filter(([key]) => key.startsWith('options.'));
      const plain = Object.fromEntries(options.map(([key, value]) => [key.slice('options.'.length), value]));
      return { name, ...sources[type]?.(plain, isTrue(settings['mount.readOnly'])) };
    }),
    mounts: all.map(({ name, settings }) => ({
      name,
      mountPath: settings['mount.path'] ?? '',
      readOnly: isTrue(settings['mount.readOnly']),
      ...given({ subPath: settings['mount.subPath'], subPathExpr: settings['mount.subPathExpr'] }),
    })),
  };
}

/** Volumes of this name are Spark's scratch space. */
const localDirName = 'spark-local-dir-';

/** Where a driver keeps what does not fit into its memory: in volumes named for that, else in empty folders (LocalDirsFeatureStep). */
export function localDirs(
  properties: Record<string, string>,
  claimed: Volumes,
  otherwise: string,
): Volumes & { folders: string[] } {
  const own = claimed.mounts.filter(({ name }) => name.startsWith(localDirName));
  if (own.length > 0) return { volumes: [], mounts: [], folders: own.map(({ mountPath }) => mountPath) };
  const folders = (properties['spark.local.dir'] ?? otherwise).split(',');
  const emptyDir = isTrue(properties['spark.kubernetes.local.dirs.tmpfs']) ? { medium: 'Memory' } : {};
  return {
    volumes: folders.map((_, i) => ({ name: `${localDirName}${i + 1}`, emptyDir })),
    mounts: folders.map((mountPath, i) => ({ name: `${localDirName}${i + 1}`, mountPath })),
    folders,
  };
}

const claimNameKey =
  /^(spark\.kubernetes\.(?:driver|executor)\.volumes\.persistentVolumeClaim\.[^.]+\.options\.)claimName$/;

/** Claims that Spark is to make for a pod, and will not: the pod would wait for ever (MountVolumesFeatureStep). */
export function claimProblems(properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const [, options] = claimNameKey.exec(key) ?? [];
    if (!options || !value.includes('OnDemand')) return [];
    const missing = ['storageClass', 'sizeLimit'].filter((option) => properties[`${options}${option}`] === undefined);
    const keys = missing.map((option) => `${options}${option}`);
    return keys.length > 0 ? [`${key}: Spark makes no claim without ${keys.join(' and ')}`] : [];
  });
}

const needed: Readonly<Record<string, readonly string[]>> = {
  persistentVolumeClaim: ['mount.path', 'options.claimName'],
  emptyDir: ['mount.path'],
  hostPath: ['mount.path', 'options.path'],
  nfs: ['mount.path', 'options.server', 'options.path'],
};

const anyVolumeKey = /^(spark\.kubernetes\.(?:driver|executor)\.volumes\.([^.]+)\.[^.]+)\./;

/** Volumes without what Spark or the API server needs of them; a profile may have one half of a volume, and a job the other. */
export function incompleteVolumes(properties: Readonly<Record<string, string>>): string[] {
  const problems = Object.keys(properties).flatMap((key) => {
    const [, volume = '', type = ''] = anyVolumeKey.exec(key) ?? [];
    const missing = (needed[type] ?? []).map((one) => `${volume}.${one}`).filter((one) => !properties[one]);
    return missing.length > 0 ? [`${volume}: the volume needs ${missing.join(' and ')}`] : [];
  });
  return [...new Set(problems)];
}
