// The objects of pi, submitted under a name.
import { readJob } from '../../tasks/jobs/job.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { runNames } from '../../tasks/spark/run-names.ts';
import type { RunObjects } from '../../tasks/submission/run-objects.ts';
import { runObjects } from '../../tasks/submission/run-objects.ts';

export function namedPi(namespace: string, name: string, args: string[] = [], conf = {}): RunObjects {
  const profile = {
    ...profileSchema.parse({ namespace, spark: { conf } }),
    name: 'local',
    clusterName: 'local',
  };
  return runObjects({
    job: readJob(['pi', ...args]),
    profile,
    image: 'spark:4.3.0-x',
    names: runNames(name),
    user: 'me',
  });
}
