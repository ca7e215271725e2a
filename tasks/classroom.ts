// classroom: from a class list to students at work, each in a seat apart from the others.
import {
  type ClassRun,
  compareList,
  keepClass,
  prepareSeats,
  seeThatClassFits,
  shareApi,
  showChanges,
} from './classroom/apply.ts';
import {
  type ClassPlan,
  keptClass,
  planClass,
  seatsOf,
  withNewKeysFor,
  withoutStudents,
  withTyped,
} from './classroom/class.ts';
import { classDeletes, closeSeats, deletedSeats, endClass, removeSeats } from './classroom/close.ts';
import { balancersOf, doorEntrance } from './classroom/door/entrance.ts';
import { doorImageSteps, doorTools } from './classroom/door/image.ts';
import { balancerCosts, balancerSteps, waitForAddress } from './classroom/door/load-balancer.ts';
import { certificateSteps } from './classroom/door/ordered-certificate.ts';
import { relayDoor } from './classroom/door/relay-door.ts';
import { openDoor } from './classroom/door/steps.ts';
import { collectFile } from './classroom/files/collect.ts';
import { pushFiles } from './classroom/files/push.ts';
import { fetchGit } from './classroom/git.ts';
import { writeHandouts } from './classroom/handouts/steps.ts';
import { seatLayer, seatTools } from './classroom/image.ts';
import { writeKubeconfigs } from './classroom/kubeconfigs/steps.ts';
import { lockClass } from './classroom/lock.ts';
import { openForTeacher } from './classroom/seat/open.ts';
import { resetSeat } from './classroom/seat/reset.ts';
import { startServers, waitUntil } from './classroom/seat/start-steps.ts';
import { classStatus } from './classroom/status.ts';
import { verifySeats } from './classroom/verify/verify.ts';
import { exitCode, Failure } from './core/failure.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { devLayer } from './notebooks/layer.ts';
import { fileProblems } from './notebooks/server/files.ts';
import { domainExpected, domainName } from './profile/blocks/classroom.ts';
import type { Profile } from './profile/schema.ts';
import type { Cluster } from './steps/cluster.ts';
import type { Step, Task } from './steps/types.ts';

/** What was given of the verb's own flags. */
export interface ClassroomFlags {
  /** `id=TITLE`: the column that identifies people. */
  column?: string | undefined;
  /** Students who are not in the list leave the class, with their work. */
  isPruned?: boolean;
  /** Address of this machine that students reach, in place of the profile's. */
  address?: string | undefined;
  /** Domain of the class, in place of the profile's. */
  domain?: string | undefined;
  /** When to start, as 08:30. */
  at?: string | undefined;
}

/** Actions that bring images to the nodes. */
const building = ['apply', 'plan', 'add', 'remove', 'rotate', 'start', 'pause', 'resume', 'verify', 'reset'];

/** Actions that bring the door to the present class. */
const opening = ['apply', 'add', 'remove', 'rotate'];

/** The task as these flags ask for it. */
export function classroomWith(flags: ClassroomFlags = {}): Task {
  let plan: Promise<ClassPlan> | undefined;
  const planFor = (profile: Profile, [action, word, ...words]: readonly string[]): Promise<ClassPlan> => {
    if (action === 'plan' || action === 'apply')
      return planClass(profile, { path: word, column: flags.column, isPruned: flags.isPruned ?? false });
    if (action === 'add') return withTyped(profile, [word ?? '', ...words]);
    if (action === 'remove') return withoutStudents(profile, [word ?? '', ...words]);
    if (action === 'rotate') return withNewKeysFor(profile, word ?? '');
    return keptClass(profile);
  };
  const runFor = (profile: Profile, args: readonly string[]): ClassRun => {
    const run: ClassRun = {
      plan: () => (plan ??= planFor(profile, args)),
      readAgain: async () => {
        if (!plan) return;
        const agreed = deletedSeats(await plan);
        plan = undefined;
        if (deletedSeats(await run.plan()).join() !== agreed.join())
          throw new Failure('another run has changed who leaves the class', {
            hint: 'run the same command again to see who leaves',
          });
      },
      entrance: (context) => doorEntrance(context, flags.address ?? profile.classroom.door.address),
      seats: async (context) => seatsOf(profile, await run.plan(), await run.entrance(context)),
      failures,
    };
    return run;
  };
  const failures = new Map<string, string>();
  const images = (profile: Profile, cluster: Cluster): Step[] => [
    ...buildSteps(profile),
    fetchGit,
    ...layerSteps(profile, seatLayer(), cluster),
    ...cluster.publish(profile),
  ];
  return {
    profileFor: (profile) => {
      const { domain = profile.classroom.door.domain } = flags;
      return { ...profile, classroom: { ...profile.classroom, door: { ...profile.classroom.door, domain } } };
    },
    problems: async (profile, args, cluster, read) => {
      const [action = ''] = args;
      if (flags.domain !== undefined && !domainName.test(flags.domain))
        return [`--domain ${flags.domain}: ${domainExpected}`];
      // A class that is gone can be removed again.
      if (action !== 'destroy') await runFor(profile, args).plan();
      const { notebooks, data } = profile.classroom;
      const files = action === 'push' ? args.slice(1) : action === 'start' ? [...notebooks, ...data] : [];
      return [
        ...(flags.address !== undefined && balancersOf({ profile, cluster })
          ? ['leave out --address: on this cluster, students reach the door through a load balancer']
          : []),
        ...fileProblems(files),
        ...(building.includes(action)
          ? [...(await buildProblems(profile, read)), ...layerProblems(profile, devLayer)]
          : []),
      ];
    },
    costs: async (context, [action = '']) => (opening.includes(action) ? balancerCosts(context) : []),
    deletes: async (context, args) => {
      if (args[0] === 'destroy') return classDeletes(context);
      return ['apply', 'remove'].includes(args[0] ?? '')
        ? deletedSeats(await runFor(context.profile, args).plan())
        : [];
    },
    tools: (profile, [action = '']) =>
      building.includes(action) ? [...buildTools(profile), ...layerTools(devLayer), ...seatTools, ...doorTools] : [],
    steps: (profile, cluster, args) => {
      const run = runFor(profile, args);
      const [action = '', word] = args;
      const lock = lockClass(run, action);
      switch (action) {
        case 'plan':
          return [compareList(run), seeThatClassFits(run), ...images(profile, cluster), showChanges(run)];
        case 'apply':
        case 'add':
        case 'remove':
        case 'rotate':
          return [
            lock,
            compareList(run),
            seeThatClassFits(run),
            ...images(profile, cluster),
            ...doorImageSteps(profile, cluster),
            keepClass(run),
            ...balancerSteps({ cluster, profile }, run),
            shareApi(run),
            prepareSeats(run),
            ...certificateSteps(profile, action === 'apply'),
            openDoor(run),
            removeSeats(run),
            writeKubeconfigs(run),
            writeHandouts(run, undefined),
          ];
        case 'start':
        case 'resume':
          // Until its time comes the class is free for others.
          return [
            ...images(profile, cluster),
            ...(flags.at === undefined ? [] : [waitUntil(flags.at)]),
            lock,
            ...startServers(run, profile),
          ];
        case 'pause':
          return [lock, ...images(profile, cluster), closeSeats(run)];
        case 'destroy':
          return [lock, endClass];
        case 'verify':
          return [lock, ...images(profile, cluster), verifySeats(run)];
        case 'reset':
          return [lock, ...images(profile, cluster), ...resetSeat(run, word ?? '')];
        case 'push':
          return [lock, pushFiles(run, args.slice(1))];
        case 'collect':
          return [collectFile(run, word ?? '', args[2] ?? '.')];
        case 'handouts':
          return [...(balancersOf({ cluster, profile }) ? [waitForAddress] : []), writeHandouts(run, word)];
        default:
          return [classStatus(run)];
      }
    },
    show: async (context, args, show) => {
      const run = runFor(context.profile, args);
      if (args[0] === 'door') await relayDoor(context, run, show);
      if (args[0] === 'open') await openForTeacher(context, run, args[1] ?? '', show);
    },
    done: ({ state }) => [...[...failures].map(([student, why]) => `${student}: ${why}`), ...(state.lines ?? [])],
    facts: ({ state }) => (state.seats ? { seats: state.seats } : {}),
    exitCode: () => (failures.size > 0 ? exitCode.partly : exitCode.done),
  };
}
