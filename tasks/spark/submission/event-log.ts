// Event logs of runs: where they are, when runs write them, and how they are found again. Pure but for one look.
import type { Profile } from '../../lib/schema.ts';
import type { Kube } from '../../lib/types.ts';
import type { Job } from '../job/job.ts';
import { ownVolumes } from './volumes.ts';

/** Name of the claim, the history server and its service. */
export const historyName = 'spark-history';

/** Finds the history server's pods. */
export const historySelector = `app.kubernetes.io/name=${historyName}`;

/** Where the claim is mounted, in drivers and in the history server. */
export const eventFolder = '/opt/spark/events';

/** Port of the history server's pages, Spark's own. */
export const historyPort = 18080;

const volume = `spark.kubernetes.driver.volumes.persistentVolumeClaim.${ownVolumes.history}`;

const eventLogConf = {
  'spark.eventLog.enabled': 'true',
  'spark.eventLog.dir': `file://${eventFolder}`,
  [`${volume}.mount.path`]: eventFolder,
  [`${volume}.options.claimName`]: historyName,
};

/** Whether the job or its profile has settings of its own about event logs, which then hold alone. */
const hasOwn = (job: Job, profile: Profile): boolean =>
  [job.conf, profile.spark.conf].some((conf) => Object.keys(conf).some((key) => key.startsWith('spark.eventLog.')));

/** The job, writing its event log onto the namespace's history claim. */
export const withEventLog = (job: Job, profile: Profile): Job =>
  hasOwn(job, profile) ? job : { ...job, conf: { ...eventLogConf, ...job.conf } };

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
