// Environment variables that replace --profile and --set for every run of a shell.
import { Failure, usageFailure } from '../../tasks/core/failure.ts';

/** The profile of runs without `--profile`. */
export const usualProfile = (): string => process.env['FIRESTEEL_PROFILE'] || 'local';

/** The settings before those of `--set`, parted by blanks: a value may have blanks, but none before another `key=`. */
export const usualSets = (): string[] =>
  (process.env['FIRESTEEL_SET'] ?? '')
    .trim()
    .split(/\s+(?=[A-Za-z][\w./-]*=)/)
    .filter(Boolean);

/** Throws a failure of reading the profile again; names the variable instead of a flag that nobody typed. */
export function namingVariables(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  const { message, hint } = error;
  const asSet = usualSets().reduce((text, one) => text.replaceAll(`--set ${one}`, `FIRESTEEL_SET: ${one}`), message);
  const isUsual = process.env['FIRESTEEL_PROFILE'] && /^profile .* not found/.test(asSet);
  throw usageFailure(isUsual ? `FIRESTEEL_PROFILE: ${asSet}` : asSet, hint);
}
