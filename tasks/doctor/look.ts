// Runs checks at the same time; a check that fails itself is reported as crashed.
import { Failure, messageOf } from '../core/failure.ts';
import type { Check, Finding } from '../steps/check.ts';
import type { Context } from '../steps/types.ts';

/** What came of one check. */
export interface Seen {
  check: Check;
  finding: Omit<Finding, 'state'> & { state: Finding['state'] | 'crashed' };
  seconds: number;
}

/** Milliseconds that a check may take; one that makes pods waits for them. */
const patience = { looks: 120_000, probes: 240_000 };

const notTried = (name: string): Seen['finding'] => ({
  state: 'not available',
  seen: 'needs a test with pods',
  remedies: [{ command: ['firesteel', 'doctor', '--probe', name] }],
});

async function findingOf(check: Check, context: Context, ms: number): Promise<Seen['finding']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([(async () => check.run(context))(), late]);
  } catch (error) {
    context.signal.throwIfAborted();
    const hint = error instanceof Failure ? error.hint : undefined;
    return { state: 'crashed', seen: messageOf(error), remedies: hint ? [{ text: hint }] : [] };
  } finally {
    clearTimeout(timer);
  }
}

interface LookOptions {
  /** Also those that make pods. */
  probes: boolean;
  onSeen?: (count: number, waiting: readonly string[]) => void;
}

/** All at once; what is seen is in the order of the checks. */
export async function lookAtAll(
  checks: readonly Check[],
  given: Context,
  { probes, onSeen = () => {} }: LookOptions,
): Promise<Seen[]> {
  // What an earlier look knew of the cluster is known of its client alone.
  const context = { ...given, kube: { ...given.kube } };
  const waiting = new Set(checks.map(({ name }) => name));
  const all = checks.map(async (check) => {
    const begun = performance.now();
    const finding =
      check.probes && !probes
        ? notTried(check.name)
        : await findingOf(check, context, check.probes ? patience.probes : patience.looks);
    waiting.delete(check.name);
    onSeen(checks.length - waiting.size, [...waiting]);
    return { check, finding, seconds: (performance.now() - begun) / 1000 };
  });
  try {
    return await Promise.all(all);
  } catch (error) {
    // Ctrl-C ends the first; those that made pods remove them.
    await Promise.allSettled(all.filter((_, i) => checks[i]?.probes));
    throw error;
  }
}

/** Whether it is something to act on. */
export const isFinding = ({ finding: { state } }: Seen): boolean => state !== 'ok' && state !== 'not available';
