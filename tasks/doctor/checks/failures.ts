// Turns the Failure of what a verb asks first into what doctor has seen.
import { Failure } from '../../core/failure.ts';
import { type Finding, notAvailable, ok } from '../../steps/check.ts';

interface Judged {
  /** `not available`: only some use it, and nothing is wrong without it. */
  state: Finding['state'];
  /** What was seen where nothing failed. */
  ask(): Promise<string>;
}

/** The answer, or the Failure with its hint; any other error is the check's own. */
export async function unlessFailed({ state, ask }: Judged): Promise<Finding> {
  try {
    return ok(await ask());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const remedies = error.hint ? [{ text: error.hint }] : [];
    return state === 'not available'
      ? { ...notAvailable(error.message), remedies }
      : { state, seen: error.message, remedies };
  }
}
