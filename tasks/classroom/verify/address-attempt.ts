// A pod that has ended keeps its address in the API. Enforcers may take a new pod there for the old one, and let it in.
import type { Kube } from '../../kube/types.ts';
import type { Pod } from '../../spark/pod.ts';
import type { Attempt } from './row.ts';

const hasEnded = ({ status }: Pod): boolean => ['Succeeded', 'Failed'].includes(status?.phase ?? '');

/** Pods that have an address which a pod of another namespace had and still names, each as `NAMESPACE/NAME`. */
export function inheritors(pods: readonly Pod[]): string[] {
  const placed = pods.filter(({ spec, status }) => status?.podIP && !spec.hostNetwork);
  const former = placed.filter(hasEnded);
  const isAnother = ({ metadata, status }: Pod) =>
    former.some((old) => old.status?.podIP === status?.podIP && old.metadata.namespace !== metadata.namespace);
  return placed
    .filter((one) => !hasEnded(one) && isAnother(one))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

/** `teacher` sees all pods. */
export const addressAttempt = (teacher: Kube): Attempt => ({
  area: 'network',
  what: 'be taken for a pod of another seat that has ended',
  isAllowed: false,
  attempt: async () => {
    const pods = (await teacher.list({ apiVersion: 'v1', kind: 'Pod' })) as Pod[];
    const ended = pods.filter(hasEnded).length;
    return inheritors(pods).length === 0 ? `nobody has an address of the ${ended} pods that have ended` : undefined;
  },
});
