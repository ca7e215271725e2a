// Tests that no new pod has the address of an ended pod of another seat, which policies may confuse.
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
  what: 'get the address of an ended pod of another seat',
  isAllowed: false,
  attempt: async () => {
    const pods = (await teacher.list({ apiVersion: 'v1', kind: 'Pod' })) as Pod[];
    const ended = pods.filter(hasEnded).length;
    return inheritors(pods).length === 0
      ? `no pod of another namespace has an address of the ${ended} ended pods`
      : undefined;
  },
});
