// gc: removes old leftovers of runs and of interrupted work, in the cluster and in the cache.
import { parseAge } from './core/age.ts';
import { cacheEntries, isRoots, oldFiles } from './core/files/cache-expiry.ts';
import { counted } from './core/screen/counted.ts';
import type { Exec } from './core/types.ts';
import type { Manifest } from './kube/types.ts';
import { oldEnvironments } from './notebooks/dev/environment.ts';
import { isSamePlace, placeOf } from './record/place.ts';
import type { RunRecord } from './record/run-folder.ts';
import { readRun, runFolder } from './record/run-folder.ts';
import { keepEnd } from './runs/following/note-end.ts';
import { leftovers, objectsOfRuns, removeAll, runOf } from './runs/leftovers.ts';
import type { Task } from './steps/task.ts';
import type { Context, Step } from './steps/types.ts';

/** How long runs and files are left alone where no age is given. */
const usualAge = '24h';

export interface GcFlags {
  /** Leave the cluster alone. */
  cache?: boolean;
}

export const gcWith = (flags: GcFlags = {}): Task => ({
  cluster: 'optional',
  plan: ({ words: [age = usualAge] }) => {
    const ageMs = parseAge(age);
    if (ageMs === undefined)
      return { problems: [`age "${age}": expected a number followed by s, m, h or d, such as 24h`], steps: [] };
    return { steps: [cleanCache(age, ageMs), ...(flags.cache ? [] : [cleanCluster(age, ageMs)])] };
  },
});

const cleanCache = (age: string, ageMs: number): Step => ({
  title: 'Clean up the cache',
  skip: async ({ read }) =>
    (await oldFilesNow(read, ageMs)).length === 0
      ? `nothing to do: no leftovers in the cache are older than ${age}`
      : false,
  run: async ({ read, run, remove }, out) => {
    const paths = await oldFilesNow(read, ageMs);
    for (const path of paths) await (isRoots(path) ? run(['rm', '-rf', path], { asRoot: true }) : remove(path));
    out.line(shownCount(paths.length, 'file'));
  },
});

const cleanCluster = (age: string, ageMs: number): Step => ({
  title: 'Clean up after runs',
  skip: async (context) => {
    const { state } = await context.cluster.status(context);
    if (state === 'absent') return 'there is no cluster';
    if (state === 'stopped') return 'the cluster is stopped';
    const found = await oldObjects(context, ageMs);
    return found.length === 0 ? `nothing to do: no run has leftovers older than ${age}` : false;
  },
  run: async (context, out) => {
    const found = await oldObjects(context, ageMs);
    for (const run of await runsToKeep(context, found)) {
      out.line(`keeping ${run.id}`);
      await context.change(`keep logs and specs of ${run.id} in ${runFolder(run.id)}`, () =>
        keepEnd(context.kube, run),
      );
    }
    await removeAll(context.kube, found);
    out.line(shownCount(found.length, 'object'));
  },
});

const oldFilesNow = async (read: Exec, ageMs: number): Promise<string[]> => [
  ...oldFiles(cacheEntries(), ageMs, Date.now()),
  ...(await oldEnvironments(read, ageMs)),
];

const oldObjects = async ({ kube, profile }: Context, ageMs: number): Promise<Manifest[]> =>
  leftovers(await objectsOfRuns(kube, profile.namespace), ageMs, Date.now());

/** Runs of this machine that end here, and that nobody followed to their ends: the only copies of their logs go. */
async function runsToKeep(context: Context, objects: Manifest[]): Promise<RunRecord[]> {
  const here = await placeOf(context);
  const runs = [...new Set(objects.map(runOf))].flatMap((id) => readRun(runFolder(id)) ?? []);
  return runs.filter((run) => run.exitCode === undefined && isSamePlace(run, here));
}

const shownCount = (count: number, noun: string): string => `${counted(count, noun)} removed`;
