// The place of a run: cluster and namespace.
import { httpStatusOf } from '../kube/failure.ts';
import type { Kube, KubeSource, Manifest } from '../kube/types.ts';
import type { Context } from '../steps/types.ts';
import type { RunRecord } from './run-folder.ts';

export type Place = Pick<RunRecord, 'profile' | 'cluster' | 'kubeconfig' | 'clusterUid' | 'namespace'>;

/** Where this profile's runs are. */
export async function placeOf({
  kube,
  profile,
  cluster,
}: Pick<Context, 'kube' | 'profile' | 'cluster'>): Promise<Place> {
  const { name, clusterName, namespace } = profile;
  const uid = (await uidOf(kube, 'kube-system')) ?? (await uidOf(kube, namespace));
  const kubeconfig = cluster.kubeconfig(profile);
  return { profile: name, cluster: clusterName, kubeconfig, namespace, ...(uid ? { clusterUid: uid } : {}) };
}

/** A namespace's uid; undefined where it may not be seen. */
const uidOf = (kube: Kube, name: string): Promise<string | undefined> =>
  kube.get({ apiVersion: 'v1', kind: 'Namespace', name }).then(
    (namespace) => namespace?.metadata.uid,
    () => undefined,
  );

/**
 * Whether the cluster that answers here is the one a run is in; where a cluster tells no uid, it is taken for that.
 * Failure if it does not answer.
 */
export async function isIn(kube: Kube, { clusterUid, namespace }: Place): Promise<boolean> {
  const uidNow = async (name: string): Promise<string | undefined> => {
    try {
      const text = await kube.raw(`/api/v1/namespaces/${name}`);
      return (JSON.parse(text) as Manifest).metadata.uid;
    } catch (error) {
      // Who may not see it, or finds the server busy, has an answer all the same.
      if (httpStatusOf(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
  if (clusterUid === undefined) return true;
  const found = [await uidNow('kube-system'), await uidNow(namespace)].filter((uid) => uid !== undefined);
  return found.length === 0 || found.includes(clusterUid);
}

/** Whether two runs of one name would be the same objects. Where a cluster tells no uid, its name has to do. */
export const isSamePlace = (one: Place, other: Place): boolean =>
  one.namespace === other.namespace &&
  (one.clusterUid && other.clusterUid ? one.clusterUid === other.clusterUid : isCalledTheSame(one, other));

/** Whether two places have the same names; if they are not the same all the same, the older one is no more. */
export const isCalledTheSame = (one: Place, other: Place): boolean =>
  one.profile === other.profile &&
  one.cluster === other.cluster &&
  one.namespace === other.namespace &&
  isSameSource(one.kubeconfig, other.kubeconfig);

/** Whether the API is looked for in the same place, as far as that is known. */
const isSameSource = (one?: KubeSource, other?: KubeSource): boolean =>
  !one || !other || (one.path === other.path && one.context === other.context);
