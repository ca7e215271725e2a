// doctor: checks everything that any verb needs, and reports problems with their cures.
import { exitCode } from './core/failure.ts';
import { didYouMean } from './core/nearest.ts';
import { counted } from './core/screen/counted.ts';
import { paced } from './core/screen/pace.ts';
import { table } from './core/screen/table.ts';
import { cureSteps, curesOf } from './doctor/fix.ts';
import { checksOf } from './doctor/list.ts';
import { isFinding, lookAtAll, type Seen } from './doctor/look.ts';
import { type Look, reportLines, shownRemedy } from './doctor/show.ts';
import { type Check, categories } from './steps/check.ts';
import type { Asked, Plan, Task } from './steps/task.ts';
import type { SingleStep } from './steps/types.ts';

/** What was given of the verb's own flags, and how to show what is seen. */
export interface DoctorFlags {
  /** Runs the commands of what was found, and looks again. */
  isFixing?: boolean;
  /** Only lists the checks. */
  isListing?: boolean;
  /** Also checks that make pods. */
  probes?: boolean;
  look?: Partial<Look>;
  /** The run's profile and settings, for commands that `--fix` runs. */
  choice?: readonly string[];
}

/** The most checks still under way that are named. */
const few = 3;

const usualLook: Look = { width: Number.POSITIVE_INFINITY, hasColour: false, isPlain: false, isWhole: false };

/** The task as these flags ask for it. */
export const doctorWith = (flags: DoctorFlags = {}): Task => ({
  cluster: 'optional',
  plan: async (asked) => {
    const { context, words: names } = asked;
    const all = checksOf(context.cluster);
    const known = all.map(({ name }) => name);
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      return {
        problems: unknown.map(
          (name) => `check "${name}" is unknown${didYouMean(name, known)}; firesteel doctor --list shows all`,
        ),
        steps: [],
      };
    const checks = all.filter(({ name }) => names.length === 0 || names.includes(name));
    if (flags.isListing) return { steps: [], done: () => listLines(checks) };
    return planLook(asked, checks, flags);
  },
});

/** To look, or to cure what is found now and to look again. */
async function planLook({ context, words: names }: Asked, checks: Check[], flags: DoctorFlags): Promise<Plan> {
  const probes = flags.probes ?? false;
  const failures = new Map<string, string>();
  // A plan makes no pods: their checks come with the look after the cures.
  let seen = flags.isFixing ? await lookAtAll(checks, context, { probes: false }) : [];
  const look = (title: string): SingleStep => ({
    title,
    observes: true,
    run: async (later, out) => {
      const line = paced(out.line);
      seen = await lookAtAll(checks, later, {
        probes,
        onSeen: (count, waiting) => line(`${count} of ${checks.length}${shownWaiting(waiting)}`),
      });
    },
  });
  const cures = curesOf(seen);
  const cure = cureSteps(cures, flags.choice ?? [], (name, why) => failures.set(name, why));
  const first = look(`Run ${counted(checks.length, 'check')}`);
  const rest = probes && checks.some((check) => check.probes) ? [first] : [];
  const fix = cures.length > 0 ? [...cure, look('Look again')] : rest;
  return {
    questions: async () => ({ commands: cures.map(shownRemedy) }),
    steps: flags.isFixing ? fix : [first],
    done: () => [
      ...[...failures].map(([name, why]) => `✖ ${name}: ${why}`),
      ...reportLines(seen, { ...usualLook, ...flags.look, isWhole: flags.look?.isWhole || names.length > 0 }),
    ],
    facts: () => ({ checks: seen.map(factOf) }),
    exitCode: () => (seen.some(isFinding) ? exitCode.failed : exitCode.done),
  };
}

/** Names the last few that are still under way. */
const shownWaiting = (waiting: readonly string[]): string =>
  waiting.length > 0 && waiting.length <= few ? `, waiting for ${waiting.join(', ')}` : '';

/** What the JSON output has of one check. */
const factOf = ({ check, finding, seconds }: Seen) => ({
  name: check.name,
  title: check.title,
  category: check.category,
  affects: check.affects,
  state: finding.state,
  seen: finding.seen,
  more: finding.more ?? [],
  remedies: (finding.remedies ?? []).map(shownRemedy),
  seconds: Math.round(seconds * 1000) / 1000,
});

const listLines = (checks: readonly Check[]): string[] =>
  categories.flatMap((category) => {
    const own = checks.filter((check) => check.category === category);
    const rows = own.map(({ name, title, probes }) => [`  ${name}`, `${title}${probes ? ' (--probe)' : ''}`]);
    return own.length > 0 ? [category, ...table(rows)] : [];
  });
