// Whether a class fits on the nodes, as plan and apply show it.
import { usageFailure } from '../core/failure.ts';
import { bareAmount } from '../spark/sizes/amounts.ts';
import type { SingleStep } from '../steps/types.ts';
import { type Capacity, capacityOf } from './capacity.ts';
import { lookForSeats } from './node-look.ts';
import type { ClassRun } from './run.ts';
import { type SeatAmounts, seatAmounts } from './seat/amounts.ts';

/** Fewer than these parts of a class that compute at the same time are too few to teach. */
const leastComputing = 0.2;

/** What is wrong with the room of a class, and what to do. */
interface Lack {
  problem: string;
  cure: string;
}

const shownSeat = ({ reading: { cpu = 0, memory = 0 } }: SeatAmounts): string =>
  `${bareAmount(cpu, 'cpu')} cpu and ${bareAmount(memory, 'memory')}`;

/** Why the nodes do not bear a class; undefined if they do. */
function lackOf({ seats, bound, computing }: Capacity, amounts: SeatAmounts, students: number): Lack | undefined {
  if (students > seats)
    return {
      problem: `the nodes have room for ${seats} seats of ${shownSeat(amounts)}, but the class has ${students} students: ${bound} is the limit`,
      cure: 'use more or larger nodes, or smaller seats: --set classroom.seat.memory=…, classroom.seat.cores=…',
    };
  if (computing < students * leastComputing)
    return {
      problem: `only ${computing} of ${students} students can run a job at the same time; a class needs a fifth of them`,
      cure: 'use more nodes, or fewer and smaller executors: --set classroom.seat.executors.count=1',
    };
  return undefined;
}

/**
 * Says what binds and how many can compute at once. With `refuses`, a class that the nodes do not bear is refused, unless
 * the cluster adds nodes for it.
 */
export const seeThatClassFits = (run: ClassRun, { refuses }: { refuses: boolean }): SingleStep => ({
  title: 'Check that the class fits',
  compares: true,
  run: async ({ kube, profile }, out) => {
    const students = (await run.plan()).after.students.length;
    const amounts = seatAmounts(profile);
    const { nodes, grows } = await lookForSeats(kube, profile.namespace);
    if (nodes.length === 0) return out.line('unknown: the nodes cannot be read');
    const capacity = capacityOf(nodes, amounts, students);
    const lack = lackOf(capacity, amounts, students);
    if (lack && refuses && !grows) throw usageFailure(lack.problem, lack.cure);
    if (lack) return out.line(grows ? `${lack.problem}; the cluster may add nodes` : lack.problem);
    out.line(
      `all ${students} can work, and ${capacity.computing} can run a job at the same time (${shownSeat(amounts)} a seat; ${capacity.bound} is the limit)`,
    );
  },
});
