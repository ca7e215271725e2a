// ui: shows a run's web pages on this machine, from its driver or from the history server.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './core/failure.ts';
import { runningPod } from './kube/forward.ts';
import type { ForwardTarget, Kube } from './kube/types.ts';
import type { RunRecord } from './record/run-folder.ts';
import { keptProperty, runFolder } from './record/run-folder.ts';
import { neededRun, runProblems } from './runs/find.ts';
import { getDriver } from './runs/start.ts';
import { commandFor, findCluster, kubeOf } from './runs/whereabouts.ts';
import { historyName, historyPort, historySelector } from './spark/event-log.ts';
import { isRunning, terminated } from './spark/pod.ts';
import { isTrue } from './spark/values.ts';
import type { Task } from './steps/task.ts';
import type { Context } from './steps/types.ts';

/** Port that Spark's own pages have, and that is tried first here. */
const usualPort = 4040;
const lookMs = 1_500;

export const ui: Task = {
  cluster: 'optional',
  plan: ({ context: { profile }, words: [word] }) => ({
    problems: runProblems(profile, word),
    steps: [
      {
        title: "Show the run's web pages",
        observes: true,
        run: async (context, out) => {
          const run = neededRun(word);
          const found = await findCluster(context, run);
          if (found.state === 'gone') throw withoutPages(run, found.why);
          await show(context, run, out.line);
        },
      },
    ],
  }),
};

/** The Failure of a run whose cluster is gone. */
const withoutPages = (run: RunRecord, why: string): Failure =>
  new Failure(`${why}: run ${run.id} no longer has pages`, {
    hint: `read the log kept on this machine: firesteel logs ${run.id}`,
  });

/** Where a run's pages can be had: `coming` may be soon, `nowhere` is for good. */
type Place = 'driver' | 'history' | 'coming' | 'nowhere';

/** Looks where a run's pages are now; `hasLog` is whether its event log was kept. */
export async function findPlace(kube: Kube, run: RunRecord, hasLog: boolean): Promise<Place> {
  const driver = await getDriver(kube, run);
  if (driver && isRunning(driver)) return 'driver';
  if (driver && !terminated(driver) && !['Succeeded', 'Failed'].includes(driver.status?.phase ?? '')) return 'coming';
  if (!hasLog) return 'nowhere';
  const { namespace } = run;
  const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: historySelector });
  if (runningPod(pods)) return 'history';
  const server = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: historyName });
  return server ? 'coming' : 'nowhere';
}

/** Forwards until Ctrl-C, which is its good end, or until there is nothing left to show. */
async function show(context: Context, run: RunRecord, print: (line: string) => void): Promise<void> {
  const { signal } = context;
  const kube = kubeOf(context, run);
  const folder = runFolder(run.id);
  const hasLog = isTrue(keptProperty(folder, 'spark.eventLog.enabled'));
  const { namespace } = run;
  const targets: ForwardTarget[] = [
    { namespace, pod: run.driverPod, port: Number(keptProperty(folder, 'spark.ui.port') ?? usualPort) },
    ...(hasLog ? [{ namespace, selector: historySelector, port: historyPort }] : []),
  ];
  const first = await findPlace(kube, run, hasLog);
  if (first === 'nowhere')
    throw new Failure(
      `run ${run.id} has ended, and ${hasLog ? 'no history server is running' : 'it left no event log'}`,
      {
        hint: hasLog
          ? `start one: ${commandFor(run, 'history up')}`
          : (run.withoutEventLog ?? `keep the event logs of later runs: ${commandFor(run, 'history up')}`),
      },
    );

  const ending = new AbortController();
  // On a terminal each line takes the place of the one before, so every one tells the address; last, so that it can be
  // clicked and copied.
  let address = '';
  const tell = (text: string, path = '') => print(address ? `${text}: ${address}${path}` : text);
  const forward = await kube.forward(targets, {
    localPort: usualPort,
    signal: AbortSignal.any([signal, ending.signal]),
    onTrouble: (why) => tell(why),
  });
  address = `http://${forward.address}`;
  if (forward.port !== usualPort) tell(`port ${usualPort} is in use on this machine`);

  let place: Place | undefined;
  while (!signal.aborted) {
    // A cluster that does not answer now may do so again, unless it is gone.
    const next = await findPlace(kube, run, hasLog).catch(async (error: Error) => {
      if (signal.aborted) return place;
      const found = await findCluster(context, run);
      if (found.state === 'gone') throw withoutPages(run, found.why);
      tell(error.message);
      return undefined;
    });
    if (next !== place && next && !signal.aborted) tell(...announcement(next, run));
    place = next;
    if (place === 'nowhere') break;
    await sleep(lookMs, undefined, { signal }).catch(() => {});
  }
  ending.abort();
  await forward.closed;
}

/** What is said of a place, and the path of its page. */
function announcement(place: Place, { id, appId }: RunRecord): [text: string, path?: string] {
  if (place === 'driver') return [`${id} at its driver, until Ctrl-C`];
  if (place === 'history') return [`${id} from the history server, until Ctrl-C`, `/history/${appId}/jobs/`];
  return [place === 'coming' ? 'waiting for the driver or the history server' : `${id} has ended`];
}
