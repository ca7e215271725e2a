// Keeps the services of a seat from leading to other seats or taking over addresses.
import type { Manifest } from '../../kube/types.ts';
import { admissionRule } from './admission.ts';

/** Refuses services that lead elsewhere by a name or take an address over; see `admissionRule`. */
export function serviceGuard(name: string, namespaces: Record<string, string>): Manifest[] {
  return admissionRule(name, namespaces, {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] },
      ],
    },
    validations: [
      {
        // The door would open the pages of another seat by it.
        expression: "!has(object.spec.type) || object.spec.type != 'ExternalName'",
        message: 'services of a seat must lead to pods of the seat: use a type other than ExternalName',
      },
      {
        expression: '!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0',
        message: 'services of a seat must not take over addresses: remove externalIPs',
      },
    ],
  });
}
