// Spark's configuration of a run, as cluster mode would write it. Pure.
import type { Profile } from '../profile/schema.ts';
import { elasticProperties } from './elastic.ts';
import type { SparkJob } from './job.ts';
import type { RunNames } from './run-names.ts';
import { storageProperties } from './storage.ts';
import { isTrue } from './values.ts';

/** Overhead for what is not heap: 0.4 of it where Python runs beside the JVM, else 0.1 (Config.MEMORY_OVERHEAD_FACTOR). */
const overheadFactor = (job: SparkJob): string => (job.type === 'python' ? '0.4' : '0.1');

export const isDynamic = (properties: Readonly<Record<string, string>>): boolean =>
  isTrue(properties['spark.dynamicAllocation.enabled']);

/** Executors where nobody says how many. */
export const usualExecutors = 2;

/** How many executors a run asks for at its start: with dynamic allocation the largest of three (Utils.getDynamicAllocationInitialExecutors). */
export function executorCount(properties: Readonly<Record<string, string>>): number {
  const number = (key: string, otherwise: number) => Number(properties[key] ?? otherwise);
  if (!isDynamic(properties)) return number('spark.executor.instances', usualExecutors);
  const least = number('spark.dynamicAllocation.minExecutors', 0);
  return Math.max(
    least,
    number('spark.dynamicAllocation.initialExecutors', least),
    number('spark.executor.instances', 0),
  );
}

/** Where the executor's pod template stands in the driver. */
export const podTemplateFolder = '/opt/spark/pod-template';
export const podTemplateFile = 'pod-spec-template.yml';

/** A driver's client of the API server, in ms: Spark's ten seconds end requests of a machine that is busy or far away. */
export const patientDriver = {
  'spark.kubernetes.driver.requestTimeout': '60000',
  'spark.kubernetes.driver.connectionTimeout': '60000',
};

/** What job and profile ask for; the profile's override the job's. */
export const askedProperties = (job: SparkJob, profile: Profile): Record<string, string> => ({
  ...patientDriver,
  'spark.kubernetes.memoryOverheadFactor': overheadFactor(job),
  ...storageProperties(profile),
  ...elasticProperties(profile, job.conf),
  ...job.conf,
  ...profile.spark.conf,
});

/** Every property of a run. */
export function sparkProperties(
  job: SparkJob,
  profile: Profile,
  image: string,
  names: RunNames,
): Record<string, string> {
  const asked = askedProperties(job, profile);
  return {
    'spark.app.name': job.name,
    ...(isDynamic(asked) ? {} : { 'spark.executor.instances': `${usualExecutors}` }),
    'spark.submit.pyFiles': '',
    ...asked,
    ...lists(job, profile),
    'spark.app.id': names.appId,
    ...(names.submittedAt ? { 'spark.app.submitTime': String(names.submittedAt) } : {}),
    // The driver goes to spark.kubernetes.driver.master, the cluster's own name for its API; this one only has to be there.
    'spark.master': 'k8s://https://kubernetes.default.svc',
    'spark.submit.deployMode': 'cluster',
    'spark.driver.host': `${names.service}.${profile.namespace}.svc`,
    'spark.driver.port': '7078',
    'spark.driver.blockManager.port': '7079',
    'spark.kubernetes.namespace': profile.namespace,
    'spark.kubernetes.container.image': image,
    'spark.kubernetes.authenticate.driver.serviceAccountName': profile.serviceAccounts.driver,
    'spark.kubernetes.authenticate.executor.serviceAccountName': profile.serviceAccounts.executor,
    'spark.kubernetes.driver.pod.name': names.driverPod,
    'spark.kubernetes.executor.podNamePrefix': names.id,
    'spark.kubernetes.executor.podTemplateFile': `${podTemplateFolder}/${podTemplateFile}`,
    'spark.kubernetes.resource.type': job.type,
    'spark.kubernetes.submitInDriver': 'true',
  };
}

/** Properties that are lists: what job or profile set themselves, then what the job brings. */
function lists(job: SparkJob, profile: Profile): Record<string, string> {
  const brought = { ...job.lists };
  if (job.type === 'java') brought['spark.jars'] = [...(brought['spark.jars'] ?? []), job.resource];
  return Object.fromEntries(
    Object.entries(brought).map(([key, addresses]) => {
      const others = (profile.spark.conf[key] ?? job.conf[key] ?? '').split(',').filter(Boolean);
      return [key, [...new Set([...others, ...addresses])].join(',')];
    }),
  );
}

/** The text of a Java properties file, sorted by key: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html */
export function propertiesText(properties: Record<string, string>, comment: string): string {
  const lines = Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${escaped(key).replaceAll(' ', '\\ ')}=${escaped(value).replace(/^ /, '\\ ')}`);
  return `#${comment}\n${lines.join('\n')}\n`;
}

const escapes: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' };

const escaped = (text: string): string =>
  text
    .replaceAll(/[\\=:#!]/g, '\\$&')
    .replaceAll(/[\t\n\r\f]/g, (control) => escapes[control] ?? '')
    .replaceAll(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
