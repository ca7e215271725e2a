// How a class is: each student's notebook server, and what of the class runs beside it.
import { table } from '../lib/report.ts';
import type { Context, SingleStep } from '../lib/types.ts';
import type { Pod } from '../spark/pod.ts';
import type { ClassRun } from './apply.ts';
import { seatNamespace } from './seat/labels.ts';
import { serverStates } from './seat/start-seats.ts';

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
    const [{ after }, states, pods] = await Promise.all([run.plan(), serverStates(context), runningPods(context)]);
    const rows = after.students.map((student) => [
      student.name,
      states.get(student.name) ?? 'no seat',
      `${pods.get(seatNamespace(name, student.name)) ?? 0}`,
      student.group ?? '',
    ]);
    const count = (wanted: string) => rows.filter(([, found]) => found === wanted).length;
    state.lines = [
      ...table([['STUDENT', 'NOTEBOOK', 'SPARK PODS', 'GROUP'], ...rows]),
      '',
      `${rows.length} students: ${['ready', 'starting', 'paused', 'no seat']
        .filter((wanted) => count(wanted) > 0)
        .map((wanted) => `${count(wanted)} ${wanted}`)
        .join(', ')}`,
    ];
  },
});
