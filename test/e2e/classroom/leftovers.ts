// What a class leaves in a cluster.
import type { Kube } from '../../../tasks/kube/types.ts';

const kinds: [apiVersion: string, kind: string][] = [
  ['v1', 'Namespace'],
  ['v1', 'PersistentVolume'],
  ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
  ['flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'],
];

/** Objects without a namespace that have the name of the class `lab`. */
export const leftOf = async (kube: Kube): Promise<string[]> =>
  (await Promise.all(kinds.map(([apiVersion, kind]) => kube.list({ apiVersion, kind }))))
    .flat()
    .filter(({ metadata }) => /^(firesteel-)?lab([-.]|$)/.test(metadata.name))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
