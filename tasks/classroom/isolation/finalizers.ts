// Keeps students from objects that outlive their seats.
import type { Manifest } from '../../kube/types.ts';
import { admissionRule } from './admission.ts';

/** The server's own, on every claim. */
const ofClaims = 'kubernetes.io/pvc-protection';

/** Refuses finalizers that accounts of the namespace set: nobody would take them away; see `admissionRule`. */
export function finalizerGuard(name: string, namespaces: Record<string, string>): Manifest[] {
  return admissionRule(name, namespaces, {
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: [''],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['pods', 'configmaps', 'services', 'persistentvolumeclaims'],
        },
      ],
    },
    matchConditions: [
      {
        name: 'accounts-of-the-seat',
        expression: "('system:serviceaccounts:' + request.namespace) in request.userInfo.groups",
      },
    ],
    validations: [
      {
        expression: [
          '!has(object.metadata.finalizers)',
          `object.metadata.finalizers.all(one, one == '${ofClaims}' || (oldObject != null && has(oldObject.metadata.finalizers) && one in oldObject.metadata.finalizers))`,
        ].join(' || '),
        message: 'remove metadata.finalizers: objects of a seat must end with the seat',
      },
    ],
  });
}
