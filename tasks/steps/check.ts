// The type of a check, which doctor shows and verbs run before they start.
import type { Command, Exec } from '../core/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { Context, SingleStep } from './types.ts';

/** The headings of checks, in their order. */
export const categories = ['Programs', 'This machine', 'Network', 'Cluster', 'Rights', 'Image', 'Classroom'] as const;

/** One thing to do about a finding: a sentence for a person, or a command, which `doctor --fix` runs. */
export type Remedy =
  | { text: string }
  | {
      command: Command;
      asRoot?: true;
      /** What `--fix` does in place of the command, with the same result. */
      steps?: SingleStep[];
    };

/** What a check has seen. `not available`: there is nothing to look at here, and nothing is wrong with that. */
export interface Finding {
  state: 'ok' | 'partial' | 'missing' | 'not available';
  /** In one line: a value if all is well, else what is wrong. */
  seen: string;
  /** Further things that are wrong, a line each. */
  more?: readonly string[];
  remedies?: readonly Remedy[];
}

/** What stands in lists of checks. */
interface Entry {
  /** As on the command line. */
  name: string;
  /** A noun phrase. */
  title: string;
  category: (typeof categories)[number];
  /** What does not work without it. */
  affects: string;
}

export interface Check extends Entry {
  /** Makes pods and removes them: only with `--probe`. */
  probes?: true;
  /** Only reads, but for the pods of a check that `probes`. */
  run(context: Context): Promise<Finding> | Finding;
}

/** What verbs ask before they start anything: each problem is a line that names its cure. */
export interface Preflight extends Entry {
  /** While it finds something, nothing else can be asked. */
  isBasic?: true;
  problems(profile: Profile, read: Exec): Promise<string[]> | string[];
  /** What of the problems a command cures. Only reads. */
  remedies?(profile: Profile, read: Exec): Promise<Remedy[]> | Remedy[];
}

/** The problems of all of these, in their order. What is not basic is asked at once. Only reads. */
export async function problemsOf(preflights: readonly Preflight[], profile: Profile, read: Exec): Promise<string[]> {
  for (const { isBasic, problems } of preflights) {
    const found = isBasic ? await problems(profile, read) : [];
    if (found.length > 0) return found;
  }
  const others = preflights.filter(({ isBasic }) => !isBasic);
  return (await Promise.all(others.map(({ problems }) => problems(profile, read)))).flat();
}

export const ok = (seen: string): Finding => ({ state: 'ok', seen });
/** `next` is what would make it available; nobody has to. */
export const notAvailable = (seen: string, next?: Command): Finding => ({
  state: 'not available',
  seen,
  remedies: next ? [{ command: next }] : [],
});

/** A finding of lines that say what is wrong; fine without any. */
export function findingOf(
  state: 'partial' | 'missing',
  [seen, ...more]: readonly string[],
  { fine, remedies = [] }: { fine: string; remedies?: readonly Remedy[] },
): Finding {
  return seen === undefined ? ok(fine) : { state, seen, more, remedies };
}

/** The same as `doctor` asks it. */
export const checkOf = ({ name, title, category, affects, problems, remedies }: Preflight): Check => ({
  name,
  title,
  category,
  affects,
  run: async ({ profile, read }) =>
    findingOf('missing', await problems(profile, read), {
      fine: 'no problem found',
      remedies: (await remedies?.(profile, read)) ?? [],
    }),
});
