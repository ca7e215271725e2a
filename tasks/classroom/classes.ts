// The classes of a cluster, whichever profile made them.
import { counted } from '../core/screen/counted.ts';
import type { Kube } from '../kube/types.ts';
import { classLabel, studentLabel } from './seat/labels.ts';

const ofClasses = { apiVersion: 'v1', kind: 'Namespace', labelSelector: classLabel };

/** Names of the namespaces that belong to classes. */
export const namespacesOfClasses = async (kube: Kube): Promise<string[]> =>
  (await kube.list(ofClasses)).map(({ metadata }) => metadata.name);

/** A line for each class: its name and its seats. A user who may not list namespaces sees none. */
export async function shownClasses(kube: Kube): Promise<string[]> {
  const labels = (await kube.list(ofClasses).catch(() => [])).map(({ metadata }) => metadata.labels ?? {});
  const names = [...new Set(labels.map((one) => one[classLabel] ?? ''))].sort();
  return names.map((name) => {
    const seats = labels.filter((one) => one[classLabel] === name && one[studentLabel]).length;
    return `class ${name} with ${counted(seats, 'seat')}`;
  });
}
