// classroom status: the state of each student's notebook server.
import { shownAge } from '../core/age.ts';
import { table } from '../core/screen/table.ts';
import type { LabActivity } from '../notebooks/server/link.ts';
import type { Pod } from '../spark/pod.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { remainsOf } from './class-end.ts';
import { seatNamespaces } from './close.ts';
import { hasBalancer } from './door/entrance.ts';
import { labActivities } from './looks/activity.ts';
import { isolationLine } from './looks/isolation.ts';
import { classNotices } from './looks/notices.ts';
import { volumeUse } from './looks/volumes.ts';
import type { ClassRun } from './run.ts';
import { seatNamespace } from './seat/labels.ts';
import { serverStates } from './seat/start-seats.ts';

/** What one look at a student's seat shows. */
interface SeatState {
  student: string;
  notebook: 'ready' | 'starting' | 'paused' | 'no seat' | 'leaving';
  /** Pods of jobs and sessions that run. */
  sparkPods: number;
  /** Kernels that exist, and when the server was last at work; left out where it does not answer. */
  activity?: LabActivity;
  /** Used part of the fullest volume, of 1; left out where nobody knows. */
  volumeUse?: number;
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
    const { kube, profile, state } = context;
    const { name } = profile.classroom;
    const [{ after, leaving }, states, pods] = await Promise.all([
      run.plan(),
      serverStates(context),
      runningPods(context),
    ]);
    const podsOf = (student: string) => pods.get(seatNamespace(name, student)) ?? 0;
    const students = after.students.map((student) => student.name);
    const [activities, volumes, namespaces, isolation] = await Promise.all([
      labActivities(
        context,
        students.filter((student) => states.get(student) === 'ready'),
      ),
      volumeUse(kube, new Map(students.map((student) => [seatNamespace(name, student), student]))),
      seatNamespaces(context),
      isolationLine(name),
    ]);
    const present = after.students.map(
      ({ name: student, group }): SeatState => ({
        student,
        notebook: states.get(student) ?? 'no seat',
        sparkPods: podsOf(student),
        ...known('activity', activities.get(student)),
        ...known('volumeUse', volumes.get(student)),
        ...(group ? { group } : {}),
      }),
    );
    const left = leaving.map(
      ({ name: student }): SeatState => ({ student, notebook: 'leaving', sparkPods: podsOf(student) }),
    );
    const seats = [...present, ...left];
    const owners = new Set(seats.map(({ student }) => student));
    const ownerless = [...namespaces].filter(([student]) => !owners.has(student)).map(([, namespace]) => namespace);
    const servers = present.filter(({ notebook }) => notebook === 'ready' || notebook === 'starting').length;
    state.facts = { seats, ownerless, isolation };
    state.lines = [
      ...statusLines(seats),
      ...classNotices(profile, { volumes, ownerless, isolation }),
      ...remainsOf(profile, { servers, hasBalancer: await hasBalancer(context) }),
    ];
  },
});

const known = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [one in Key]?: Value };

/** The table for people, and how many are how. */
export function statusLines(seats: readonly SeatState[], now = new Date()): string[] {
  const rows = seats.map(({ student, notebook, activity, sparkPods, group = '' }) => [
    student,
    notebook,
    activity ? `${activity.kernels}` : '',
    activity ? `${shownAge(now.getTime() - activity.last.getTime())} ago` : '',
    `${sparkPods}`,
    group,
  ]);
  const counts = (['ready', 'starting', 'paused', 'no seat'] as const)
    .map((wanted) => [seats.filter(({ notebook }) => notebook === wanted).length, wanted] as const)
    .filter(([count]) => count > 0)
    .map(([count, wanted]) => `${count} ${wanted}`);
  const leaving = seats.filter(({ notebook }) => notebook === 'leaving').map(({ student }) => student);
  return [
    ...table([['STUDENT', 'NOTEBOOK', 'KERNELS', 'ACTIVE', 'SPARK PODS', 'GROUP'], ...rows]),
    '',
    `${seats.length - leaving.length} students${counts.length > 0 ? ': ' : ''}${counts.join(', ')}`,
    ...(leaving.length > 0
      ? [`seats of ${leaving.length} who left are still there: firesteel classroom remove ${leaving.join(' ')}`]
      : []),
  ];
}
