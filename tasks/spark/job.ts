// The part of a job that properties, volumes and sizes need; jobs/job.ts has the whole.
import type { Profile } from '../profile/schema.ts';

export interface SparkJob {
  name: string;
  /** spark.kubernetes.resource.type. */
  type: 'python' | 'java';
  /** The program's address in the driver, `local:///…` or `file:///…`. */
  resource: string;
  conf: Record<string, string>;
  /** Addresses by the property that lists them; what the conf of job or profile has in it comes first. */
  lists?: Record<string, string[]>;
  /** Whether what it leaves in its folder for outputs is brought home. */
  keepsOutputs?: true;
  /** Why it writes no event log where other runs do. */
  withoutEventLog?: string;
}

/** The properties that a job and its profile ask for; those of the profile hold. */
export const confOf = ({ conf }: Pick<SparkJob, 'conf'>, profile: Pick<Profile, 'spark'>): Record<string, string> => ({
  ...conf,
  ...profile.spark.conf,
});
