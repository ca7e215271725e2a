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
  { reading, computing }: SeatAmounts,
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
  return { seats, bound, computing: computingAmong(free, { reading, computing }, students) };
}

function seatsOn(free: Amounts, volumes: number | undefined, seat: Amounts, resource: Resource): number {
  if (resource === 'volumes') return volumes ?? Number.POSITIVE_INFINITY;
  return countIn({ [resource]: free[resource] ?? 0 }, { [resource]: seat[resource] ?? 0 });
}

/** The rest of the nodes after all have a seat, in jobs: pods of one job may be on several nodes. */
function computingAmong(
  free: readonly { amounts: Amounts }[],
  { reading, computing }: SeatAmounts,
  students: number,
): number {
  const job = minus(computing, reading);
  const jobs = resources.map((resource) => {
    const all = free.reduce((sum, { amounts }) => sum + Math.max(0, amounts[resource] ?? 0), 0);
    return countIn({ [resource]: all - students * (reading[resource] ?? 0) }, { [resource]: job[resource] ?? 0 });
  });
  return Math.max(0, Math.min(students, ...jobs));
}
