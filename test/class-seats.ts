// Seats of a class as objects of Kubernetes, for tests and measurements that bring many of them to an API server.
import type { Group } from '../tasks/classroom/bulk/groups.ts';
import { seatPolicies } from '../tasks/classroom/isolation/policies.ts';
import { classNamespace, seatNamespace } from '../tasks/classroom/seat/labels.ts';
import { seatObjects } from '../tasks/classroom/seat/objects.ts';
import { readProfile } from '../tasks/profile/read.ts';
import { seatOf } from './unit/classroom/door/seats.ts';

/** This number of seats with paused notebooks; but for the name of the class the same each time. */
export async function classSeats(className: string, count: number): Promise<Group[]> {
  const profile = await readProfile('local', [`classroom.name=${className}`]);
  const api = [{ address: '127.0.0.1', port: 6443 }];
  const door = classNamespace(className);
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const student = `student-${number + 1}`;
      const seat = { ...seatOf(student, 'localhost:8443'), namespace: seatNamespace(className, student) };
      const objects = await seatObjects({
        profile,
        seat,
        image: 'spark:test',
        pip: { variables: {}, notes: [] },
        pullSecrets: [],
        policies: seatPolicies({ namespace: seat.namespace, door, api }),
        isOpen: false,
      });
      return { name: student, objects };
    }),
  );
}
