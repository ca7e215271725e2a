// Watches a collection without missing a state, and lists it again if the watch cannot continue.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import { growingPause } from '../core/retry.ts';
import { httpStatusOf } from './failure.ts';
import type { Transport } from './transport/transport.ts';
import type { Manifest, WatchEvent } from './types.ts';

/** The server ends a watch after this; it is taken up again where it ended. */
const watchSeconds = 60;
const idleMs = (watchSeconds + 15) * 1000;
const pauses = { firstMs: 100, longestMs: 2_000 };

export interface Listing {
  items: Manifest[];
  resourceVersion: string;
}

export interface WatchTarget {
  /** For messages: "pods in spark". */
  what: string;
  path: string;
  query: Record<string, string | undefined>;
  list(): Promise<Listing>;
}

/** An object by what stays the same while it exists. */
const nameOf = ({ metadata }: Manifest): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** The events that lead from what was known to what was listed, which is known from then on. */
export function catchUp(known: Map<string, Manifest>, items: readonly Manifest[]): WatchEvent[] {
  const listed = new Map(items.map((item) => [nameOf(item), item]));
  const events: WatchEvent[] = [];
  for (const [name, before] of known)
    if (listed.get(name)?.metadata.uid !== before.metadata.uid) events.push({ type: 'DELETED', object: before });
  for (const [name, object] of listed) {
    const before = known.get(name);
    if (before?.metadata.uid !== object.metadata.uid) events.push({ type: 'ADDED', object });
    else if (before?.metadata.resourceVersion !== object.metadata.resourceVersion)
      events.push({ type: 'MODIFIED', object });
  }
  known.clear();
  for (const [name, object] of listed) known.set(name, object);
  return events;
}

/** One line of a watch as what it means: an event, a bookmark, or the need to list again. */
function readLine(line: string): { event?: WatchEvent; resourceVersion: string } | 'list again' {
  try {
    const { type, object } = JSON.parse(line) as { type: string; object: Manifest };
    const resourceVersion = object.metadata?.resourceVersion;
    if (type === 'ERROR' || !resourceVersion) return 'list again';
    if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED')
      return { event: { type, object }, resourceVersion };
    return { resourceVersion };
  } catch {
    return 'list again';
  }
}

/** Whether an event says something new; then it is known from then on. */
function isNews(known: Map<string, Manifest>, { type, object }: WatchEvent): boolean {
  const before = known.get(nameOf(object));
  if (type === 'DELETED') return known.delete(nameOf(object));
  known.set(nameOf(object), object);
  return before?.metadata.resourceVersion !== object.metadata.resourceVersion;
}

/** Yields until `signal` aborts; Failure when there is no server for longer than `timing.absenceMs`. */
export async function* watchCollection(
  transport: Transport,
  target: WatchTarget,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const known = new Map<string, Manifest>();
  let resourceVersion: string | undefined;
  let begun = false;
  let heardAt = performance.now();
  /** How often in a row nothing came of it. */
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        const { items, resourceVersion: listedAt } = await target.list();
        resourceVersion = listedAt;
        begun = true;
        heardAt = performance.now();
        yield* catchUp(known, items);
      }
      const query = { ...target.query, watch: true, allowWatchBookmarks: true, resourceVersion };
      const request = {
        what: `watch ${target.what}`,
        method: 'GET' as const,
        path: target.path,
        query: { ...query, timeoutSeconds: watchSeconds },
      };
      for await (const line of transport.lines(request, idleMs, signal)) {
        heardAt = performance.now();
        const read = readLine(line.toString());
        if (read === 'list again') {
          resourceVersion = undefined;
          break;
        }
        failures = 0;
        resourceVersion = read.resourceVersion;
        if (read.event && isNews(known, read.event)) yield read.event;
        if (signal.aborted) return;
      }
      heardAt = performance.now();
    } catch (error) {
      transport.signal.throwIfAborted();
      if (signal.aborted) return;
      const httpStatus = httpStatusOf(error);
      if (!begun || httpStatus === 401 || httpStatus === 403) throw error;
      // A watch that was refused, as one from too long ago, is never granted by asking the same again.
      if (httpStatus) resourceVersion = undefined;
      if (!(error instanceof Failure)) heardAt = performance.now();
      if (performance.now() - heardAt > transport.timing.absenceMs) throw error;
    }
    // Longer each time that nothing came of it, so that a server that fails at once is not asked without pause.
    const pauseMs = failures === 0 ? 0 : growingPause(failures - 1, pauses);
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    failures++;
  }
}
