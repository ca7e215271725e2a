// The names of one run, all derived from its id.
import { createHash, randomBytes } from 'node:crypto';

/** Executor pods are `<id>-exec-<n>` and must fit in 63 characters, so Spark takes prefixes of at most 47. */
const longestId = 47;

const suffixLength = 16;

/** Hexadecimal digits of a time in ms, of which Spark keeps 40 bits: they began again in 2004 and will in 2039. */
const timeLength = 10;

/** Names of the objects of one run; `id` is Spark's resource name prefix. */
export interface RunNames {
  id: string;
  /** spark.app.id, as `spark-<32 hex>`. */
  appId: string;
  driverPod: string;
  service: string;
  confMap: string;
  podTemplateMap: string;
  jobMap: string;
  networkPolicy: string;
  /** The driver's scratch folder, SPARK_LOCAL_DIRS. */
  localDir: string;
  /** When the id was made, in ms since 1970: spark.app.submitTime. An id that someone chose does not tell. */
  submittedAt?: number;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * A name Kubernetes takes (RFC 1123 label that begins with a letter, at most 30 characters) for any job name; the same
 * one for the same name. What cannot be kept but tells names apart leaves six digits of its hash.
 */
export function safeName(name: string): string {
  const longest = longestId - suffixLength - 1;
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  const ascii = plain.replaceAll(/[^a-z0-9-]/g, '');
  const kept = ascii
    .replaceAll(/-+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .replace(/^(?=\d)/, 'x');
  if (ascii === plain && kept.length <= longest) return kept || `job-${sha256(name).slice(0, 6)}`;
  const short = kept.slice(0, longest - 7).replace(/-$/, '');
  return `${short || 'job'}-${sha256(name).slice(0, 6)}`;
}

/** A new run id: the job's name and 16 hexadecimal digits, three random bytes and the time in ms, as Spark makes them. */
export function newRunId(job: string, now = Date.now(), random: Uint8Array = randomBytes(3)): string {
  const time = (now % 2 ** 40).toString(16).padStart(timeLength, '0');
  return `${safeName(job)}-${Buffer.from(random).toString('hex')}${time}`;
}

const madeId = /-[0-9a-f]{16}$/;

/** All names of a run. A second submit with the same id makes the same objects, and so adopts those of the first. */
export function runNames(id: string): RunNames {
  const hash = sha256(id);
  const uuid = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  // 63 is the longest service name; with an id of at most 47 characters Spark's preferred names fit.
  return {
    id,
    appId: `spark-${hash.slice(0, 32)}`,
    driverPod: `${id}-driver`,
    service: `${id}-driver-svc`,
    confMap: `spark-drv-${hash.slice(32, 48)}-conf-map`,
    podTemplateMap: `${id}-driver-podspec-conf-map`,
    jobMap: `${id}-job`,
    networkPolicy: `${id}-policy`,
    localDir: `/var/data/spark-${uuid}`,
    ...(madeId.test(id) ? { submittedAt: 2 ** 40 + Number.parseInt(id.slice(-timeLength), 16) } : {}),
  };
}

/** 47 characters is the longest name of which Spark makes executors' names; a service's begins with a letter. */
const runName = /^[a-z](?:[a-z0-9-]{0,45}[a-z0-9])?$/;

/** What keeps this from being a run's name. */
export const runNameProblems = (name: string | undefined): string[] =>
  name === undefined || runName.test(name)
    ? []
    : [`--name ${name}: expected at most 47 lower-case letters, digits and "-", a letter first, no "-" last`];
