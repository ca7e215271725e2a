// Ends pods, and namespaces with all in them, whatever grace periods the pods ask for.
import { eachAtOnce } from '../core/at-once.ts';
import { messageOf } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { collectionPath, objectPath } from './paths.ts';
import type { Transport } from './transport/transport.ts';
import type { Kube, Manifest } from './types.ts';
import { whatHolds } from './waiting.ts';

/** Namespaces whose removal begins at the same time. */
const atOnce = 8;
/** What a usual pod has. */
const graceSeconds = 30;

const pods = { plural: 'pods', namespaced: true };
const namespaces = { plural: 'namespaces', namespaced: false };

interface Ways {
  transport: Transport;
  signal: AbortSignal;
  list: Kube['list'];
}

/** Both wait as long as something ends within the time that one object has. */
export function createRemovals({ transport, signal, list }: Ways): Pick<Kube, 'endPods' | 'removeNamespaces'> {
  const send = (what: string, path: string, options: object) =>
    transport.send({
      what,
      method: 'DELETE',
      path,
      body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', ...options },
      accept: [404],
    });

  const endPods = async (namespace: string, gracePeriodSeconds: number): Promise<void> => {
    const path = collectionPath(pods, { apiVersion: 'v1', kind: 'Pod', namespace });
    await send(`end the pods of namespace ${namespace}`, path, { gracePeriodSeconds });
  };

  async function begin(name: string): Promise<void> {
    // A namespace leaves its pods the time that they ask for, and that may be a year.
    await endPods(name, graceSeconds);
    await send(`remove Namespace ${name}`, objectPath(namespaces, { apiVersion: 'v1', kind: 'Namespace', name }), {});
  }

  const removeNamespaces: Kube['removeNamespaces'] = async (names, { labelSelector, onLeft }) => {
    const failed = new Map<string, string>();
    await eachAtOnce(names, atOnce, (name) =>
      begin(name).catch((error: unknown) => {
        signal.throwIfAborted();
        failed.set(name, messageOf(error));
      }),
    );

    const going = new Set(names.filter((name) => !failed.has(name)));
    let fewest = going.size;
    let deadline = performance.now() + transport.timing.removalMs;
    const left = await until<Manifest[]>({
      for: 'end of the namespaces',
      seconds: Number.POSITIVE_INFINITY,
      everyMs: 1000,
      signal,
      probe: async () => {
        if (going.size === 0) return { done: [] };
        const all = await list({ apiVersion: 'v1', kind: 'Namespace', labelSelector });
        const live = all.filter(({ metadata }) => going.has(metadata.name));
        onLeft?.(live.length);
        if (live.length < fewest) {
          fewest = live.length;
          deadline = performance.now() + transport.timing.removalMs;
        }
        return live.length === 0 || performance.now() > deadline ? { done: live } : { seen: `${live.length} left` };
      },
    });
    for (const live of left) failed.set(live.metadata.name, whatHolds(live));
    return failed;
  };

  return { endPods, removeNamespaces };
}
