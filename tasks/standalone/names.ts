// Names and ports of the parts of a standalone cluster. Pure.
import { managedBy } from '../kube/render.ts';
import type { Collection, Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';

/**
 * Names of master and workers. The names of their services become variables of pods elsewhere in the namespace:
 * a service called spark-master would set SPARK_MASTER_PORT, which Spark's own scripts read as a number.
 */
export const names = {
  master: 'standalone-master',
  worker: 'standalone-worker',
  settings: 'standalone',
  secret: 'standalone-secret',
  shell: 'standalone-shell',
} as const;

export const ports = { master: 7077, worker: 7078, masterPages: 8080, workerPages: 8081 } as const;

/** On everything of the cluster; its value is the part. */
export const partLabel = 'firesteel/standalone';

export type Part = 'master' | 'worker' | 'driver';

/** Labels of a part's pods. */
export const partLabels = (part: Part): Record<string, string> => ({ ...managedBy, [partLabel]: part });

export const partSelector = (part: Part): string => `${partLabel}=${part}`;

/** The name that leads to the master, whichever pod that is at the time: the StatefulSet's own. */
export const masterHost = ({ namespace }: Profile): string => `${names.master}-0.${names.master}.${namespace}.svc`;

export const masterUrl = (profile: Profile): string => `spark://${masterHost(profile)}:${ports.master}`;

export const podsOf = ({ namespace }: Profile, part?: Part): Collection => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  labelSelector: part ? partSelector(part) : partLabel,
});

const ref =
  (apiVersion: string, kind: string, name: string) =>
  ({ namespace }: Profile): Ref => ({ apiVersion, kind, name, namespace });

export const masterRef = ref('apps/v1', 'StatefulSet', names.master);
export const workerRef = ref('apps/v1', 'StatefulSet', names.worker);
export const secretRef = ref('v1', 'Secret', names.secret);
const settingsRef = ref('v1', 'ConfigMap', names.settings);
export const scalerRef = ref('autoscaling/v2', 'HorizontalPodAutoscaler', names.worker);
const claimRef = ref('v1', 'PersistentVolumeClaim', names.master);

/** What pods do not need to end in order, in the order of removal. */
export const otherRefs = (profile: Profile): Ref[] =>
  [
    ref('v1', 'Service', names.worker),
    ref('v1', 'Service', names.master),
    ref('networking.k8s.io/v1', 'NetworkPolicy', names.worker),
    ref('networking.k8s.io/v1', 'NetworkPolicy', names.master),
    settingsRef,
    secretRef,
    claimRef,
  ].map((make) => make(profile));
