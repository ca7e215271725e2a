// Pauses a class, or removes seats or the whole class.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { balancerEndSeconds } from '../clusters/load-balancers.ts';
import { messageOf } from '../core/failure.ts';
import type { Ref } from '../kube/types.ts';
import { shownClass } from '../profile/blocks/classroom.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { unknownClass } from './class.ts';
import { doorService } from './door/entrance.ts';
import { classObject, classPriorities, classServices } from './flow.ts';
import { classPath, recordFile, withoutSeats } from './folder.ts';
import type { ClassRun } from './run.ts';
import { classNamespace, classSelector, seatNamespace, studentLabel } from './seat/labels.ts';
import { isRunning, serverStates } from './seat/start-seats.ts';
import { stopServer } from './seat/stop-server.ts';

const namespaceRef = (name: string): Ref => ({ apiVersion: 'v1', kind: 'Namespace', name });

/** Namespaces of the class's seats, by student. */
export async function seatNamespaces({ kube, profile }: Context): Promise<Map<string, string>> {
  const labelSelector = classSelector(profile.classroom.name);
  const found = await kube.list({ apiVersion: 'v1', kind: 'Namespace', labelSelector });
  return new Map(
    found.flatMap(({ metadata }) => {
      const student = metadata.labels?.[studentLabel];
      return student ? [[student, metadata.name] as const] : [];
    }),
  );
}

/** Servers that are ended at a time. */
const atOnce = 8;

/** Each notebook server that runs is scaled to nothing; work folders and seats stay. */
export const closeSeats = (run: ClassRun): SingleStep => ({
  title: 'Pause the notebook servers',
  run: async (context, out) => {
    const states = await serverStates(context);
    const students = (await run.plan()).after.students.map(({ name }) => name);
    const open = students.filter((student) => isRunning(states.get(student)));
    const waiting = [...open];
    let paused = 0;
    const work = async () => {
      for (let student = waiting.shift(); student !== undefined; student = waiting.shift())
        try {
          await stopServer(context, seatNamespace(context.profile.classroom.name, student));
          paused += 1;
        } catch (error) {
          context.signal.throwIfAborted();
          run.failures.set(student, messageOf(error));
        }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
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
    const { kube, profile, signal, write } = context;
    const { leaving, after } = await run.plan();
    const found = await seatNamespaces(context);
    const removed = new Set<string>();
    const remove = async (name: string) => {
      try {
        const namespace = found.get(name);
        if (namespace) await kube.remove(namespaceRef(namespace));
        removed.add(name);
        out.line(name);
      } catch (error) {
        signal.throwIfAborted();
        run.failures.set(name, messageOf(error));
      }
    };
    await Promise.all(leaving.map(({ name }) => remove(name)));
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

/** Everything of the class in the cluster, and its folder on this machine. */
export const endClass: SingleStep = {
  title: 'Remove the class',
  run: async (context, out) => {
    const { kube, profile, change } = context;
    const { name } = profile.classroom;
    // A cloud takes longer to end a load balancer than the end of its namespace is waited for.
    await kube.remove(doorService(name), balancerEndSeconds);
    const namespaces = [...(await seatNamespaces(context)).values(), classNamespace(name)];
    await Promise.all(namespaces.map((namespace) => kube.remove(namespaceRef(namespace))));
    for (const [group, kind] of ownKinds)
      for (const own of [classObject(name), classServices(name), classPriorities(name)])
        await kube.remove({ apiVersion: `${group}/v1`, kind, name: own });
    const folder = classPath(name);
    if (existsSync(folder)) await change(`remove ${folder}`, () => rm(folder, { recursive: true }));
    out.line(`deleted ${namespaces.length} namespaces`);
  },
};

/** What goes with the class, a line each. Usage Failure if there is nothing of it while others are known. */
export async function classDeletes(context: Context): Promise<string[]> {
  const { name } = context.profile.classroom;
  const seats = (await seatNamespaces(context)).size;
  const unknown = seats === 0 && !existsSync(classPath(name)) ? await unknownClass(name) : undefined;
  if (unknown) throw unknown;
  return [
    `${seats} seats of ${shownClass(name)}, with all the work in them`,
    ...(existsSync(classPath(name)) ? [`${classPath(name)}, with the list of students, their keys and hand-outs`] : []),
  ];
}
