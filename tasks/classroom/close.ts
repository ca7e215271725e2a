// Pauses a class, or removes seats or the whole class.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { balancerEndSeconds } from '../clusters/load-balancers.ts';
import { eachAtOnce } from '../core/at-once.ts';
import { Failure, messageOf } from '../core/failure.ts';
import { shownClass } from '../profile/blocks/classroom.ts';
import type { Profile } from '../profile/schema.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { closeToReaders } from '../storage/readers.ts';
import { unknownClass } from './class.ts';
import { doorService } from './door/entrance.ts';
import { classRules } from './flow.ts';
import { classPath, recordFile, withoutSeats } from './folder.ts';
import type { ClassRun } from './run.ts';
import { classReaders, classSelector, seatNamespace, studentLabel } from './seat/labels.ts';
import { isRunning, serverStates } from './seat/start-seats.ts';
import { stopServer } from './seat/stop-server.ts';

/** Namespaces of the class: of its seats, by student, and all. */
async function namespacesOf({ kube, profile }: Context): Promise<{ seats: Map<string, string>; all: string[] }> {
  const labelSelector = classSelector(profile.classroom.name);
  const found = await kube.list({ apiVersion: 'v1', kind: 'Namespace', labelSelector });
  return {
    seats: new Map(
      found.flatMap(({ metadata }) => {
        const student = metadata.labels?.[studentLabel];
        return student ? [[student, metadata.name] as const] : [];
      }),
    ),
    all: found.map(({ metadata }) => metadata.name),
  };
}

/** Namespaces of the class's seats, by student. */
export const seatNamespaces = async (context: Context): Promise<Map<string, string>> =>
  (await namespacesOf(context)).seats;

/** Servers that are ended at a time. */
const atOnce = 8;

/** Each notebook server that runs is scaled to nothing; work folders and seats stay. */
export const closeSeats = (run: ClassRun): SingleStep => ({
  title: 'Pause the notebook servers',
  run: async (context, out) => {
    const states = await serverStates(context);
    const students = (await run.plan()).after.students.map(({ name }) => name);
    const open = students.filter((student) => isRunning(states.get(student)));
    let paused = 0;
    await eachAtOnce(open, atOnce, async (student) => {
      try {
        await stopServer(context, seatNamespace(context.profile.classroom.name, student));
        paused += 1;
      } catch (error) {
        context.signal.throwIfAborted();
        run.failures.set(student, messageOf(error));
      }
    });
    out.line(
      open.length === 0
        ? 'no notebook server is running'
        : `${paused} of ${students.length} paused; their work folders stay`,
    );
  },
});

/** Removes seats of those who have left the class. A seat that stays stops no other; the next `apply` or `remove` tries again. */
export const removeSeats = (run: ClassRun): SingleStep => ({
  title: 'Remove seats of students who left',
  skip: async () => (await run.plan()).leaving.length === 0 && 'no student leaves',
  run: async (context, out) => {
    const { kube, profile, write } = context;
    const { leaving, after } = await run.plan();
    const found = await seatNamespaces(context);
    const left = await kube.removeNamespaces(
      leaving.flatMap(({ name }) => found.get(name) ?? []),
      {
        labelSelector: classSelector(profile.classroom.name),
        onLeft: (count) => out.line(`${count} of ${leaving.length} left`),
      },
    );
    const removed = new Set<string>();
    for (const { name } of leaving) {
      const why = left.get(found.get(name) ?? '');
      if (why === undefined) removed.add(name);
      else run.failures.set(name, `the seat is not removed: ${why}`);
    }
    out.line(`${removed.size} of ${leaving.length} removed`);
    await write([recordFile(profile.classroom.name, withoutSeats(after, removed))]);
  },
});

/** Objects of the class that have no namespace; what names another goes before it. */
const ownKinds = [
  ['admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding'],
  ['admissionregistration.k8s.io', 'ValidatingAdmissionPolicy'],
  ['flowcontrol.apiserver.k8s.io', 'FlowSchema'],
  ['flowcontrol.apiserver.k8s.io', 'PriorityLevelConfiguration'],
] as const;

/** Everything of the class in the cluster. */
const removeObjects: SingleStep = {
  title: 'Remove the class',
  run: async (context, out) => {
    const { kube, profile } = context;
    const { name } = profile.classroom;
    // A cloud takes longer to end a load balancer than the end of its namespace is waited for.
    await kube.remove(doorService(name), balancerEndSeconds);
    const { all } = await namespacesOf(context);
    const left = await kube.removeNamespaces(all, {
      labelSelector: classSelector(name),
      onLeft: (count) => out.line(`${count} of ${all.length} namespaces left`),
    });
    if (left.size > 0)
      throw new Failure(
        ['namespaces of the class do not end', ...[...left].map(([one, why]) => `${one}: ${why}`)].join('\n'),
        { hint: 'remove what holds them, then run the same command again' },
      );
    for (const [group, kind] of ownKinds)
      for (const own of classRules(name)) await kube.remove({ apiVersion: `${group}/v1`, kind, name: own });
    out.line(`deleted ${all.length} namespaces`);
  },
};

/** The names and keys on this machine. */
const removeFolder: SingleStep = {
  title: 'Remove the folder of the class',
  skip: ({ profile }) => !existsSync(classPath(profile.classroom.name)) && 'no folder',
  run: async ({ profile, change }) => {
    const folder = classPath(profile.classroom.name);
    await change(`remove ${folder}`, () => rm(folder, { recursive: true }));
  },
};

/** What is seen where the cluster of the class does not exist any more; undefined if it may exist. */
export async function absentCluster(context: Context): Promise<string | undefined> {
  const { state, detail } = await context.cluster.status(context);
  return state === 'absent' ? detail : undefined;
}

/** Everything of the class in the cluster, and its folder on this machine; without a cluster the folder alone. */
export const endClass = (profile: Profile, absent: string | undefined): SingleStep[] => [
  ...(absent === undefined ? [...closeToReaders(profile, classReaders(profile)), removeObjects] : []),
  removeFolder,
];

/** What goes with the class, a line each. Usage Failure if there is nothing of it while others are known. */
export async function classDeletes(context: Context, absent: string | undefined): Promise<string[]> {
  const { name } = context.profile.classroom;
  const seats = absent === undefined ? (await seatNamespaces(context)).size : 0;
  const unknown = seats === 0 && !existsSync(classPath(name)) ? await unknownClass(name) : undefined;
  if (unknown) throw unknown;
  const folder = `${classPath(name)}, with the list of students, their keys and hand-outs`;
  return [
    ...(absent === undefined ? [`${seats} seats of ${shownClass(name)}, with all the work in them`] : []),
    ...(existsSync(classPath(name))
      ? [absent === undefined ? folder : `${folder}, and nothing else: the cluster is absent (${absent})`]
      : []),
  ];
}
