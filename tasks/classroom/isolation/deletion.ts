// Keeps pods of seats under their policies until they end, and lets none of them take long.
import type { Manifest } from '../../kube/types.ts';
import { admissionRule } from './admission.ts';

/** Seconds. Executors have 90; a seat must end in the time of a class. */
const longestGrace = 300;

/**
 * Refuses to delete a pod without any grace, to all accounts of its namespace, and pods that would have none or
 * would outlive their seats; see `admissionRule`.
 */
export function forcedDeletionGuard(name: string, namespaces: Record<string, string>): Manifest[] {
  const pods = (operation: string) => ({
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: [operation],
    resources: ['pods'],
  });
  return admissionRule(name, namespaces, {
    matchConstraints: { resourceRules: [pods('CREATE'), pods('DELETE')] },
    // Kubelets end every deletion so, and teachers may have to.
    matchConditions: [
      {
        name: 'the-namespace-itself',
        expression:
          "request.operation == 'CREATE' || ('system:serviceaccounts:' + request.namespace) in request.userInfo.groups",
      },
    ],
    validations: [
      {
        expression: [
          "request.operation != 'DELETE'",
          '!has(request.options)',
          '!has(request.options.gracePeriodSeconds)',
          'request.options.gracePeriodSeconds > 0',
          // Of a whole collection; each of its pods is asked about as well.
          'oldObject == null',
          // The server itself leaves these no time, for nothing of them runs.
          "!has(oldObject.spec.nodeName) || oldObject.spec.nodeName == ''",
          "oldObject.status.phase in ['Succeeded', 'Failed']",
        ].join(' || '),
        message: 'delete the pod without --force and --grace-period=0: its policies apply until its end',
      },
      {
        expression: [
          "request.operation != 'CREATE'",
          '!has(object.spec.terminationGracePeriodSeconds)',
          'object.spec.terminationGracePeriodSeconds > 0',
        ].join(' || '),
        message: 'terminationGracePeriodSeconds must be above 0: the policies of a pod apply until its end',
      },
      {
        expression: [
          "request.operation != 'CREATE'",
          '!has(object.spec.terminationGracePeriodSeconds)',
          `object.spec.terminationGracePeriodSeconds <= ${longestGrace}`,
        ].join(' || '),
        message: `terminationGracePeriodSeconds must be at most ${longestGrace}: a pod must end with its seat`,
      },
    ],
  });
}
