// classroom status: the state of each student's notebook server.
import { table } from '../core/screen/table.ts';
import type { Pod } from '../spark/pod.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { remainsOf } from './class-end.ts';
import { hasBalancer } from './door/entrance.ts';
import type { ClassRun } from './run.ts';
import { seatNamespace } from './seat/labels.ts';
import { serverStates } from './seat/start-seats.ts';

/** What one look at a student's seat shows. */
interface SeatState {
  student: string;
  notebook: 'ready' | 'starting' | 'paused' | 'no seat' | 'leaving';
  /** Pods of jobs and sessions that run. */
  sparkPods: number;
  /** As the class list has it. */
  group?: string;
}

/** Pods of jobs and sessions that run, by namespace. */
async function runningPods({ kube }: Context): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const pods = { apiVersion: 'v1', kind: 'Pod', labelSelector: 'spark-role' };
  for await (const page of kube.pages(pods))
    for (const { metadata, status } of page as Pod[])
      if (status?.phase === 'Running')
        counts.set(metadata.namespace ?? '', (counts.get(metadata.namespace ?? '') ?? 0) + 1);
  return counts;
}

/** One row for each student, in the order of their names. */
export const classStatus = (run: ClassRun): SingleStep => ({
  title: 'Inspect the class',
  observes: true,
  run: async (context) => {
    const { profile, state } = context;
    const { name } = profile.classroom;
    const [{ after, leaving }, states, pods] = await Promise.all([
      run.plan(),
      serverStates(context),
      runningPods(context),
    ]);
    const podsOf = (student: string) => pods.get(seatNamespace(name, student)) ?? 0;
    const present = after.students.map(
      ({ name: student, group }): SeatState => ({
        student,
        notebook: states.get(student) ?? 'no seat',
        sparkPods: podsOf(student),
        ...(group ? { group } : {}),
      }),
    );
    const left = leaving.map(
      ({ name: student }): SeatState => ({ student, notebook: 'leaving', sparkPods: podsOf(student) }),
    );
    const seats = [...present, ...left];
    state.facts = { seats };
    const servers = present.filter(({ notebook }) => notebook === 'ready' || notebook === 'starting').length;
    state.lines = [...statusLines(seats), ...remainsOf(profile, { servers, hasBalancer: await hasBalancer(context) })];
  },
});

/** The table for people, and how many are how. */
export function statusLines(seats: readonly SeatState[]): string[] {
  const rows = seats.map(({ student, notebook, sparkPods, group = '' }) => [student, notebook, `${sparkPods}`, group]);
  const counts = (['ready', 'starting', 'paused', 'no seat'] as const)
    .map((wanted) => [seats.filter(({ notebook }) => notebook === wanted).length, wanted] as const)
    .filter(([count]) => count > 0)
    .map(([count, wanted]) => `${count} ${wanted}`);
  const leaving = seats.filter(({ notebook }) => notebook === 'leaving').map(({ student }) => student);
  return [
    ...table([['STUDENT', 'NOTEBOOK', 'SPARK PODS', 'GROUP'], ...rows]),
    '',
    `${seats.length - leaving.length} students${counts.length > 0 ? ': ' : ''}${counts.join(', ')}`,
    ...(leaving.length > 0
      ? [`seats of ${leaving.length} who left are still there: firesteel classroom remove ${leaving.join(' ')}`]
      : []),
  ];
}
