// Runs a job on a standalone cluster, with a driver pod in client mode.
import type { Job } from '../jobs/job.ts';
import type { JobPlan } from '../jobs/plan.ts';
import type { Profile } from '../profile/schema.ts';
import { sparkProperties } from '../spark/conf.ts';
import { ownVolumes } from '../spark/volumes.ts';
import type { RunRequest } from '../submission/driver.ts';
import type { Engine } from '../submission/engines/engine.ts';
import { engineNamed } from '../submission/engines/engine.ts';
import { type RunObjects, runObjects } from '../submission/run-objects.ts';
import { applicationDefaults, memberProperties } from './conf.ts';
import { partLabel } from './names.ts';
import { secretEnv } from './objects.ts';

/** Properties of a run that say how Kubernetes is to make executors: here workers do. Those of the driver's pod stay. */
const isForeign = (key: string): boolean =>
  /^spark\.(kubernetes\.(executor|allocation|authenticate|submitInDriver)\b|executor\.instances$)/.test(key);

/** Of a run, what the job and profile ask for, and the master in place of the API server. */
function standaloneProperties(request: RunRequest): Record<string, string> {
  const { job, profile, image, names } = request;
  const properties = {
    ...applicationDefaults(profile),
    ...sparkProperties(job, profile, image, names),
    ...memberProperties(profile),
    'spark.submit.deployMode': 'client',
  };
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !isForeign(key)));
}

/** A run's objects, its driver a member of the standalone cluster. */
export function standaloneObjects(request: RunRequest): RunObjects {
  const properties = standaloneProperties(request);
  // Workers start executors as processes: no pod changes their variables.
  const objects = runObjects(request, properties, properties);
  const { pod } = objects;
  const [driver, ...beside] = pod.spec.containers;
  return {
    ...objects,
    pod: {
      ...pod,
      metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, [partLabel]: 'driver' } },
      spec: {
        ...pod.spec,
        // Nothing in it asks the API server.
        automountServiceAccountToken: false,
        containers: [{ ...driver, name: driver?.name ?? '', env: [...(driver?.env ?? []), secretEnv] }, ...beside],
      },
    },
  };
}

const native = engineNamed();

/** What of a job executors in separate pods would find in their image or volumes, in words. */
const broughtBy = ({ conf, layer, volumes, modules }: Job): string[] =>
  [
    layer?.pip.length && 'Python packages',
    layer?.maven.length && 'Maven packages',
    layer?.files.length && 'more than 1 MiB of files',
    modules?.length && 'folders of modules',
    volumes && 'claims',
    Object.keys(conf).some((key) => /^spark\.kubernetes\.executor\.secret(s|KeyRef)\./.test(key)) && 'secrets',
  ].filter((one) => typeof one === 'string');

/** Workers run already, with the Spark image and no volume of a job: they have data of that image, and of a storage. */
export function dataProblems(
  asked: Job,
  { job, hostFolder, put }: JobPlan,
  word = 'the data of its job.yaml',
): string[] {
  const isBrought = (job.layer?.files.length ?? 0) > (asked.layer?.files.length ?? 0);
  const isMounted = Object.keys(job.conf).some((key) =>
    key.includes(`.volumes.persistentVolumeClaim.${ownVolumes.data}.`),
  );
  return isBrought || isMounted || hostFolder !== undefined || put?.claim !== undefined
    ? [
        `job ${job.name}: workers run already, so they cannot have ${word}: put it into the storage, as --data storage:PATH, or run the job with firesteel submit`,
      ]
    : [];
}

/** Workers run one version of Spark: `base` is the profile without the job. */
export const versionProblems = ({ name }: Job, profile: Profile, base: Profile): string[] =>
  profile.spark.version === base.spark.version
    ? []
    : [
        `job ${name} runs on Spark ${profile.spark.version}, and the workers have ${base.spark.version}: run the job with firesteel submit; ` +
          `for workers with ${profile.spark.version}, add --set spark.version=${profile.spark.version}`,
      ];

/** How runs come onto a standalone cluster: as drivers do by themselves, but for who makes the executors. */
export const standaloneEngine: Engine = {
  ...native,
  problems: (job, profile, name) => [
    ...native.problems(job, profile, name),
    ...(broughtBy(job).length > 0
      ? [`job ${job.name} brings ${broughtBy(job).join(', ')}, which workers lack: run the job with firesteel submit`]
      : []),
  ],
  objects: standaloneObjects,
};

/** The profile as sizes are chosen by: executors run in workers that are there. */
export const withoutExecutors = (profile: Profile): Profile => ({
  ...profile,
  dynamicAllocation: { ...profile.dynamicAllocation, enabled: false },
  spark: { ...profile.spark, conf: { ...profile.spark.conf, 'spark.executor.instances': '0' } },
});
