// Names and ports of a Spark Connect server in the cluster. Pure.
import { managedBy, selectorText } from '../kube/render.ts';
import type { Collection, Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { deploymentRef, tokenRef } from '../servers/names.ts';
import { connectLabel } from '../spark/pod.ts';

/** Spark's own port of Connect, in the pod and first on this machine. */
export const connectPort = 15_002;

/** Port of Spark's web pages in the pod. */
export const pagesPort = 4040;

/** Ports that executors reach their driver at. */
export const driverPorts = { driver: 7078, blockManager: 7079 } as const;

/** Name of all objects of a server but its token: `connect`, or `connect-NAME`. */
export const objectName = (name: string | undefined): string => (name === undefined ? 'connect' : `connect-${name}`);

/** Selects the server's own pod. */
export const serverLabels = (object: string) => ({ 'app.kubernetes.io/name': 'spark-connect', [connectLabel]: object });

/** On its executors. */
export const executorLabels = (object: string): Record<string, string> => ({ ...managedBy, [connectLabel]: object });

/** Finds the server's pod. */
export const serverSelector = (object: string): string => selectorText(serverLabels(object));

/** Finds every pod of the server: its own, and its executors. */
export const podsOf = (object: string, { namespace }: Profile): Collection => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  labelSelector: selectorText({ [connectLabel]: object }),
});

/** Finds the servers of the namespace, or the one of this name. */
export const serversIn = ({ namespace }: Profile, object?: string): Collection => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  labelSelector: `app.kubernetes.io/name=spark-connect,${connectLabel}${object ? `=${object}` : ''}`,
});

export const settingsRef = (object: string, { namespace }: Profile): Ref => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: object,
  namespace,
});

/** Everything `up` makes, in the order it is removed in. */
export const serverRefs = (object: string, profile: Profile): Ref[] => {
  const { namespace } = profile;
  const rbac = 'rbac.authorization.k8s.io/v1';
  const policy = 'networking.k8s.io/v1';
  return [
    deploymentRef(object, profile),
    { apiVersion: 'v1', kind: 'Service', name: object, namespace },
    settingsRef(object, profile),
    { apiVersion: policy, kind: 'NetworkPolicy', name: object, namespace },
    { apiVersion: policy, kind: 'NetworkPolicy', name: `${object}-executors`, namespace },
    { apiVersion: rbac, kind: 'RoleBinding', name: object, namespace },
    { apiVersion: rbac, kind: 'Role', name: object, namespace },
    { apiVersion: 'v1', kind: 'ServiceAccount', name: object, namespace },
    tokenRef(object, profile),
  ];
};
