// doctor: looks at everything that any verb needs, side by side, and says what is wrong and what cures it.
import { exitCode } from './core/failure.ts';
import { didYouMean } from './core/nearest.ts';
import { paced } from './core/pace.ts';
import { table } from './core/report.ts';
import { cureSteps, curesOf } from './doctor/fix.ts';
import { checksOf } from './doctor/list.ts';
import { isFinding, lookAtAll, type Seen } from './doctor/look.ts';
import { type Look, reportLines, shownRemedy } from './doctor/show.ts';
import { type Check, categories } from './steps/check.ts';
import type { Cluster } from './steps/cluster.ts';
import type { Context, SingleStep, Task } from './steps/types.ts';

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
export function doctorWith(flags: DoctorFlags = {}): Task {
  let seen: Seen[] = [];
  const failures = new Map<string, string>();
  const chosen = (cluster: Cluster, names: readonly string[]): Check[] =>
    checksOf(cluster).filter(({ name }) => names.length === 0 || names.includes(name));
  const look = async (
    context: Context,
    names: readonly string[],
    onSeen?: Parameters<typeof lookAtAll>[2]['onSeen'],
  ) => {
    const checks = chosen(context.cluster, names);
    seen = await lookAtAll(checks, context, { probes: flags.probes ?? false, ...(onSeen ? { onSeen } : {}) });
  };
  const lookStep = (title: string, cluster: Cluster, names: readonly string[]): SingleStep => ({
    title,
    observes: true,
    run: (context, out) => {
      const { length } = chosen(cluster, names);
      const line = paced(out.line);
      return look(context, names, (count, waiting) =>
        line(
          `${count} of ${length}${count < length && waiting.length <= few ? `, waiting for ${waiting.join(', ')}` : ''}`,
        ),
      );
    },
  });
  return {
    asIs: true,
    withoutTools: true,
    problems: (_profile, names, cluster) => {
      const known = checksOf(cluster).map(({ name }) => name);
      return names
        .filter((name) => !known.includes(name))
        .map((name) => `check "${name}" is unknown${didYouMean(name, known)}; firesteel doctor --list shows all`);
    },
    prepare: async (context, names) => {
      if (flags.isFixing && !flags.isListing) await look(context, names);
    },
    changes: async () => curesOf(seen).map(shownRemedy),
    steps: (_profile, cluster, names) => {
      if (flags.isListing) return [];
      const { length } = chosen(cluster, names);
      const title = `Look at ${length} thing${length === 1 ? '' : 's'}`;
      if (!flags.isFixing) return [lookStep(title, cluster, names)];
      const cures = curesOf(seen);
      if (cures.length === 0) return [];
      const steps = cureSteps(cures, flags.choice ?? [], (cure, why) => failures.set(cure, why));
      return [...steps, lookStep('Look again', cluster, names)];
    },
    done: ({ cluster }, names = []) => {
      if (flags.isListing) return listLines(chosen(cluster, names));
      return [
        ...[...failures].map(([cure, why]) => `✖ ${cure}: ${why}`),
        ...reportLines(seen, { ...usualLook, ...flags.look, isWhole: flags.look?.isWhole || names.length > 0 }),
      ];
    },
    facts: () => ({ checks: seen.map(factOf) }),
    exitCode: () => (seen.some(isFinding) ? exitCode.failed : exitCode.done),
  };
}

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
