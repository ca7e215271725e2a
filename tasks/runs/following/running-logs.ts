// Keeps the logs of an active run, each until the end of its container.
import { untilQuiet } from '../../core/wait.ts';
import type { Kube } from '../../kube/types.ts';
import type { Pod } from '../../spark/pod.ts';
import { podLogName, sparkStatus } from '../../spark/pod.ts';
import { keptAsRead } from '../keep.ts';

/**
 * How long the reading of a log may be silent behind the end of its container until it is given up, in ms: longer than a
 * dead connection takes to be made again.
 */
const logLag = 180_000;
/** How long executors that continue behind the end of the driver are listened to: silence, and all in all, in ms. */
const straggler = { quietMs: 5_000, mostMs: 60_000 };

interface Reading {
  pod: string;
  log: string;
  done: Promise<void>;
}

export interface RunningLogs {
  /** Begins to keep the log of a pod's container, unless that is begun. */
  begin(pod: Pod): void;
  /** Waits for the ends of logs; returns those that were not read to their ends. `isOver` says whether a pod's container has ended. */
  lastWords(isOver: (pod: string) => boolean, signal: AbortSignal): Promise<string[]>;
}

/** What is done with a log: its lines are shown, or that it cannot be read. */
interface Listener {
  folder: string;
  signal: AbortSignal;
  /** Whether what was kept of it before is shown, too. */
  isWhole: (pod: Pod) => boolean;
  onLines: (pod: Pod, lines: Buffer) => void;
  onTrouble: (pod: Pod, error: Error) => void;
}

export function createRunningLogs(kube: Kube, listener: Listener): RunningLogs {
  const { folder, signal, isWhole, onLines, onTrouble } = listener;
  /** The container of each pod whose log was begun. */
  const containers = new Map<string, string>();
  const reading = new Set<Reading>();
  let heardAt = 0;

  const keep = async (pod: Pod): Promise<void> => {
    try {
      for await (const lines of keptAsRead(kube, pod, folder, { follow: signal, whole: isWhole(pod) })) {
        heardAt = performance.now();
        onLines(pod, lines);
      }
    } catch (error) {
      if (!signal.aborted) onTrouble(pod, error as Error);
    }
  };

  return {
    begin(pod) {
      const { name } = pod.metadata;
      const { containerID = containers.get(name) ?? '' } = sparkStatus(pod) ?? {};
      if (containers.get(name) === containerID) return;
      containers.set(name, containerID);
      const one: Reading = { pod: name, log: podLogName(pod), done: Promise.resolve() };
      reading.add(one);
      one.done = keep(pod).finally(() => reading.delete(one));
    },
    async lastWords(isOver, own) {
      const ends = (wanted: (one: Reading) => boolean) =>
        Promise.all([...reading].filter(wanted).map(({ done }) => done));
      const quiet = { heardAt: () => heardAt };
      await untilQuiet(
        ends(({ pod }) => isOver(pod)),
        { ...quiet, quietMs: logLag, signal: own },
      );
      const most = AbortSignal.any([own, AbortSignal.timeout(straggler.mostMs)]);
      await untilQuiet(
        ends(() => true),
        { ...quiet, quietMs: straggler.quietMs, signal: most },
      );
      return [...reading].filter(({ pod }) => isOver(pod)).map(({ log }) => log);
    },
  };
}
