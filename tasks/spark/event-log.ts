// Event logs of runs: their path, when runs write them, and how they are found. Pure but for one look.
import type { Kube } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { confOf, type SparkJob } from './job.ts';
import { isTrue } from './values.ts';
import { ownVolumes } from './volumes.ts';

/** Name of the claim, the history server and its service. */
export const historyName = 'spark-history';

/** Finds the history server's pods. */
export const historySelector = `app.kubernetes.io/name=${historyName}`;

/** Where the claim is mounted, in drivers and in the history server. */
export const eventFolder = '/opt/spark/events';

/** Port of the history server's pages, Spark's own. */
export const historyPort = 18080;

/** Spark's own jars, as a class path names them. */
const sparkJars = '/opt/spark/jars/*';

const volume = `spark.kubernetes.driver.volumes.persistentVolumeClaim.${ownVolumes.history}`;

const eventLogConf = {
  'spark.eventLog.enabled': 'true',
  'spark.eventLog.dir': `file://${eventFolder}`,
  [`${volume}.mount.path`]: eventFolder,
  [`${volume}.options.claimName`]: historyName,
};

/**
 * The job, writing its event log onto the namespace's history claim. Whether and where it writes one, the job or its
 * profile may say; how it does is left to them. A job with jars before Spark's own writes none, and says why.
 */
export function withEventLog<Job extends SparkJob>(job: Job, profile: Profile): Job {
  const asked = confOf(job, profile);
  const { 'spark.eventLog.enabled': enabled, 'spark.eventLog.dir': folder } = asked;
  const isAskedFor = isTrue(enabled) && folder === undefined;
  if ((enabled !== undefined || folder !== undefined) && !isAskedFor) return job;
  const jars = jarsBeforeSpark(asked['spark.driver.extraClassPath']);
  if (!isAskedFor && jars) return { ...job, withoutEventLog: hindrance(jars) };
  return { ...job, conf: { ...eventLogConf, ...job.conf } };
}

/** What of a driver's class path goes before Spark's own jars and may hold older classes that writing an event log needs. */
const jarsBeforeSpark = (classPath = ''): string | undefined => {
  const entries = classPath.split(':').filter(Boolean);
  const own = entries.indexOf(sparkJars);
  return entries.slice(0, own < 0 ? undefined : own).find((entry) => /\.jar$|\*$/.test(entry));
};

const hindrance = (jars: string): string =>
  `spark.driver.extraClassPath puts ${jars} before Spark's jars, and event logs need Spark's own Jackson; ` +
  `begin the class path with ${sparkJars}, or set spark.eventLog.enabled: true`;

/** The claim that `history up` makes and that runs find: without it nothing is logged. */
export const historyClaim = ({ namespace }: Profile) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  name: historyName,
  namespace,
});

/** Whether runs in this namespace keep their event logs. Who may not look at claims has none. */
export const hasHistory = async (kube: Kube, profile: Profile): Promise<boolean> =>
  (await kube.get(historyClaim(profile)).catch(() => undefined)) !== undefined;
