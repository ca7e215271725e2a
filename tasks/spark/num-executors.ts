// The flag --num-executors, which overrides the number of executors in the profile.
import type { Profile } from '../profile/schema.ts';

/** What is wrong with the number; left out, nothing. */
export const numExecutorsProblems = (numExecutors: string | undefined): string[] =>
  numExecutors === undefined || /^[1-9]\d{0,3}$/.test(numExecutors)
    ? []
    : [`--num-executors ${numExecutors}: expected a number from 1 to 9999`];

/** The profile with that number, whatever it says itself. */
export function withNumExecutors(profile: Profile, numExecutors: string | undefined): Profile {
  if (!numExecutors) return profile;
  const { spark } = profile;
  return { ...profile, spark: { ...spark, conf: { ...spark.conf, 'spark.executor.instances': numExecutors } } };
}
