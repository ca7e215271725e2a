// Describes the choice of sizes, and which pods hold what a run waits for. Pure.
import { counted } from '../../core/screen/counted.ts';
import type { Amounts } from './amounts.ts';
import { bareAmount, lacking, minus, shownAmount, sum, times } from './amounts.ts';
import { type Fit, isOpenEnded } from './fit.ts';
import { endingThem, heldBy, shownHeld } from './holders.ts';
import type { Load, PodLoad } from './load.ts';
import type { Place } from './place.ts';
import { admits, freeFor, placesNow } from './place.ts';
import type { Room } from './room.ts';

/** `300m cpu and 1433 MiB memory`, as far as a pod takes of nodes. */
const shownPod = ({ requests }: PodLoad): string =>
  Object.entries(requests)
    .filter(([name]) => name !== 'pods')
    .map(([name, amount]) => shownAmount(amount, name))
    .join(' and ');

/** `2 executors`, `1 executor`. */
export const shownExecutors = (count: number): string => counted(count, 'executor');

/** `driver (300m cpu and 1433 MiB memory), 2 executors (300m cpu and 1433 MiB memory each)`; a run may have none. */
export const shownLoad = ({ driver, executor, executors }: Load): string => {
  const each = `${shownExecutors(executors)} (${shownPod(executor)}${executors === 1 ? '' : ' each'})`;
  return `driver (${shownPod(driver)})${executors === 0 ? '' : `, ${each}`}`;
};

/** The name of a node, or how many there are. */
export const shownNodes = (places: readonly Place[]): string =>
  places.length === 1 ? (places[0]?.node.metadata.name ?? '') : `${places.length} nodes`;

/** One line: the sizes, and what they were chosen from. */
export function sizesLine({ load }: Pick<Fit, 'load'>, room: Room): string {
  const sizes = shownLoad(load);
  if (room.nodes.length === 0) return `${sizes}; no node is visible to this user`;
  if (room.grows && room.isSeen) return `${sizes}; the cluster adds nodes`;
  if (room.grows) return `${sizes}; it is unknown whether the cluster adds nodes`;
  if (isOpenEnded(load, room)) return `${sizes}; no node admits such pods yet`;
  const places = placesNow(room);
  const free = freeFor(places, load);
  const whole = sum(room.nodes.map((node) => node.whole));
  const part = (name: string) =>
    `${bareAmount(Math.max(0, free[name] ?? 0), name)} of ${shownAmount(whole[name] ?? 0, name)}`;
  return `${sizes}; free on ${shownNodes(places)}: ${part('cpu')}, ${part('memory')}`;
}

/** Why not all pods find room now, and what to do about it; no line if they do. */
export function waitingLines({ load, now }: Fit, room: Room): string[] {
  const { driver, executor, executors } = load;
  if (now !== undefined && now >= executors) return [];
  const who =
    now === undefined ? 'there is no room for the driver yet' : `${now} of ${shownExecutors(executors)} fit now`;
  const closed = closedFor(now === undefined ? driver : executor, room);
  if (closed) return [`${who}: ${closed.cause}`, closed.cure];
  const resource = scarce(placesNow(room), load, now);
  const held = heldBy(room.pods, resource);
  const cure = endingThem(held);
  return [`${who}: ${shownHeld(held, resource)}`, ...(cure ? [cure] : [])];
}

/** A resource that the place with the most room lacks: for the driver, or for one executor more than those that fit. */
function scarce(places: readonly Place[], { driver, executor }: Load, now: number | undefined): string {
  const beside = now === undefined ? [] : [driver.requests, times(executor.requests, now)];
  const need = now === undefined ? driver.requests : executor.requests;
  const lackOf = (held: readonly Amounts[]) =>
    places
      .map(({ free }) => lacking(free, sum([need, ...held])))
      .filter((names) => names.length > 0)
      .sort((a, b) => a.length - b.length)[0];
  return lackOf([])?.[0] ?? lackOf(beside)?.[0] ?? 'cpu';
}

/** Why nodes that are large enough for a pod take none now; undefined if an open node takes it once pods there have ended. */
function closedFor({ requests, spec }: PodLoad, { nodes }: Room): { cause: string; cure: string } | undefined {
  const holds = (free: Amounts) => lacking(free, requests).length === 0;
  const own = nodes.filter(({ node }) => admits(node, spec));
  if (own.some(({ whole, kept, isOpen }) => isOpen && holds(minus(whole, kept)))) return undefined;
  const first = own.find(({ whole, held }) => holds(minus(whole, held)));
  if (!first) return undefined;
  const { name } = first.node.metadata;
  return first.node.spec.unschedulable
    ? { cause: `node ${name} is cordoned`, cure: `let the node take pods again: kubectl uncordon ${name}` }
    : { cause: `node ${name} is not ready`, cure: 'check the nodes: firesteel status' };
}
