// Counts how many seats fit on the nodes, and how many students can run jobs at the same time. Pure.
import { type Amounts, countIn, minus } from '../spark/sizes/amounts.ts';
import type { NodeRoom } from '../spark/sizes/room.ts';
import type { SeatAmounts } from './seat/amounts.ts';

/** What binds where another seat would be one too many. */
export type Resource = 'cpu' | 'memory' | 'pods' | 'volumes';

/** A node, and how many volumes can be attached to it; undefined where nothing limits them. */
export interface SeatNode extends Pick<NodeRoom, 'whole' | 'kept'> {
  volumes: number | undefined;
}

export interface Capacity {
  /** Seats whose notebook servers run at the same time. */
  seats: number;
  /** What keeps one more from running; undefined without nodes. */
  bound: Resource | undefined;
  /** How many of the students can run a job at the same time while the others read. */
  computing: number;
}

const resources: readonly Resource[] = ['cpu', 'memory', 'pods'];

/** The nodes as if nothing ran but what belongs to the cluster: a class gets them for itself. */
export function capacityOf(
  nodes: readonly SeatNode[],
  { reading, job }: Pick<SeatAmounts, 'reading' | 'job'>,
  students: number,
): Capacity {
  const free = nodes.map((node) => ({ amounts: minus(node.whole, node.kept), volumes: node.volumes }));
  const seatsBy = (resource: Resource): number =>
    free.reduce((seats, { amounts, volumes }) => seats + seatsOn(amounts, volumes, reading, resource), 0);
  const counts = free.map((node) =>
    Math.min(...[...resources, 'volumes' as const].map((one) => seatsOn(node.amounts, node.volumes, reading, one))),
  );
  const seats = counts.reduce((sum, count) => sum + count, 0);
  const bound =
    free.length === 0 ? undefined : [...resources, 'volumes' as const].sort((a, b) => seatsBy(a) - seatsBy(b))[0];
  return { seats, bound, computing: seats < students ? 0 : computingAmong(free, { reading, job }, students) };
}

function seatsOn(free: Amounts, volumes: number | undefined, seat: Amounts, resource: Resource): number {
  if (resource === 'volumes') return volumes ?? Number.POSITIVE_INFINITY;
  return countIn({ [resource]: free[resource] ?? 0 }, { [resource]: seat[resource] ?? 0 });
}

/** What is free of a node while pods are placed on it. */
interface Space {
  free: Record<string, number>;
  volumes: number;
}

/** How many of these pods a node still holds. */
function countOn({ free }: Space, pod: readonly (readonly [string, number])[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [resource, amount] of pod)
    if (amount > 0) least = Math.min(least, Math.floor((free[resource] ?? 0) / amount));
  return least;
}

/** Places a pod on the node that holds most of its kind, as schedulers spread pods; undefined if none has room. */
function place(spaces: readonly Space[], pod: Amounts, volumes = 0): Space | undefined {
  const amounts = Object.entries(pod);
  let best: Space | undefined;
  let most = 0;
  for (const space of spaces) {
    const count = space.volumes < volumes ? 0 : countOn(space, amounts);
    if (count > most) [best, most] = [space, count];
  }
  if (!best) return undefined;
  for (const [resource, amount] of amounts) best.free[resource] = (best.free[resource] ?? 0) - amount;
  best.volumes -= volumes;
  return best;
}

/** Jobs for which there is room after all have a seat. A pod needs one node, and pods of one job may be on several. */
function computingAmong(
  nodes: readonly { amounts: Amounts; volumes: number | undefined }[],
  { reading, job }: Pick<SeatAmounts, 'reading' | 'job'>,
  students: number,
): number {
  const spaces = nodes.map(({ amounts, volumes = Number.POSITIVE_INFINITY }) => ({ free: { ...amounts }, volumes }));
  for (let seat = 0; seat < students; seat += 1) place(spaces, reading, 1);
  let jobs = 0;
  while (jobs < students && job.every((pod) => place(spaces, pod))) jobs += 1;
  return jobs;
}
