// Keeps services of seats leading to pods of the same seat: the door follows them, and nodes take addresses over from them.
import { managedBy } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';

const group = 'admissionregistration.k8s.io';

/**
 * Refuses services that lead elsewhere by a name or take an address over. `name` is the name of both objects; the rule
 * holds in the namespaces with these labels, which students must not be able to set.
 */
export function serviceGuard(name: string, namespaces: Record<string, string>): Manifest[] {
  const metadata = { name, labels: { ...managedBy } };
  return [
    {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] },
          ],
        },
        validations: [
          {
            // The door would open the pages of another seat by it.
            expression: "!has(object.spec.type) || object.spec.type != 'ExternalName'",
            message: 'a service of a seat leads to pods of the seat: take another type than ExternalName',
          },
          {
            expression: '!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0',
            message: 'a service of a seat takes no address over: leave externalIPs out',
          },
        ],
      },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { ...namespaces } } },
      },
    },
  ];
}
