// The steps that bring a class from its list to seats, as classroom apply shows them.
import { Failure, messageOf } from '../core/failure.ts';
import type { Profile } from '../profile/schema.ts';
import { applyObjects } from '../steps/apply.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { openToReaders } from '../storage/readers.ts';
import type { GroupEnd } from './bulk/groups.ts';
import { endFiles } from './class-end.ts';
import { classFinalizers, classObject, classPriorities, classServices, flowObjects } from './flow.ts';
import { keysFile, recordFile } from './folder.ts';
import { forcedDeletionGuard } from './isolation/deletion.ts';
import { finalizerGuard } from './isolation/finalizers.ts';
import { priorityGuard, usualPriority } from './isolation/priority.ts';
import { serviceGuard } from './isolation/services.ts';
import { diffLines } from './roster/plan.ts';
import type { ClassRun } from './run.ts';
import { applySeats, planSeats, shownChanges } from './seat/apply-seats.ts';
import { classLabel, classReaders, seatNamespace } from './seat/labels.ts';

/** Says who is new, gone, renamed or moved, before anything is changed. */
export const compareList = (run: ClassRun): SingleStep => ({
  title: 'Compare the class list with the class',
  compares: true,
  run: async (_, out) => {
    const { list, after } = await run.plan();
    if (!list) return out.line(`no list: keeping the ${after.students.length} students`);
    for (const line of [list.roster.columns, ...list.roster.notices, ...diffLines(list.plan.diff)]) out.line(line);
  },
});

/** Students and keys, before anything in the cluster depends on them. */
export const keepClass = (run: ClassRun): SingleStep => ({
  title: 'Save students and keys',
  run: async ({ profile, write }, out) => {
    const { after, keys } = await run.plan();
    const { name } = profile.classroom;
    await write([recordFile(name, after), keysFile(name, keys), ...endFiles(profile)]);
    out.line(`${after.students.length} students`);
  },
});

/** What the class has once, beside its door: its share of the API server, and what students may not do with pods and services. */
export const shareApi = (run: ClassRun): SingleStep =>
  applyObjects({
    title: "Set the class's rules at the API server",
    manifests: async ({ kube, profile: { classroom } }) => {
      const { students } = (await run.plan()).after;
      const namespaces = students.map(({ name }) => seatNamespace(classroom.name, name));
      const own = { [classLabel]: classroom.name };
      return [
        ...(await flowObjects(classroom.name, namespaces)),
        ...forcedDeletionGuard(classObject(classroom.name), own),
        ...finalizerGuard(classFinalizers(classroom.name), own),
        ...serviceGuard(classServices(classroom.name), own),
        ...priorityGuard(classPriorities(classroom.name), own, await usualPriority(kube)),
      ];
    },
  });

/** Lets the seats read the data sets of the S3 server in the cluster. */
export const openData = (profile: Profile): SingleStep[] => openToReaders(profile, classReaders(profile));

/** Servers that run continue, others stay unchanged. */
const planAsTheyRun = async (context: Context, run: ClassRun) =>
  planSeats(context, await run.seats(context), (runs) => runs);

/** Brings every seat to what it should be. One student's failure stops nobody; `run.failures` has it. */
export const prepareSeats = (run: ClassRun): SingleStep => {
  let planning: ReturnType<typeof planAsTheyRun> | undefined;
  // For a thousand seats it takes more than most steps do.
  const planned = (context: Context) => {
    planning ??= planAsTheyRun(context, run);
    return planning;
  };
  return {
    title: 'Prepare the seats',
    skip: async (context) => {
      if (!context.state.image) return false;
      const { groups, same } = await planned(context);
      return groups.length === 0 && `all up to date (${same} objects)`;
    },
    run: async (context, out) => {
      const plan = await planned(context);
      const { failures } = await applySeats(context, plan, out);
      noteFailures(run, failures);
      if (failures.length > 0 && failures.length === plan.groups.length)
        throw new Failure(`cannot prepare any seat: ${messageOf(failures[0]?.failure)}`);
    },
  };
};

/** What `plan` shows in place of a change: the seats that `apply` would write to, and with what. */
export const showChanges = (run: ClassRun): SingleStep => ({
  title: 'Compare the seats with the class',
  compares: true,
  run: async (context, out) => {
    const plan = await planAsTheyRun(context, run);
    const objects = plan.groups.reduce((sum, group) => sum + group.objects.length, 0);
    out.line(`${objects} objects of ${plan.groups.length} seats would change, ${plan.same} are up to date`);
    for (const line of shownChanges(plan).slice(0, 20)) out.line(line);
  },
});

/** Keeps why seats are not ready, for the end of the run. */
export function noteFailures(run: ClassRun, failures: readonly GroupEnd[]): void {
  for (const { name, failure } of failures) run.failures.set(name, messageOf(failure));
}
