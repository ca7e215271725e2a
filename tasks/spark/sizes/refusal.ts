// Explains why a run can never fit into a cluster, and suggests flags that fit. Pure.
import { executorCount, isDynamic } from '../conf.ts';
import { podCores, type Role, roles } from '../size.ts';
import { lacking, shownAmount, sum, times } from './amounts.ts';
import { choicesOf, sizeKeys } from './choice.ts';
import { findFit, hasCores, limitsBroken } from './fit.ts';
import { bounds, countedBy } from './limits.ts';
import type { Beside, Load, Properties } from './load.ts';
import { loadOf, takenBy } from './load.ts';
import { admits, executorsWithin, placesEver } from './place.ts';
import type { Room } from './room.ts';
import { shownExecutors, shownLoad, shownNodes } from './words.ts';

/** Cause and cure of a run that never fits. */
export interface Refusal {
  cause: string;
  cure: string;
}

/** Only for what `fit` has no answer to. `keys` are those of the profile that make the cluster larger. */
export function refusalOf(asked: Properties, beside: Beside, room: Room, keys?: string): Refusal {
  const least = { ...asked, ...choicesOf(asked, room).at(-1)?.at(-1)?.at(-1) };
  const load = loadOf(least, beside);
  const { cause, cure } =
    beyondLimits(least, room) ?? beyondQuota(load, room) ?? beyondNode(asked, load, room) ?? beyondAll(load, room);
  const words = fittingWords(asked, beside, room);
  return { cause, cure: words ? `this fits: ${words.join(' ')}` : (keys && `change ${keys}`) || cure };
}

function beyondLimits(properties: Properties, room: Room): Refusal | undefined {
  for (const role of roles)
    for (const resource of limitsBroken(role, properties, room)) {
      const { requests, limits } = takenBy(role, properties);
      const allowed = bounds(room.limits, resource, limits[resource]);
      const amount = requests[resource] ?? 0;
      const [word, bound] = amount < allowed.least ? ['at least', allowed.least] : ['at most', allowed.most];
      return {
        cause: `${shownRole(role)} requests ${shownAmount(amount, resource)}; the namespace's LimitRange allows ${word} ${shownAmount(bound, resource)}`,
        cure: 'change the LimitRange, or choose another namespace',
      };
    }
  return undefined;
}

function beyondQuota(load: Load, room: Room): Refusal | undefined {
  for (const quota of room.quotas) {
    const count = executorsWithin(quota, quota.hard, load);
    if (count !== undefined && count >= load.executors) continue;
    const counted = sum([countedBy(quota, load.driver), times(countedBy(quota, load.executor), load.executors)]);
    const name = lacking(quota.hard, counted)[0] ?? '';
    return {
      cause: `the driver and ${shownExecutors(load.executors)} request ${shownAmount(counted[name] ?? 0, name)}; quota ${quota.name} allows ${shownAmount(quota.hard[name] ?? 0, name)}`,
      cure: `raise quota ${quota.name}, or choose another namespace`,
    };
  }
  return undefined;
}

/** A pod that is too large for each node by itself. */
function beyondNode(asked: Properties, load: Load, room: Room): Refusal | undefined {
  const places = placesEver(room);
  const cure = 'add a larger node';
  for (const role of roles) {
    const { requests, spec } = load[role];
    const own = places.filter(({ node }) => admits(node, spec));
    for (const [name, amount] of Object.entries(requests)) {
      const most = Math.max(0, ...own.map(({ free }) => free[name] ?? 0));
      if (amount <= most) continue;
      const need = `${shownRole(role)} requests ${shownAmount(amount, name)}`;
      const closed = places.find(({ free }) => amount <= (free[name] ?? 0));
      if (closed)
        return {
          cause: `${need}; node ${closed.node.metadata.name} has enough, but does not admit the pod`,
          cure: `correct the taints and labels of node ${closed.node.metadata.name}, or the node selectors of the job`,
        };
      if (most === 0) return { cause: `${need}; no node has any ${name}`, cure: `add a node that has ${name}` };
      return { cause: `${need}; no node has more than ${shownAmount(most, name)} for pods`, cure };
    }
    const cores = Number(asked[`spark.${role}.cores`] ?? 1);
    if (!hasCores(role, asked, load, places))
      return { cause: `${shownRole(role)} requests ${cores} cores; no node has as many`, cure };
  }
  return undefined;
}

function beyondAll(load: Load, room: Room): Refusal {
  const places = placesEver(room);
  const free = sum(places.map((place) => place.free));
  const amounts = Object.keys({ cpu: 0, memory: 0, ...load.executor.requests })
    .filter((name) => name !== 'pods')
    .map((name) => shownAmount(free[name] ?? 0, name))
    .join(' and ');
  return {
    cause: `${shownLoad(load)}: too much for ${shownNodes(places)}, with ${amounts} for pods`,
    cure: 'add nodes, or use larger ones',
  };
}

const shownRole = (role: Role): string => (role === 'driver' ? 'the driver' : 'an executor');

/** What someone may have chosen, and the properties that say it. */
interface Choosable {
  keys: string[];
  /** Words for the value that fits; `properties` are those of a run that does. */
  word(properties: Properties): Properties;
}

const pick = (properties: Properties, ...keys: string[]): Properties =>
  Object.fromEntries(keys.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])));

const cpuOf = (role: Role): Choosable => ({
  keys: [sizeKeys.request(role), `spark.${role}.cores`],
  word: (properties) => ({ [sizeKeys.request(role)]: podCores(role, properties) }),
});

const memoryOf = (role: Role): Choosable => ({
  keys: [sizeKeys.memory(role)],
  word: (properties) => ({ [sizeKeys.memory(role)]: properties[sizeKeys.memory(role)] ?? '1g' }),
});

const dynamicKeys = ['spark.dynamicAllocation.minExecutors', 'spark.dynamicAllocation.initialExecutors'];

const executors: Choosable = {
  keys: [sizeKeys.executors, ...dynamicKeys],
  word: (properties) => pick(properties, sizeKeys.executors, ...dynamicKeys),
};

/** In the order in which they are changed: what costs a job least comes first. */
const choosable: readonly Choosable[] = [
  cpuOf('executor'),
  cpuOf('driver'),
  executors,
  memoryOf('executor'),
  memoryOf('driver'),
];

/** The fewest words that make it fit, as typed; undefined if none do. */
function fittingWords(asked: Properties, beside: Beside, room: Room): string[] | undefined {
  const chosen = choosable.filter(({ keys }) => keys.some((key) => asked[key] !== undefined));
  for (const group of subsets(chosen)) {
    const dropped = new Set(group.flatMap(({ keys }) => keys));
    const relaxed = Object.fromEntries(Object.entries(asked).filter(([key]) => !dropped.has(key)));
    const found = group.includes(executors)
      ? mostExecutors(asked, relaxed, beside, room)
      : fitted(relaxed, beside, room);
    if (!found) continue;
    const words = Object.assign({}, ...group.map(({ word }) => word(found))) as Properties;
    // A word can bring back what was left to choice: only what fits as typed is said.
    if (findFit({ ...asked, ...words }, beside, room)) return Object.entries(words).map(shownWord);
  }
  return undefined;
}

/** The properties of a run that fits. */
function fitted(asked: Properties, beside: Beside, room: Room): Properties | undefined {
  const found = findFit(asked, beside, room);
  return found && { ...asked, ...found.chosen };
}

/** The same with as many executors as there can be, fewer than were requested. */
function mostExecutors(asked: Properties, relaxed: Properties, beside: Beside, room: Room): Properties | undefined {
  const keys = isDynamic(asked) ? dynamicKeys.filter((key) => asked[key] !== undefined) : [sizeKeys.executors];
  const withCount = (count: number) =>
    fitted({ ...relaxed, ...Object.fromEntries(keys.map((key) => [key, `${count}`])) }, beside, room);
  let [fits, not] = [0, executorCount(asked)];
  while (not - fits > 1) {
    const middle = Math.floor((fits + not) / 2);
    if (withCount(middle)) fits = middle;
    else not = middle;
  }
  return fits > 0 ? withCount(fits) : undefined;
}

const shownWord = ([key, value]: [string, string]): string =>
  key === sizeKeys.executors ? `--num-executors ${value}` : `--set spark.conf.${key}=${value}`;

/** Every part of a list but the empty one, the smallest first. */
function subsets<T>(all: readonly T[]): T[][] {
  const found: T[][] = [[]];
  for (const one of all) found.push(...found.map((part) => [...part, one]));
  return found.slice(1).sort((a, b) => a.length - b.length);
}
