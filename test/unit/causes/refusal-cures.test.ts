// What to do about a refusal of the API server.
import { expect, test } from 'vitest';
import { diagnoseRefusal } from '../../../tasks/causes/refusal.ts';

test.each([
  [
    'Pod "a" is invalid: spec.containers[0].resources.requests: Invalid value: "5Gi": must be less than or equal to ephemeral-storage limit of 1Gi',
    "request less, or raise the default of the namespace's LimitRange",
  ],
  [
    'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: spark-kubernetes-driver',
    'set spark.kubernetes.driver.limit.cores and spark.kubernetes.executor.limit.cores',
  ],
  [
    'pods "a" is forbidden: failed quota: q: must specify limits.ephemeral-storage for: spark-kubernetes-driver',
    'give the namespace a LimitRange with a default for limits.ephemeral-storage',
  ],
  [
    'pods "a" is forbidden: error looking up service account spark/robot: serviceaccount "robot" not found',
    'correct the name under serviceAccounts, or create the account: firesteel deploy',
  ],
  [
    'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
    'request less, or raise the quota',
  ],
  [
    'pods is forbidden: User "jane" cannot create resource "pods" in API group "" in the namespace "spark"',
    'ask an administrator of the cluster for that permission',
  ],
])('a refusal has a cure that suits its object: %s', (text, cure) => expect(diagnoseRefusal(text)?.cure).toBe(cure));
