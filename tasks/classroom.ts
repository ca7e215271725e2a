// classroom: from a class list to students at work, each in a seat apart from the others.
import { compareList, keepClass, openData, prepareSeats, shareApi, showChanges } from './classroom/apply.ts';
import { endProblems } from './classroom/class-end.ts';
import { absentCluster, classDeletes, closeSeats, endClass, removeSeats } from './classroom/close.ts';
import { balancersOf, entranceProblems } from './classroom/door/entrance.ts';
import { certificateProblems, earlyEnd } from './classroom/door/given-certificate.ts';
import { doorImageSteps, doorTools } from './classroom/door/image.ts';
import { balancerCosts, balancerSteps, waitForAddress } from './classroom/door/load-balancer.ts';
import { certificateSteps } from './classroom/door/ordered-certificate.ts';
import { relayDoor } from './classroom/door/relay-door.ts';
import { tellDoor } from './classroom/door/state.ts';
import { openDoor } from './classroom/door/steps.ts';
import { collectFile } from './classroom/files/collect.ts';
import { pushFiles } from './classroom/files/push.ts';
import { seeThatClassFits } from './classroom/fit.ts';
import { fetchGit } from './classroom/git.ts';
import { repositoryProblems } from './classroom/handouts/files.ts';
import { writeHandouts } from './classroom/handouts/steps.ts';
import { seatLayer, seatPackages, seatTools } from './classroom/image.ts';
import { writeKubeconfigs } from './classroom/kubeconfigs/steps.ts';
import { lockClass } from './classroom/lock.ts';
import { verifyCluster } from './classroom/place.ts';
import { checkPlace, keepPlace } from './classroom/place-steps.ts';
import { type ClassRun, classRun, deletedSeats, type RunFlags } from './classroom/run.ts';
import { openForTeacher } from './classroom/seat/open.ts';
import { pullSteps, showPulls } from './classroom/seat/pull-image.ts';
import { resetSeat } from './classroom/seat/reset.ts';
import { nextTime, startServers, waitUntil } from './classroom/seat/start-steps.ts';
import { classStatus } from './classroom/status.ts';
import { verifySeats } from './classroom/verify/verify.ts';
import { exitCode } from './core/failure.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { fileProblems } from './notebooks/server/files.ts';
import { domainExpected, domainName } from './profile/blocks/classroom.ts';
import type { Profile } from './profile/schema.ts';
import type { Cluster } from './steps/cluster.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, Step } from './steps/types.ts';

/** What was given of the verb's own flags. */
export interface ClassroomFlags extends RunFlags {
  /** Domain of the class, in place of the profile's. */
  domain?: string | undefined;
  /** Students whose keys are on another machine get new ones. */
  hasNewCodes?: boolean;
  /** When to start, as 08:30. */
  at?: string | undefined;
}

/** Actions that bring images to the nodes. */
const building = ['apply', 'plan', 'add', 'remove', 'rotate', 'start', 'resume', 'verify', 'reset'];

/** Actions that make no sense for a class that has ended. */
const beforeEnd = ['plan', 'apply', 'add', 'start', 'resume'];

/** Actions that may give the class more seats. */
const comparing = ['plan', 'apply', 'add'];

/** Actions that bring the door to the present class. */
const opening = ['apply', 'add', 'remove', 'rotate'];

/** The task as these flags ask for it. */
export const classroomWith = (flags: ClassroomFlags = {}): Task => ({
  cluster: 'use',
  plan: async ({ context, words, isDryRun }) => {
    if (flags.domain !== undefined && !domainName.test(flags.domain))
      return { problems: [`--domain ${flags.domain}: ${domainExpected}`], steps: [] };
    const profile = withDomain(context.profile, flags.domain);
    const run = classRun(profile, words, flags);
    const problems = await problemsOf({ ...context, profile }, run, words, flags);
    return planUnless(problems, async () => {
      const absent = words[0] === 'destroy' ? await absentCluster({ ...context, profile }) : undefined;
      return planAction(profile, context.cluster, run, words, { ...flags, isDryRun, absent });
    });
  },
});

const withDomain = (profile: Profile, domain = profile.classroom.door.domain): Profile => {
  const { classroom } = profile;
  return { ...profile, classroom: { ...classroom, door: { ...classroom.door, domain } } };
};

async function problemsOf(
  context: Context,
  run: ClassRun,
  [action = '', ...words]: readonly string[],
  { address, at }: ClassroomFlags,
): Promise<string[]> {
  const { profile, cluster, read } = context;
  // A class that is gone can be removed again.
  if (action !== 'destroy') await run.plan();
  const { notebooks, data } = profile.classroom;
  const files = action === 'push' ? words : action === 'start' ? [...notebooks, ...data] : [];
  return [
    ...(address !== undefined && balancersOf({ profile, cluster })
      ? ['leave out --address: on this cluster, students reach the door through a load balancer']
      : []),
    ...(beforeEnd.includes(action) ? endProblems(profile) : []),
    ...(comparing.includes(action) ? await portsProblems(context, run) : []),
    ...([...opening, 'plan'].includes(action) ? await certificateProblems(context, run) : []),
    ...(at !== undefined && !nextTime(at) ? [`--at ${at}: expected a time such as 08:30`] : []),
    ...fileProblems(files),
    // The folder of the class has the keys already, in a repository or not.
    ...(action === 'handouts' && words[0] ? repositoryProblems(words[0]) : []),
    ...(building.includes(action)
      ? [...(await buildProblems(profile, read)), ...layerProblems(profile, seatPackages(profile))]
      : []),
  ];
}

async function portsProblems(context: Context, run: ClassRun): Promise<string[]> {
  const { after, keys } = await run.plan();
  return entranceProblems(
    context,
    after.students.flatMap(({ name }) => keys.get(name)?.number ?? []),
  );
}

/** What the steps of a command depend on, beside its words. */
interface StepFlags extends ClassroomFlags {
  isDryRun: boolean;
  /** What is seen of a cluster that does not exist any more, where the class is to be removed. */
  absent: string | undefined;
}

/** An action on a class that can be read. */
function planAction(
  profile: Profile,
  cluster: Cluster,
  run: ClassRun,
  words: readonly string[],
  flags: StepFlags,
): Plan {
  const [action = '', word = ''] = words;
  return {
    profile,
    ...(flags.absent === undefined ? {} : { cluster: 'optional' }),
    tools: building.includes(action)
      ? [...buildTools(profile), ...layerTools(seatPackages(profile)), ...seatTools, ...doorTools]
      : [],
    questions: async (context) => ({
      creates: opening.includes(action) ? await balancerCosts(context) : [],
      deletes: await whatLeaves(context, run, action, flags),
    }),
    steps: stepsOf(profile, cluster, run, words, flags),
    show: async (context, show) => {
      if (action === 'door') await relayDoor(context, run, show);
      if (action === 'open') await openForTeacher(context, run, word, show);
    },
    done: async ({ state }) => [
      ...[...run.failures].map(([student, why]) => `${student}: ${why}`),
      ...(state.lines ?? []),
      ...(opening.includes(action) ? await earlyEnd(profile) : []),
    ],
    exitCode: () => (run.failures.size > 0 ? exitCode.partly : exitCode.done),
  };
}

async function whatLeaves(context: Context, run: ClassRun, action: string, { absent }: StepFlags): Promise<string[]> {
  if (action === 'destroy') {
    await verifyCluster(context);
    return classDeletes(context, absent);
  }
  return deletedSeats(action, await run.plan());
}

function stepsOf(
  profile: Profile,
  cluster: Cluster,
  run: ClassRun,
  [action = '', word = '', ...words]: readonly string[],
  flags: StepFlags,
): Step[] {
  const lock = lockClass(run, action);
  const here = checkPlace({ needsKeys: false });
  const images: Step[] = [
    ...buildSteps(profile),
    fetchGit,
    ...layerSteps(profile, seatLayer(profile), cluster),
    ...cluster.publish(profile),
  ];
  switch (action) {
    case 'plan':
      // Without the image, seats cannot be compared, and a dry run builds none.
      return [
        compareList(run),
        seeThatClassFits(run, { refuses: true }),
        ...(flags.isDryRun
          ? []
          : [checkPlace({ needsKeys: true }), ...images, ...showPulls(cluster), showChanges(run)]),
      ];
    case 'apply':
    case 'add':
    case 'remove':
    case 'rotate':
      return [
        lock,
        checkPlace({ needsKeys: !flags.hasNewCodes }),
        compareList(run),
        // A node that is away keeps nobody from taking a student out.
        seeThatClassFits(run, { refuses: action === 'apply' || action === 'add' }),
        ...(action === 'apply' ? openData(profile) : []),
        ...images,
        ...doorImageSteps(profile, cluster),
        keepClass(run),
        keepPlace(run),
        ...balancerSteps({ cluster, profile }, run),
        shareApi(run),
        prepareSeats(run),
        ...certificateSteps(profile, action === 'apply'),
        openDoor(run),
        writeKubeconfigs(run),
        writeHandouts(run, undefined),
        // Last: until then the record says whose seats an interrupted command has left.
        removeSeats(run),
      ];
    case 'start':
    case 'resume': {
      const time = nextTime(flags.at ?? '');
      // Until its time comes the class is free for others.
      return [
        ...images,
        ...pullSteps(cluster),
        ...(time ? [waitUntil(time)] : []),
        lock,
        here,
        tellDoor(false),
        ...startServers(run, profile),
      ];
    }
    case 'pause':
      return [lock, here, tellDoor(true), closeSeats(run)];
    case 'destroy':
      return [lock, ...(flags.absent === undefined ? [here] : []), ...endClass(profile, flags.absent)];
    case 'verify':
      return [lock, here, ...images, verifySeats(run)];
    case 'reset':
      return [lock, here, ...images, ...resetSeat(run, word)];
    case 'push':
      return [lock, here, pushFiles(run, [word, ...words])];
    case 'collect':
      return [collectFile(run, word, words[0] ?? '.')];
    case 'handouts':
      return [...(balancersOf({ cluster, profile }) ? [waitForAddress] : []), writeHandouts(run, word || undefined)];
    default:
      return [classStatus(run)];
  }
}
