// The folder of one run, which outlives its pods and is readable only for its user.
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../core/files/changes.ts';
import { dataPath } from '../core/paths.ts';
import { isSecret } from '../core/secret-names.ts';
import type { FileContent } from '../core/types.ts';
import { toYaml } from '../core/yaml.ts';
import type { ResultPatterns } from '../jobs/result.ts';
import type { KubeSource, Manifest } from '../kube/types.ts';
import { propertiesText } from '../spark/conf.ts';
import type { KubeEvent, Pod } from '../spark/pod.ts';
import { logPath } from './kept-log.ts';

/** run.json. */
export interface RunRecord {
  id: string;
  appId: string;
  job: string;
  args: string[];
  profile: string;
  /** The profile's clusterName. */
  cluster?: string;
  /** Where its API was found. */
  kubeconfig?: KubeSource;
  /** Tells the very cluster from others of that name: uid of its namespace kube-system, else of the run's own. */
  clusterUid?: string;
  namespace: string;
  driverPod: string;
  image: string;
  /** Executors requested at the start. */
  executors: number;
  /** What its pods request, and what that was chosen from. */
  sizes?: string;
  /** ISO 8601, when it was submitted. */
  startedAt: string;
  /** When it ended, or when its driver was found to be no more; none while it may continue. */
  finishedAt?: string;
  /** When it was ended by `kill`. */
  killedAt?: string;
  exitCode?: number;
  /** How its results are found in the driver's log, as its job.yaml says. */
  resultPatterns?: ResultPatterns;
  /** What was found, by label. */
  results?: Record<string, string>;
  /** Whether its outputs are to be fetched, and how many files they were once they are. */
  keepsOutputs?: true;
  outputs?: number;
  /** Outputs that were not fetched, because their names are not UTF-8. */
  outputsLeftOut?: string[];
  /** Why it writes no event log where other runs do. */
  withoutEventLog?: string;
  /** What is known of a failure. */
  cause?: string;
  /** Names of logs of which the ends may still be in the cluster. */
  unread?: string[] | undefined;
  /** The hash of all that the run is, where the user named it. */
  content?: string;
}

/** Where a run's files are; every run's folder without an id. */
export const runFolder = (...id: string[]): string => dataPath('runs', ...id);

const mode = 0o600;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What is kept of the objects that a run was submitted with. */
interface Submitted {
  pod: Manifest;
  beside: readonly Manifest[];
  properties: Record<string, string>;
}

/** The files that describe a run before it starts. */
export function newRunFiles(
  folder: string,
  record: RunRecord,
  request: { names: { id: string } },
  objects: Submitted,
): FileContent[] {
  const manifests = [objects.pod, ...objects.beside].map(withoutSecrets);
  return [
    { path: join(folder, 'run.json'), content: json(record), mode },
    {
      path: join(folder, 'spark.properties'),
      content: propertiesText(shownProperties(objects.properties), `${request.names.id}`),
      mode,
    },
    { path: join(folder, 'manifests.yaml'), content: manifests.map(toYaml).join('---\n'), mode },
  ];
}

/** Properties for people to read: those that look secret have their values hidden. */
export const shownProperties = (properties: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, isSecret(key, value) ? hidden : value]));

const hidden = '(hidden)';

/** An object for keeping: without the API server's book-keeping, secret environment values hidden. */
export function withoutSecrets<T extends Manifest>(manifest: T): T {
  const { managedFields: _, ...metadata } = manifest.metadata as T['metadata'] & { managedFields?: unknown };
  const hide = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== 'object' || value === null) return value;
    const entry = value as { name?: unknown; value?: unknown };
    const { name, value: text } = entry;
    const shown =
      typeof name === 'string' && typeof text === 'string' && isSecret(name, text)
        ? { ...entry, value: hidden }
        : entry;
    return Object.fromEntries(Object.entries(shown).map(([key, inner]) => [key, hide(inner)]));
  };
  return { ...(hide({ ...manifest, metadata: {} }) as T), metadata };
}

/** A property of a run as it was submitted, where it is one word; undefined if it has none. */
export function keptProperty(folder: string, key: string): string | undefined {
  const path = join(folder, 'spark.properties');
  return existsSync(path) ? propertyIn(readFileSync(path, 'utf8'), key) : undefined;
}

/** The same of the text of such a file. */
export const propertyIn = (text: string, key: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1);

/** What a JSON file of a run's folder holds; undefined if it is not there or damaged. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** run.json; undefined if there is no such run, or its file is damaged. */
export function readRun(folder: string): RunRecord | undefined {
  const record = readJson<Partial<RunRecord>>(join(folder, 'run.json'));
  return record?.id && record.startedAt ? (record as RunRecord) : undefined;
}

const folders = (): string[] => (existsSync(runFolder()) ? readdirSync(runFolder()) : []);

/** All runs, the newest first. */
export const readRuns = (): RunRecord[] =>
  folders()
    .flatMap((id) => readRun(runFolder(id)) ?? [])
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));

/** Names of the folders of runs whose run.json is missing or damaged. */
export const damagedRuns = (): string[] => folders().filter((id) => !readRun(runFolder(id)));

/** Where a folder's files go when another run of that name begins. */
const earlier = 'earlier';

/** Puts what was kept of a run into a folder within its own, for a new run of the same name. */
export function putAside(folder: string): void {
  const aside = join(folder, earlier, `${Date.now()}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) if (name !== earlier) renameSync(join(folder, name), join(aside, name));
}

/** Whether a run's folder is still its own: once it has ended, another run may take its name. */
export const isStill = (folder: string, { startedAt }: RunRecord): boolean => readRun(folder)?.startedAt === startedAt;

/** Changes run.json; undefined removes a key. */
export async function updateRun(folder: string, change: Partial<RunRecord>): Promise<void> {
  const record = readRun(folder);
  if (record) await writeFiles([{ path: join(folder, 'run.json'), content: json({ ...record, ...change }), mode }]);
}

/** The last states of a run's pods that were kept. */
export function keptPods(folder: string): Pod[] {
  const pods = join(folder, 'pods');
  const files = existsSync(pods) ? readdirSync(pods).filter((file) => file.endsWith('.json')) : [];
  return files.flatMap((file) => readJson<Pod>(join(pods, file)) ?? []);
}

/** The events of a run that were kept. */
export const keptEvents = (folder: string): KubeEvent[] => readJson<KubeEvent[]>(join(folder, 'events.json')) ?? [];

/** Keeps the last seen state of these pods of a run, and its events in the order they happened, beside earlier ones. */
export async function keepObjects(folder: string, pods: Iterable<Pod>, seen: Iterable<KubeEvent>): Promise<void> {
  const events = new Map([...keptEvents(folder), ...seen].map((event) => [event.metadata.name, event]));
  const sorted = [...events.values()].map(withoutSecrets).sort((a, b) => time(a).localeCompare(time(b)));
  await writeFiles([
    { path: join(folder, 'events.json'), content: json(sorted), mode },
    ...[...pods].map((pod) => ({
      path: join(folder, 'pods', `${pod.metadata.name}.json`),
      content: json(withoutSecrets(pod)),
      mode,
    })),
  ]);
}

const time = (event: KubeEvent): string =>
  event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';

/** How much of a log is looked at, in bytes: its end. */
const mostRead = 64 * 1024 * 1024;

/** The lines of one of the run's logs as text, the last ones of a very long one; none if there is no such log. */
export const readLog = (folder: string, name: string): string[] => endOfLog(folder, name, mostRead).lines;

/** The last lines of one of the run's logs; fewer where they are very long. */
export function lastLines(folder: string, name: string, count: number): string[] {
  for (let bytes = 64 * 1024; ; bytes *= 16) {
    const { lines, isWhole } = endOfLog(folder, name, Math.min(bytes, mostRead));
    // The first one may have begun before what was read.
    if (isWhole || lines.length > count || bytes >= mostRead) return lines.slice(-count);
  }
}

function endOfLog(folder: string, name: string, most: number): { lines: string[]; isWhole: boolean } {
  const path = logPath(folder, name);
  if (!existsSync(path)) return { lines: [], isWhole: true };
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, most));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString().split('\n');
    return { lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines, isWhole: size <= most };
  } finally {
    closeSync(file);
  }
}

/** The names of the run's logs, the driver's first. */
export const logNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => name.slice(0, -4))
    .sort((a, b) => Number(b === 'driver') - Number(a === 'driver') || a.localeCompare(b, 'en', { numeric: true }));
