// The steps of classroom start: wait for the time, start the servers, wait until each is ready.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep, Step } from '../../steps/types.ts';
import { noteFailures } from '../apply.ts';
import type { BulkPlan } from '../bulk/groups.ts';
import { pushFiles } from '../files/push.ts';
import { lookForSeats } from '../node-look.ts';
import type { ClassRun } from '../run.ts';
import { applySeats, planSeats } from './apply-seats.ts';
import { paced, startPause, waitForServers } from './start-seats.ts';

/** The next moment of this machine's clock that shows `08:30`; undefined for anything else. */
export function nextTime(text: string, now = new Date()): Date | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const time = new Date(now);
  time.setHours(Number(hours), Number(minutes), 0, 0);
  if (time <= now) time.setDate(time.getDate() + 1);
  return time;
}

const longestSleepMs = 60_000;

const shownTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** A time that has passed today is one of tomorrow, and the title says so. */
export const waitUntil = (time: Date, now = new Date()): SingleStep => ({
  title: `Wait until ${shownTime.format(time)} ${time.getDate() === now.getDate() ? 'today' : 'tomorrow'}`,
  observes: true,
  run: async ({ signal }, out) => {
    out.line(`until ${time.toLocaleString()}`);
    // A laptop that slept during the wait looks at the clock again.
    for (let left = time.getTime() - Date.now(); left > 0; left = time.getTime() - Date.now())
      await sleep(Math.min(left, longestSleepMs), undefined, { signal });
  },
});

/** Every seat's server, one after the other at the pace of the class. */
const startEach = (run: ClassRun): SingleStep => {
  let planning: Promise<BulkPlan> | undefined;
  const planned = (context: Context): Promise<BulkPlan> => {
    planning ??= run.seats(context).then((seats) => planSeats(context, seats, () => true));
    return planning;
  };
  return {
    title: 'Start the notebook servers',
    skip: async (context) => {
      if (!context.state.image) return false;
      return (await planned(context)).groups.length === 0 && 'all are running';
    },
    run: async (context, out) => {
      const { kube, profile, signal } = context;
      const { nodes } = await lookForSeats(kube, profile.namespace);
      const cores = nodes.reduce((sum, { whole }) => sum + (whole['cpu'] ?? 0), 0) / 1000;
      const plan = await planned(context);
      let started = 0;
      await paced(plan.groups, startPause(profile.classroom.pace, cores), signal, async (group) => {
        const { failures } = await applySeats(context, { ...plan, groups: [group] }, { line: () => {} });
        noteFailures(run, failures);
        started += 1;
        out.line(`${started} of ${plan.groups.length} started`);
      });
    },
  };
};

/** Whose server is late is passed over afterwards, and the command ends with exit code 4. */
const waitForEach = (run: ClassRun, seconds: number | undefined): SingleStep => ({
  title: 'Wait for the notebook servers',
  observes: true,
  run: async (context, out) => {
    const students = (await run.plan()).after.students.map(({ name }) => name);
    const started = students.filter((name) => !run.failures.has(name));
    const late = await waitForServers(context, started, out, seconds);
    for (const [student, why] of late) run.failures.set(student, why);
    if (late.size > 0 && late.size === started.length)
      throw new Failure(`no notebook server is ready: ${[...late].map(([student, why]) => `${student}: ${why}`)[0]}`, {
        hint: 'look at the seats: firesteel classroom status',
      });
    out.line(`${students.length - run.failures.size} of ${students.length} ready`);
  },
});

/** Notebooks and data of the profile, for every student. */
const handOut = (run: ClassRun, profile: Profile): SingleStep[] => {
  const paths = [...profile.classroom.notebooks, ...profile.classroom.data];
  return paths.length === 0 ? [] : [pushFiles(run, paths)];
};

/** Every server runs afterwards, with the files of the class. `seconds` is how long a server may be the only late one. */
export const startServers = (run: ClassRun, profile: Profile, seconds?: number): Step[] => [
  startEach(run),
  waitForEach(run, seconds),
  ...handOut(run, profile),
];
