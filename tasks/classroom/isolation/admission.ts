// The shape of a rule of the API server for the namespaces of seats: a policy and its binding.
import { managedBy } from '../../kube/render.ts';
import type { Manifest } from '../../kube/types.ts';

const group = 'admissionregistration.k8s.io';

/**
 * Denies requests that the policy refuses, and all if the server cannot judge. `name` is the name of both objects; the rule
 * holds in the namespaces with these labels, which students must not be able to set. `policy` is the rest of its spec:
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function admissionRule(name: string, namespaces: Record<string, string>, policy: object): Manifest[] {
  const metadata = { name, labels: { ...managedBy } };
  return [
    {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: 'Fail', ...policy },
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
