// Names and ports of a notebook server in the cluster. Pure.
import { managedBy, selectorText } from '../../kube/render.ts';
import type { Collection, Ref } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { deploymentRef, tokenRef } from '../../servers/names.ts';
import { notebookLabel } from '../../spark/pod.ts';

/** Where JupyterLab listens in its pod, and what is tried first on this machine. */
export const labPort = 8888;

/** Sessions, a kernel each, that run at the same time; Spark gives up after the last port of a range. */
export const mostSessions = 16;

/** First ports of the ranges that sessions take theirs from. */
export const sessionPorts = { driver: 7100, blockManager: 7200 } as const;

/** Name of all objects of a server but its token: `notebook`, or `notebook-NAME`. */
export const objectName = (name: string | undefined): string => (name === undefined ? 'notebook' : `notebook-${name}`);

/** Selects the server's own pod. */
export const serverLabels = (object: string) => ({ 'app.kubernetes.io/name': 'notebook', [notebookLabel]: object });

/** On executors of its sessions. */
export const executorLabels = (object: string): Record<string, string> => ({ ...managedBy, [notebookLabel]: object });

/** Finds the server's pod. */
export const serverSelector = (object: string): string => selectorText(serverLabels(object));

/** Finds every pod of the server: its own, and its executors. */
export const podsOf = (object: string, { namespace }: Profile): Collection => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  labelSelector: selectorText({ [notebookLabel]: object }),
});

/** The claim of the work folder, which stays when the server goes. */
export const claimRef = (object: string, { namespace }: Profile): Ref => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  name: object,
  namespace,
});

/** Everything `up` makes but the claim, in the order it is removed in. */
export const serverRefs = (object: string, profile: Profile): Ref[] => {
  const { namespace } = profile;
  const rbac = 'rbac.authorization.k8s.io/v1';
  const kinds = [
    ['v1', 'Service'],
    ['v1', 'ConfigMap'],
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    [rbac, 'RoleBinding'],
    [rbac, 'Role'],
    ['v1', 'ServiceAccount'],
  ] as const;
  return [
    deploymentRef(object, profile),
    ...kinds.map(([apiVersion, kind]) => ({ apiVersion, kind, name: object, namespace })),
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name: `${object}-executors`, namespace },
    tokenRef(object, profile),
  ];
};
