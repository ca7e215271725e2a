// ui: a run's web pages on this machine, from its driver while it runs and from the history server afterwards.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './lib/failure.ts';
import { runningPod } from './lib/kube-forward.ts';
import type { ForwardTarget, Kube, Task } from './lib/types.ts';
import { isRunning, terminated } from './spark/pod.ts';
import { neededRun } from './spark/run/find-run.ts';
import type { RunRecord } from './spark/run/run-folder.ts';
import { keptProperty, runFolder } from './spark/run/run-folder.ts';
import { getDriver } from './spark/run/start.ts';
import { historyName, historyPort, historySelector } from './spark/submission/event-log.ts';

/** Port that Spark's own pages have, and that is tried first here. */
const usualPort = 4040;
const lookMs = 1_500;

export const ui: Task = {
  asIs: true,
  withoutTools: true,
  steps: (_profile, _cluster, [word]) => [
    {
      title: 'Show the web pages',
      observes: true,
      run: async ({ kube, profile, signal }, out) => {
        const run = neededRun(word);
        if (run.profile !== profile.name)
          throw new Failure(`run ${run.id} belongs to profile ${run.profile}`, {
            hint: `add --profile ${run.profile}`,
          });
        await show(kube, run, signal, out.line);
      },
    },
  ],
};

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
async function show(kube: Kube, run: RunRecord, signal: AbortSignal, print: (line: string) => void): Promise<void> {
  const folder = runFolder(run.id);
  const hasLog = keptProperty(folder, 'spark.eventLog.enabled') === 'true';
  const { namespace } = run;
  const targets: ForwardTarget[] = [
    { namespace, pod: run.driverPod, port: Number(keptProperty(folder, 'spark.ui.port') ?? usualPort) },
    ...(hasLog ? [{ namespace, selector: historySelector, port: historyPort }] : []),
  ];
  const first = await findPlace(kube, run, hasLog);
  if (first === 'nowhere')
    throw new Failure(`run ${run.id} has ended, and ${hasLog ? 'no history server runs' : 'it left no event log'}`, {
      hint: hasLog
        ? 'start one: firesteel history up'
        : (run.withoutEventLog ?? 'keep those of later runs: firesteel history up'),
    });

  const ending = new AbortController();
  // On a terminal each line takes the place of the one before, so every one tells the address.
  let address = '';
  const tell = (text: string) => print(`${address}: ${text}`);
  const forward = await kube.forward(targets, {
    localPort: usualPort,
    signal: AbortSignal.any([signal, ending.signal]),
    onTrouble: (why) => tell(why),
  });
  address = `http://${forward.address}`;
  if (forward.port !== usualPort) tell(`port ${usualPort} is taken here`);

  let place: Place | undefined;
  while (!signal.aborted) {
    // A cluster that does not answer now may do so again.
    const next = await findPlace(kube, run, hasLog).catch((error: Error) => {
      if (!signal.aborted) tell(error.message);
      return place;
    });
    if (next !== place && next && !signal.aborted) tell(told(next, run, address));
    place = next;
    if (place === 'nowhere') break;
    await sleep(lookMs, undefined, { signal }).catch(() => {});
  }
  ending.abort();
  await forward.closed;
}

function told(place: Place, run: RunRecord, address: string): string {
  if (place === 'driver') return `${run.id} at its driver; Ctrl-C ends this`;
  if (place === 'history')
    return `now from the history server, ${address}/history/${run.appId}/jobs/; Ctrl-C ends this`;
  return place === 'coming' ? 'waiting for the driver or the history server' : `${run.id} has ended`;
}
