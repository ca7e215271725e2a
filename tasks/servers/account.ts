// Finds the account of executors, whose rights to pull images servers use.
import { accountNamed } from '../access/pull-secrets.ts';
import { Failure } from '../core/failure.ts';
import type { SingleStep } from '../steps/types.ts';

/** Before anything long is begun for a cluster that is not there. */
export const findAccount: SingleStep = {
  title: 'Find the service account of executors',
  observes: true,
  run: async (context) => {
    const { namespace, serviceAccounts } = context.profile;
    if (!(await accountNamed(context, serviceAccounts.executor)))
      throw new Failure(`there is no service account ${serviceAccounts.executor} in ${namespace}`, {
        hint: 'create it: firesteel deploy',
      });
  },
};
