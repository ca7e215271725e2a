// Finds the account of executors, whose rights to pull images servers use.
import type { V1ServiceAccount } from '@kubernetes/client-node';
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import { pullSecretNames } from '../spark/values.ts';
import type { Context, SingleStep } from '../steps/types.ts';

const executorAccount = async ({ kube, profile }: Context): Promise<KubeObject<V1ServiceAccount> | undefined> =>
  (await kube.get({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    name: profile.serviceAccounts.executor,
    namespace: profile.namespace,
  })) as KubeObject<V1ServiceAccount> | undefined;

/** Before anything long is begun for a cluster that is not there. */
export const findAccount: SingleStep = {
  title: 'Find the service account of executors',
  observes: true,
  run: async (context) => {
    const { namespace, serviceAccounts } = context.profile;
    if (!(await executorAccount(context)))
      throw new Failure(`there is no service account ${serviceAccounts.executor} in ${namespace}`, {
        hint: 'create it: firesteel deploy',
      });
  },
};

/** Secrets that a server's pod pulls its image with: the account's, and those that the profile names for Spark. */
export async function pullSecretsOf(context: Context): Promise<{ name: string }[]> {
  const own = (await executorAccount(context))?.imagePullSecrets ?? [];
  const named = pullSecretNames(context.profile.spark.conf);
  // A list of a pod that is keyed by name takes each name once.
  const names = new Set([...own.map(({ name = '' }) => name), ...named]);
  return [...names].filter(Boolean).map((name) => ({ name }));
}
