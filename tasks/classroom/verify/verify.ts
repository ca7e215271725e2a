// classroom verify: runs every attempt as a student, and fails if one result differs.
import { Failure } from '../../core/failure.ts';
import { table } from '../../core/screen/table.ts';
import { refOf } from '../../kube/ref.ts';
import type { Kube } from '../../kube/types.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { classEnd } from '../class-end.ts';
import { machineAddresses } from '../door/addresses.ts';
import { doorTarget } from '../door/cluster.ts';
import { classPath, privateMode } from '../folder.ts';
import { apiServerOf, studentConfig } from '../kubeconfigs/student-config.ts';
import type { ClassRun } from '../run.ts';
import { classNamespace } from '../seat/labels.ts';
import { serverStates } from '../seat/start-seats.ts';
import type { Seat } from '../types.ts';
import { addressAttempt } from './address-attempt.ts';
import { cookieAttempts } from './cookie-attempts.ts';
import { doorAttempts } from './door-attempts.ts';
import { enforcementAttempt } from './enforcement-attempt.ts';
import { floodAttempt } from './flood-attempt.ts';
import { openMirror } from './mirror.ts';
import { networkAttempts, type Place } from './network-attempts.ts';
import { deletionAttempts, objectAttempts } from './object-attempts.ts';
import { labPod, seatPlaces } from './places.ts';
import { accountAttempts, rightAttempts } from './right-attempts.ts';
import { type Attempt, isAsExpected, type Row, rowsOf } from './row.ts';
import { closedOnes, openTeacherPlaces } from './teacher-place.ts';

/** Two seats whose servers run: against one that is paused, every attempt would fail for that alone. */
async function twoSeats(context: Context, run: ClassRun): Promise<[Seat, Seat]> {
  const states = await serverStates(context);
  const [own, neighbour] = (await run.seats(context)).filter(({ student }) => states.get(student) === 'ready');
  if (!own || !neighbour)
    throw new Failure('two notebook servers must run to test that one seat cannot reach the other', {
      hint: 'start the notebook servers: firesteel classroom start',
    });
  return [own, neighbour];
}

/** The API as a student has it, by a kubeconfig with a new token. */
async function studentOf(context: Context, seat: Seat): Promise<Kube> {
  const { cluster, profile, write, connect } = context;
  const config = await studentConfig(context, await apiServerOf(cluster.kubeconfig(profile)), seat, classEnd(profile));
  await write([config]);
  return connect({ path: config.path, context: seat.namespace });
}

async function attempts(context: Context, run: ClassRun, teacher: readonly Place[]): Promise<Attempt[]> {
  const { kube, profile, state, signal } = context;
  const { name } = profile.classroom;
  const [own, neighbour] = await twoSeats(context, run);
  const student = await studentOf(context, own);
  const image = state.image ?? '';
  const { namespace } = own;
  const door = await doorTarget(kube, classNamespace(name));
  const places = { seat: namespace, neighbour: neighbour.namespace, door: classNamespace(name) };
  return [
    ...rightAttempts(student, places),
    ...(await accountAttempts(kube, places)),
    ...objectAttempts(student, namespace, neighbour.namespace, image),
    ...deletionAttempts(student, refOf(await labPod(kube, own))),
    floodAttempt(
      { kube, className: name },
      { kube: student, namespace },
      { kube: await studentOf(context, neighbour), namespace: neighbour.namespace },
    ),
    enforcementAttempt(context, image),
    ...networkAttempts(student, {
      namespace,
      image,
      places: [...(await seatPlaces(context, own, neighbour)), ...teacher],
      signal,
    }),
    addressAttempt(kube),
    ...doorAttempts(door, own, neighbour, { signal }),
    ...cookieAttempts(door, own, () => openMirror(door, own, signal)),
  ];
}

const mark = (row: Row): string => (isAsExpected(row) ? '✔' : '✖');

/** The table for people. */
const verifyLines = (rows: readonly Row[]): string[] =>
  table([
    ['', 'A STUDENT TRIES TO', 'EXPECTED', 'SEEN', ''],
    ...rows.map((row) => [mark(row), row.what, row.expected, row.seen, row.detail.split('\n')[0]?.slice(0, 60) ?? '']),
  ]);

/** Tries everything, keeps the table in the class's folder, and fails where one row is not as expected. */
export const verifySeats = (run: ClassRun): SingleStep => ({
  title: 'Test the isolation of students',
  run: async (context, out) => {
    const { signal } = context;
    const teacher = await openTeacherPlaces(closedOnes(await machineAddresses(), context.profile.classroom.networks));
    const rows = await attempts(context, run, teacher.places)
      .then((all) => rowsOf(all, signal, ({ what }, tried) => out.line(`${tried} tried: ${what}`)))
      .finally(() => teacher.close());
    const { name } = context.profile.classroom;
    const path = classPath(name, 'verify.json');
    const content = `${JSON.stringify({ class: name, at: new Date().toISOString(), rows }, null, 2)}\n`;
    await context.write([{ path, content, mode: privateMode }]);
    const wrong = rows.filter((row) => !isAsExpected(row));
    context.state.lines = [...verifyLines(rows), '', `written to ${path}`];
    if (wrong.length > 0)
      throw new Failure(
        [
          `seats are not isolated: ${wrong.length} of ${rows.length} attempts did not end as expected`,
          ...verifyLines(wrong),
        ].join('\n'),
        { hint: 'restore changed objects before students come: firesteel classroom apply' },
      );
    context.state.lines.push(`All ${rows.length} attempts end as expected: the seats are isolated.`);
  },
});
