// Tests with two separate pods whether the cluster enforces policies at all.
import { Failure } from '../../core/failure.ts';
import { cleanerOf } from '../../steps/cleaner.ts';
import type { Context } from '../../steps/types.ts';
import { findEnforcement } from '../isolation/enforcement.ts';
import type { Attempt } from './row.ts';

/** `image` has python3; it is the one of the seats. */
export const enforcementAttempt = (context: Context, image: string): Attempt => ({
  area: 'network',
  what: 'connect where a NetworkPolicy forbids it',
  isAllowed: false,
  attempt: async () => {
    const { kube, signal } = context;
    const probing = {
      kube,
      cleaner: cleanerOf(context),
      image: { reference: image, program: 'python3' as const },
      signal,
      onSeen: () => {},
    };
    const { verdict, why = 'the probe gave no reason' } = await findEnforcement(probing);
    if (verdict === 'not known') throw new Failure(`enforcement is not known: ${why}`);
    return verdict === 'enforced' ? 'the cluster enforces NetworkPolicies' : undefined;
  },
});
