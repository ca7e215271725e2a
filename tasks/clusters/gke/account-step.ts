// The step that sees to the account nodes run as.
import type { Profile } from '../../lib/schema.ts';
import type { SingleStep } from '../../lib/types.ts';
import { ensureNodeAccount, nodeAccountLacks } from './accounts.ts';
import { type Door, usualDoor } from './google.ts';
import { nodeAccount } from './names.ts';
import { lookIfPossible } from './status.ts';

/** Before the cluster, which could not be made without it; a cluster that is there has one. */
export const prepareNodeAccount = (profile: Profile, door: Door = usualDoor): SingleStep => ({
  title: 'Prepare the service account of the nodes',
  skip: async (context) => {
    const seen = await lookIfPossible(profile, context, door);
    if (seen.is === 'unknown') return false;
    if (seen.is !== 'absent' && seen.is !== 'stopping') return 'the cluster exists';
    const lacks = await nodeAccountLacks(profile, door.open(context).rest);
    return lacks.length === 0 && `${nodeAccount(profile)} has its roles`;
  },
  run: async (context, out) => {
    const { signal, change } = context;
    await change(`make service account ${nodeAccount(profile)} and give it its roles, where it lacks them`, () =>
      ensureNodeAccount(profile, door.open(context).rest, { signal, onLine: out.line }),
    );
  },
});
