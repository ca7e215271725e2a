// Describes the choice of sizes, and which pods hold what a run waits for. Pure.
import { counted } from '../../core/screen/counted.ts';
import type { Amounts } from './amounts.ts';
import { bareAmount, lacking, shownAmount, sum } from './amounts.ts';
import { type Fit, isOpenEnded } from './fit.ts';
import { endingThem, heldBy, shownHeld } from './holders.ts';
import type { Load, PodLoad } from './load.ts';
import type { Place } from './place.ts';
import { freeFor, placesNow } from './place.ts';
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
  if (room.nodes.length === 0) return `${sizes}; nodes are not visible to this user`;
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
  const resource = scarce(placesNow(room), (now === undefined ? driver : executor).requests);
  const held = heldBy(room.pods, resource);
  const who =
    now === undefined ? 'there is no room for the driver yet' : `${now} of ${shownExecutors(executors)} fit now`;
  const cure = endingThem(held);
  return [`${who}: ${shownHeld(held, resource)}`, ...(cure ? [cure] : [])];
}

/** A resource that the place with the most room lacks. */
function scarce(places: readonly Place[], need: Amounts): string {
  const [least] = places.map(({ free }) => lacking(free, need)).sort((a, b) => a.length - b.length);
  return least?.[0] ?? 'cpu';
}
