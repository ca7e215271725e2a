// Chooses the sizes that the user leaves open, so that the pods fit the free resources. Pure.
import { type Role, roles } from '../size.ts';
import type { Amounts } from './amounts.ts';
import { choicesOf, sizeKeys } from './choice.ts';
import { bounds, type Quota } from './limits.ts';
import type { Beside, Load, Properties } from './load.ts';
import { loadOf, takenBy } from './load.ts';
import type { Place } from './place.ts';
import { admits, executorsIn, executorsWithin, freeFor, placesEver, placesNow } from './place.ts';
import type { Room } from './room.ts';

/** Sizes of a run that fit, now or once others have ended. */
export interface Fit {
  /** Properties for what nobody chose, where Spark's own value is not taken. */
  chosen: Properties;
  load: Load;
  /** How many executors find room now; undefined if the driver finds none. */
  now: number | undefined;
}

/** What of a cluster is there to be had, at some time. */
interface Chance {
  places: Place[];
  allowed: (quota: Quota) => Amounts;
}

const now = (room: Room): Chance => ({ places: placesNow(room), allowed: ({ left }) => left });
const ever = (room: Room): Chance => ({ places: placesEver(room), allowed: ({ hard }) => hard });

/** The best sizes that fit now, else those of which most finds room now; undefined if none ever fits. `asked` is never changed. */
export function findFit(asked: Properties, beside: Beside, room: Room): Fit | undefined {
  const byCount = choicesOf(asked, room);
  const candidate = (chosen: Properties, chance: Chance) => {
    const load = loadOf({ ...asked, ...chosen }, beside);
    return { chosen, load, count: executorsAt(asked, chosen, load, room, chance) };
  };
  const fits = ({ load, count }: ReturnType<typeof candidate>) => count !== undefined && count >= load.executors;
  const today = now(room);
  for (const choices of byCount.flat()) {
    const good = choices.map((chosen) => candidate(chosen, today)).filter(fits);
    const found = good.find(({ load }) => leavesHalf(asked, load, room, today)) ?? good.at(-1);
    if (found) return { chosen: found.chosen, load: found.load, now: found.load.executors };
  }
  const lastly = ever(room);
  for (const byHeap of byCount) {
    const found = byHeap.flatMap((choices) => choices.map((chosen) => candidate(chosen, lastly)).findLast(fits) ?? []);
    const ranked = found.map((one) => ({ ...one, now: candidate(one.chosen, today).count }));
    const [best] = ranked.toSorted((one, other) => (other.now ?? -1) - (one.now ?? -1));
    if (best) return best;
  }
  return undefined;
}

/** Free millicores to suppose where this user may not see what there is: half of them fits on a node of two cores. */
const unseenCpu = 3000;

/** Whether what is chosen here takes at most half of the free CPU, so that another run finds room. */
function leavesHalf(asked: Properties, load: Load, room: Room, { places, allowed }: Chance): boolean {
  const free = freeCpu(load, room, places);
  const left = room.quotas.flatMap((quota) => allowed(quota)['requests.cpu'] ?? allowed(quota)['cpu'] ?? []);
  const { driver, executor, executors } = load;
  const cpus = { driver: driver.requests['cpu'] ?? 0, executor: (executor.requests['cpu'] ?? 0) * executors };
  const [chosen, ours] = [true, false].map((isChosen) =>
    roles
      .filter((role) => (asked[sizeKeys.request(role)] !== undefined) === isChosen)
      .reduce((total, role) => total + cpus[role], 0),
  );
  return (ours ?? 0) <= (Math.min(free, ...left) - (chosen ?? 0)) / 2;
}

function freeCpu(load: Load, room: Room, places: Place[]): number {
  const seen = freeFor(places, load)['cpu'] ?? 0;
  if (!room.isSeen) return Math.max(seen, unseenCpu);
  return isOpenEnded(load, room) ? Number.POSITIVE_INFINITY : seen;
}

/** How many executors there can be at a time; undefined if there cannot be the driver. */
function executorsAt(
  asked: Properties,
  chosen: Properties,
  load: Load,
  room: Room,
  chance: Chance,
): number | undefined {
  const { places, allowed } = chance;
  const haveCores = () => roles.every((role) => hasCores(role, asked, load, places));
  if (!roles.every((role) => limitsBroken(role, { ...asked, ...chosen }, room).length === 0)) return undefined;
  const counts = [
    ...(isOpenEnded(load, room) ? [] : [haveCores() ? executorsIn(places, load) : undefined]),
    ...room.quotas.map((quota) => executorsWithin(quota, allowed(quota), load)),
  ];
  return counts.reduce<number | undefined>(
    (least, count) => (least === undefined || count === undefined ? undefined : Math.min(least, count)),
    load.executors,
  );
}

/** Whether nodes that nobody sees yet can take the pods: new ones, or such as get a label that is missing. */
export const isOpenEnded = ({ driver, executor }: Load, { grows, nodes }: Room): boolean =>
  grows || [driver, executor].some(({ spec }) => !nodes.some(({ node }) => admits(node, spec)));

/** The resources of which a container asks for more or less than the namespace's LimitRanges allow. */
export function limitsBroken(role: Role, properties: Properties, { limits }: Room): string[] {
  const taken = takenBy(role, properties);
  return ['cpu', 'memory'].filter((resource) => {
    const { least, most } = bounds(limits, resource, taken.limits[resource]);
    const amount = taken.requests[resource] ?? 0;
    return amount < least || amount > most;
  });
}

/** Cores that someone chose must be on a node, unless someone chose as well what is requested of them. */
export function hasCores(role: Role, asked: Properties, load: Load, places: readonly Place[]): boolean {
  const cores = Number(asked[`spark.${role}.cores`] ?? 1);
  if (cores <= 1 || asked[sizeKeys.request(role)] !== undefined) return true;
  return places.some(({ node, whole }) => admits(node, load[role].spec) && cores * 1000 < (whole['cpu'] ?? 0) + 1000);
}
