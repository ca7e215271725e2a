// Keeps what a cluster can still tell of a run: specs, events and logs, without spoiling what a follower has written.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFiles } from '../lib/files.ts';
import type { Kube } from '../lib/types.ts';
import { keptEvidence } from './evidence.ts';
import type { KubeEvent, Pod } from './pod.ts';
import { appLabel, driverContainer, executorContainer, isDriver, isRunning, podLogName, terminated } from './pod.ts';
import type { RunRecord } from './run-folder.ts';
import { keepObjects, readLog, runFolder } from './run-folder.ts';

/** The lines of logs, by their names in the run's folder. */
export type Logs = Map<string, string[]>;

/** Who follows the run writes these very lines, a little later than they can be read, in ms. */
const followerLag = 300;

/** The pods of a run that are in the cluster now. */
export const podsOf = async (kube: Kube, { namespace, appId }: RunRecord): Promise<Pod[]> =>
  (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: `${appLabel}=${appId}` })) as Pod[];

/** Keeps the specs and events of a run beside those that were kept before; answers its pods. */
export async function keepSeen(kube: Kube, run: RunRecord): Promise<Pod[]> {
  const folder = runFolder(run.id);
  const { namespace } = run;
  const [pods, seen] = await Promise.all([
    podsOf(kube, run),
    // Events help people; a run can be ended without them.
    kube.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []) as Promise<KubeEvent[]>,
  ]);
  const events = [
    ...keptEvidence(folder, run).events,
    ...seen.filter(({ involvedObject }) => involvedObject.name?.startsWith(`${run.id}-`)),
  ];
  await keepObjects(folder, pods, new Map(events.map((event) => [event.metadata.name, event])).values());
  return pods;
}

/**
 * Reads the logs of those pods that have started into `logs`, anew; with a signal it goes on until they end or the
 * signal does. What cannot be read ends there.
 */
export async function readLogs(kube: Kube, pods: Pod[], logs: Logs, signal?: AbortSignal): Promise<void> {
  const read = async (pod: Pod) => {
    const { name, namespace = '' } = pod.metadata;
    const container = isDriver(pod) ? driverContainer : executorContainer;
    const lines: string[] = [];
    logs.set(podLogName(pod), lines);
    try {
      const options = { container, ...(signal ? { follow: true, signal } : {}) };
      for await (const line of kube.logs({ name, namespace }, options)) lines.push(line);
    } catch {
      // A pod can go while it is read.
    }
  };
  await Promise.all(pods.filter((pod) => isRunning(pod) || terminated(pod)).map(read));
}

/** Keeps logs in the run's folder, where they tell more than those that are there. */
export async function keepLogs(folder: string, logs: Logs): Promise<void> {
  await sleep(followerLag);
  const longer = [...logs].filter(([name, lines]) => lines.length > readLog(folder, name).length);
  await writeFiles(
    longer.map(([name, lines]) => ({
      path: join(folder, `${name}.log`),
      content: `${lines.join('\n')}\n`,
      mode: 0o600,
    })),
  );
}
