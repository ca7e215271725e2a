// The objects of pi, submitted under a name.
import { profileSchema } from '../../tasks/lib/schema.ts';
import { readJob } from '../../tasks/spark/job/job.ts';
import { runNames } from '../../tasks/spark/submission/names.ts';
import type { RunObjects } from '../../tasks/spark/submission/run-objects.ts';
import { runObjects } from '../../tasks/spark/submission/run-objects.ts';

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
