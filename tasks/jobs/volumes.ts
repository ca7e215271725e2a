// Claims that a job keeps files on: created if missing, and never removed by firesteel.
import * as z from 'zod';
import { Failure } from '../core/failure.ts';
import { httpStatusOf } from '../kube/failure.ts';
import { managedBy } from '../kube/render.ts';
import type { Kube, Manifest, Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { ownVolumes } from '../spark/volumes.ts';
import type { Cluster } from '../steps/cluster.ts';
import type { SingleStep } from '../steps/types.ts';

/** A name that is a volume's as well: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const claimPattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The name of a claim that is there: Kubernetes allows dots, and more letters than in a name of a volume. */
const isClaimName = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);

/** `NAME` or `NAME/path` behind `claim:`; undefined if it is neither. */
export function readClaim(text: string): { claim: string; subPath?: string } | undefined {
  const [, claim = '', subPath] = /^([^/]*)(?:\/+(.*?))?\/*$/.exec(text) ?? [];
  if (!isClaimName(claim) || subPath?.split('/').includes('..')) return undefined;
  return { claim, ...(subPath ? { subPath } : {}) };
}

/** `volumes` of a job.yaml: claims by name. */
export const volumesSchema = z.record(
  z
    .string()
    .regex(claimPattern, 'expected a name of lower-case letters, digits and "-", at most 63')
    .refine((name) => !(Object.values(ownVolumes) as string[]).includes(name), {
      message: 'expected another name, because driver pods already have a volume of this name',
    }),
  z
    .strictObject({
      mountPath: z
        .string()
        .regex(/^\/[\w./-]*\w$/, 'expected an absolute path')
        .describe('Where the driver mounts the claim.'),
      size: z
        .string()
        .regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, 'expected a size such as 1Gi')
        .default('1Gi')
        .describe('Size of a new claim.'),
      storageClass: z.string().optional().describe("Storage class of a new claim; by default the cluster's."),
      accessMode: z
        .enum(['ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod'])
        .default('ReadWriteOnce')
        .describe('Access mode of a new claim; ReadWriteMany and ReadWriteOncePod are others.'),
      executors: z.boolean().default(false).describe('Whether executors also mount the claim, at the same path.'),
      perExecutor: z
        .boolean()
        .default(false)
        .describe(
          'Whether each executor gets its own new claim of that size and storageClass, which ends with the run.',
        ),
    })
    .refine(({ perExecutor, storageClass }) => !perExecutor || storageClass !== undefined, {
      path: ['perExecutor'],
      message: 'expected storageClass too, because Spark makes no claim without one',
    }),
);

/** A job's claims, by name. */
export type Volumes = z.output<typeof volumesSchema>;

/** Spark properties that mount a claim in the driver, and in executors if they are to have it. */
export function mountConf(
  name: string,
  mount: { claim: string; path: string; subPath?: string | undefined; readOnly?: boolean; executors?: boolean },
): Record<string, string> {
  const roles = mount.executors ? ['driver', 'executor'] : ['driver'];
  const settings: Record<string, string> = {
    'mount.path': mount.path,
    'options.claimName': mount.claim,
    ...(mount.subPath ? { 'mount.subPath': mount.subPath } : {}),
    ...(mount.readOnly ? { 'mount.readOnly': 'true' } : {}),
  };
  return Object.fromEntries(
    roles.flatMap((role) =>
      Object.entries(settings).map(([key, value]) => [
        `spark.kubernetes.${role}.volumes.persistentVolumeClaim.${name}.${key}`,
        value,
      ]),
    ),
  );
}

/** Spark properties that mount all of a job's claims. */
export const volumesConf = (volumes: Volumes): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(volumes).map(([claim, volume]) =>
      volume.perExecutor
        ? perExecutorConf(claim, volume)
        : mountConf(claim, { claim, path: volume.mountPath, executors: volume.executors }),
    ),
  );

/** Spark makes these itself, one for each executor, and removes them with the driver. */
const perExecutorConf = (
  name: string,
  { mountPath, size, storageClass = '' }: Volumes[string],
): Record<string, string> => {
  const key = `spark.kubernetes.executor.volumes.persistentVolumeClaim.${name}`;
  return {
    [`${key}.mount.path`]: mountPath,
    [`${key}.options.claimName`]: 'OnDemand',
    [`${key}.options.storageClass`]: storageClass,
    [`${key}.options.sizeLimit`]: size,
  };
};

/** Claims that firesteel makes. */
const shared = (volumes: Volumes): Volumes =>
  Object.fromEntries(Object.entries(volumes).filter(([, { perExecutor }]) => !perExecutor));

/** Where a driver with these properties has volumes. */
export const volumeFolders = (properties: Readonly<Record<string, string>>): string[] =>
  Object.entries(properties)
    .filter(([key]) => /^spark\.kubernetes\.driver\.volumes\.\w+\.[^.]+\.mount\.path$/.test(key))
    .map(([, path]) => path);

/** What executors mount as well, each with the words by which messages name its access mode. */
const ofExecutors = (volumes: Volumes): { key: string; accessMode: Volumes[string]['accessMode'] }[] =>
  Object.entries(shared(volumes)).flatMap(([name, { executors, accessMode }]) =>
    executors ? [{ key: `volumes.${name}`, accessMode }] : [],
  );

const manyNodes = (key: string): string =>
  `set ${key}.accessMode to ReadWriteMany, and ${key}.storageClass to a class that supports that mode`;

/** A job as far as its claims count. */
interface Claiming {
  name: string;
  volumes?: Volumes | undefined;
}

/** Claims that executors could not mount, beside the driver or on another node. */
export function volumeProblems({ name, volumes = {} }: Claiming, profile: Profile, cluster: Cluster): string[] {
  const isTied = cluster.tiesVolumesToNodes && cluster.capacity?.(profile)?.nodes !== 1;
  return ofExecutors(volumes).flatMap(({ key, accessMode }) => {
    const place =
      accessMode === 'ReadWriteOncePod'
        ? ['in one pod', 'driver and executors are several']
        : [`on one node of ${profile.cluster} at a time`, 'executors run on any node'];
    const isFine = accessMode === 'ReadWriteMany' || (accessMode === 'ReadWriteOnce' && !isTied);
    return isFine
      ? []
      : [
          `job ${name}: ${key}.accessMode ${accessMode} mounts a volume ${place[0]}, but ${place[1]}: ${manyNodes(key)}`,
        ];
  });
}

/** What may keep executors waiting, where nobody knows on how many nodes a volume of the cluster can be. */
export function volumeNotes({ volumes = {} }: Claiming, profile: Profile, cluster: Cluster): string[] {
  if (cluster.sharesVolumes || cluster.tiesVolumesToNodes) return [];
  const nodes = cluster.capacity?.(profile)?.nodes ?? (cluster.isGiven ? 2 : 1);
  return ofExecutors(volumes).flatMap(({ key, accessMode }) =>
    nodes > 1 && accessMode === 'ReadWriteOnce'
      ? [`${key} is ReadWriteOnce: executors may run on nodes that cannot mount it; if they wait, ${manyNodes(key)}`]
      : [],
  );
}

/** Shows such notes before anything long is begun. */
export const showNotes = (notes: readonly string[]): SingleStep[] =>
  notes.length === 0
    ? []
    : [
        {
          title: "Check the job's volumes",
          observes: true,
          run: async (_, out) => {
            for (const note of notes) out.line(note);
          },
        },
      ];

/** Names a claim. */
const claimRef = (name: string, namespace: string): Ref => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  name,
  namespace,
});

/** The claim to be made. No run's label and no owner: `gc` leaves it alone, and it stays when the driver goes. */
export function claimManifest(name: string, namespace: string, volume: Volumes[string]): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, labels: { ...managedBy } },
    spec: {
      accessModes: [volume.accessMode],
      resources: { requests: { storage: volume.size } },
      ...(volume.storageClass ? { storageClassName: volume.storageClass } : {}),
    },
  };
}

/** Makes the claims that are missing; existing ones stay unchanged, also those of other users. */
export function ensureClaims(all: Volumes, namespace: string): SingleStep {
  const volumes = shared(all);
  const missing = async (kube: Kube): Promise<string[]> => {
    const found = await Promise.all(
      Object.keys(volumes).map(async (name) => ((await lookAt(kube, name, namespace)) === 'absent' ? name : undefined)),
    );
    return found.filter((name) => name !== undefined);
  };
  return {
    title: `Make claim ${Object.keys(volumes).join(', ')}`.slice(0, 50),
    skip: async ({ kube }) => (await missing(kube)).length === 0 && 'already exists, with its content',
    run: async ({ kube }, out) => {
      for (const name of await missing(kube)) {
        const volume = volumes[name];
        if (volume) await kube.apply(claimManifest(name, namespace, volume));
        out.line(`claim ${name} stays after the run`);
      }
    },
  };
}

/** Who may not look at claims is taken at their word that it is there. */
async function lookAt(kube: Kube, name: string, namespace: string): Promise<'there' | 'absent' | 'unseen'> {
  try {
    return (await kube.get(claimRef(name, namespace))) ? 'there' : 'absent';
  } catch (error) {
    if (httpStatusOf(error) !== 403) throw error;
    return 'unseen';
  }
}

/** Fails if a claim that a run is to read is not there. */
export const verifyClaim = (name: string, namespace: string): SingleStep => ({
  title: `Look for claim ${name}`.slice(0, 50),
  observes: true,
  run: async ({ kube }) => {
    if ((await lookAt(kube, name, namespace)) === 'absent')
      throw new Failure(`claim ${name}: not in namespace ${namespace}`, {
        hint: `list the claims: kubectl --namespace ${namespace} get pvc`,
      });
  },
});
