// Keeps pods of seats from displacing other pods by their priority.
import type { Kube, Manifest } from '../../kube/types.ts';
import { admissionRule } from './admission.ts';

interface PriorityClass extends Manifest {
  value: number;
  globalDefault?: boolean;
}

/** The priority of pods that name no class: that of the default class, else 0. */
export async function usualPriority(kube: Kube): Promise<number> {
  const classes = await kube.list({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' });
  return (classes as PriorityClass[]).find(({ globalDefault }) => globalDefault)?.value ?? 0;
}

/** Refuses pods above the usual priority: the scheduler ends pods of others to make room for them; see `admissionRule`. */
export function priorityGuard(name: string, namespaces: Record<string, string>, usual: number): Manifest[] {
  return admissionRule(name, namespaces, {
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    validations: [
      {
        // The server itself has written the number of the class.
        expression: `!has(object.spec.priority) || object.spec.priority <= ${usual}`,
        message: `pods of a seat must not displace others: remove priorityClassName, for a priority of at most ${usual}`,
      },
    ],
  });
}
