// What variables of this shell choose for every run, in place of flags that are typed each time.
import { Failure, usageFailure } from '../tasks/core/failure.ts';

/** The profile of runs without `--profile`. */
export const usualProfile = (): string => process.env['FIRESTEEL_PROFILE'] || 'local';

/** The settings before those of `--set`, parted by blanks: a value may have blanks, but none before another `key=`. */
export const usualSets = (): string[] =>
  (process.env['FIRESTEEL_SET'] ?? '')
    .trim()
    .split(/\s+(?=[A-Za-z][\w./-]*=)/)
    .filter(Boolean);

/** Names the variable, not a flag that nobody typed, in a failure of a profile's reading; throws the failure. */
export function namingVariables(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  const { message, hint } = error;
  const asSet = usualSets().reduce((text, one) => text.replaceAll(`--set ${one}`, `FIRESTEEL_SET: ${one}`), message);
  const isUsual = process.env['FIRESTEEL_PROFILE'] && /^profile .* not found/.test(asSet);
  throw usageFailure(isUsual ? `FIRESTEEL_PROFILE: ${asSet}` : asSet, hint);
}
