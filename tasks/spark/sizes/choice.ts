// Lists every choice of the sizes that the user leaves open, the best first. Pure.
import { isDynamic, usualExecutors } from '../conf.ts';
import { podCores, podMemory, type Role, roles } from '../size.ts';
import { amountsOf } from './amounts.ts';
import type { Bounds } from './limits.ts';
import { bounds } from './limits.ts';
import type { Properties } from './load.ts';
import type { Room } from './room.ts';

/** Least request of a pod in millicores: with less, a JVM that shares a busy core takes minutes to start. */
export const leastCpu = 100;
export const cpuStep = 50;

/** Parts of its cores that a pod requests. */
const cpuParts = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05];

/** Heaps in MiB. The first is Spark's own; it needs 450 MiB, of which a JVM of 512 does not count all. */
const heaps = [1024, 896, 768, 640, 512];
const heapStep = 256;
const largestHeap = 64 * 1024;

const mebibyte = 2 ** 20;

/** Choices with one number of executors and one heap, by falling requests of CPU. */
export type Choices = Properties[];

/** The properties that sizes are chosen by. */
export const sizeKeys = {
  request: (role: Role) => `spark.kubernetes.${role}.request.cores`,
  limit: (role: Role) => `spark.kubernetes.${role}.limit.cores`,
  memory: (role: Role) => `spark.${role}.memory`,
  executors: 'spark.executor.instances',
} as const;

export const allSizeKeys: readonly string[] = [
  ...roles.flatMap((role) => [sizeKeys.request(role), sizeKeys.limit(role), sizeKeys.memory(role)]),
  sizeKeys.executors,
];

/** By number of executors, then by heap, both falling. What Spark takes by itself is in no choice. */
export function choicesOf(asked: Properties, room: Room): Choices[][] {
  const isCountChosen = isDynamic(asked) || asked[sizeKeys.executors] !== undefined;
  const counts = isCountChosen ? [undefined] : [usualExecutors, 1];
  return counts.map((count) => {
    const counted: Properties =
      count === undefined || count === usualExecutors ? {} : { [sizeKeys.executors]: `${count}` };
    return heapChoices({ ...asked, ...counted }, room).map((heap) =>
      cpuParts.map((part) => ({ ...counted, ...heap, ...cpuChoice({ ...asked, ...counted }, room, part) })),
    );
  });
}

function heapChoices(asked: Properties, { limits }: Room): Properties[] {
  const free = roles.filter((role) => asked[sizeKeys.memory(role)] === undefined);
  if (free.length === 0) return [{}];
  const { least } = bounds(limits, 'memory');
  return heaps.map((heap) =>
    Object.fromEntries(
      free.flatMap((role) => {
        const own = raised(role, asked, heap, least);
        return own === heaps[0] ? [] : [[sizeKeys.memory(role), `${own}m`]];
      }),
    ),
  );
}

/** The heap, or the first larger one whose pod has the least memory that the namespace allows. */
function raised(role: Role, asked: Properties, heap: number, leastBytes: number): number {
  let own = heap;
  while (own < largestHeap && podMemory(role, { ...asked, [sizeKeys.memory(role)]: `${own}m` }) * mebibyte < leastBytes)
    own += heapStep;
  return own;
}

function cpuChoice(asked: Properties, room: Room, part: number): Properties {
  const chosen = roles.flatMap((role): [string, string][] => {
    const limit = asked[sizeKeys.limit(role)];
    const cores = Number(asked[`spark.${role}.cores`] ?? 1) * 1000;
    const allowed = bounds(room.limits, 'cpu', limit === undefined ? undefined : amountsOf({ cpu: limit })['cpu']);
    const request = asked[sizeKeys.request(role)];
    const cpu =
      request === undefined
        ? requested(cores * part, allowed, cores)
        : (amountsOf({ cpu: podCores(role, asked) })['cpu'] ?? cores);
    return [
      ...(request === undefined && cpu !== cores
        ? [[sizeKeys.request(role), cpuQuantity(cpu)] as [string, string]]
        : []),
      ...limitChoice(role, { asked, room, allowed, cpu, cores }),
    ];
  });
  return Object.fromEntries(chosen);
}

function requested(wanted: number, { least, most }: Bounds, cores: number): number {
  const stepped = Math.floor(wanted / cpuStep) * cpuStep;
  return Math.min(Math.max(stepped, leastCpu, least), Math.max(least, Math.min(cores, most)));
}

interface Limited {
  asked: Properties;
  room: Room;
  allowed: Bounds;
  cpu: number;
  cores: number;
}

/** A quota of limits takes no pod without one: each gets its part of what is left. */
function limitChoice(role: Role, { asked, room, allowed, cpu, cores }: Limited): [string, string][] {
  const left = Math.min(...room.quotas.flatMap((quota) => quota.left['limits.cpu'] ?? []));
  if (!Number.isFinite(left) || allowed.limit !== undefined) return [];
  const part = Math.floor(left / (Number(asked[sizeKeys.executors] ?? usualExecutors) + 1) / cpuStep) * cpuStep;
  return [[sizeKeys.limit(role), cpuQuantity(Math.max(cpu, Math.min(part, cores, allowed.most)))]];
}

/** Millicores as a quantity. */
export const cpuQuantity = (millicores: number): string =>
  millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;

/** Whole MiB within these bytes, as the API server writes them: an object that comes back is the one that was sent. */
export const memoryQuantity = (bytes: number): string => mebibytesText(Math.floor(bytes / mebibyte));

/** The same of whole MiB that hold these bytes: 1G, which is no number of MiB, fits in them. */
export const memoryLimit = (bytes: number): string => mebibytesText(Math.ceil(bytes / mebibyte));

const mebibytesText = (mebibytes: number): string =>
  mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
