// Finds the secrets that pods beside Spark's own pull their image with.
import type { V1ServiceAccount } from '@kubernetes/client-node';
import type { KubeObject } from '../kube/object.ts';
import { pullSecretNames } from '../spark/values.ts';
import type { Context } from '../steps/types.ts';

type Looking = Pick<Context, 'kube' | 'profile'>;

/** A service account of the namespace; undefined if there is none. */
export const accountNamed = async (
  { kube, profile: { namespace } }: Looking,
  name: string,
): Promise<KubeObject<V1ServiceAccount> | undefined> =>
  (await kube.get({ apiVersion: 'v1', kind: 'ServiceAccount', name, namespace })) as
    | KubeObject<V1ServiceAccount>
    | undefined;

/**
 * Secrets that a pod pulls its image with: those of its account, which Kubernetes gives only to a pod that names none, and
 * those that the profile names for Spark. The account is that of executors unless it is named.
 */
export async function pullSecretsOf(
  looking: Looking,
  account = looking.profile.serviceAccounts.executor,
): Promise<{ name: string }[]> {
  const own = (await accountNamed(looking, account))?.imagePullSecrets ?? [];
  const named = pullSecretNames(looking.profile.spark.conf);
  // A list of a pod that is keyed by name takes each name once.
  const names = new Set([...own.map(({ name = '' }) => name), ...named]);
  return [...names].filter(Boolean).map((name) => ({ name }));
}
