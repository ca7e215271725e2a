// Types of a verb: from a command line to a plan, and from the plan to its end.
import type { Profile } from '../profile/schema.ts';
import type { Context, Show, Step, Tool } from './types.ts';

/** What a verb does; its name and its line of help are in scripts/cli/verbs/, which `--help` reads alone. */
export interface Task {
  /** What it does with the cluster, which decides what is checked, installed, locked and asked before. */
  cluster: ClusterUse;
  /** Decides all that one command line means. Only reads. Throws a usage Failure if the words cannot be read at all. */
  plan(asked: Asked): Promise<Plan> | Plan;
}

/**
 * - `create`: starts it. One such run at a time for one cluster on this machine. What it overwrites here and what it costs
 *   is asked about first.
 * - `use`: needs it, and the programs for it.
 * - `remove`: ends it, also where a profile or this machine could not start it. One such run at a time.
 * - `optional`: works without its programs, and where it could not start. May still change what is in it.
 */
export type ClusterUse = 'create' | 'use' | 'remove' | 'optional';

/** What one command line asks for. */
export interface Asked {
  /** Of the profile that was named, with --set in it. */
  context: Context;
  /** What follows the verb: its action first, if it has some. */
  words: readonly string[];
  /** --dry-run: the plan leaves nothing behind, not even in the cache. */
  isDryRun: boolean;
}

/** What a verb will do with one command line, known before anything is changed. */
export interface Plan {
  /** The profile of this run, such as with the Spark of its job; left out, the one that was named. */
  profile?: Profile;
  /** What these words need of the cluster, if less than the verb does. */
  cluster?: 'optional';
  /** Everything wrong with these words on this profile, a line each. With any, the rest of the plan does not count. */
  problems?: readonly string[];
  /** Programs this machine must have, beyond its cluster's. */
  tools?: readonly Tool[];
  /** What has to be agreed to before anything is changed. Only reads. */
  questions?(context: Context): Promise<Questions>;
  steps: Step[];
  /** Only `show` writes to standard output; steps are reported on standard error. Ctrl-C is for the program that `show` runs. */
  takesTerminal?: true;
  /** Runs after the steps, as long as it likes. Unless it takes the terminal, Ctrl-C ends it through the context's signal. */
  show?(context: Context, show: Show): Promise<void>;
  /** What the JSON output has of a success beside the lines. Only reads. */
  facts?(context: Context): Record<string, unknown>;
  /** Lines after a success: the result and the next command. Only reads. */
  done?(context: Context): Promise<readonly string[]> | readonly string[];
  /** Exit code of a success if not 0, such as the driver's own. */
  exitCode?(context: Context): number;
  /** Deletes temporary files of the plan. */
  cleanUp?(): void;
}

/** What has to be agreed to, a line for each thing; without lines nothing is asked. */
export interface Questions {
  /** Runs and servers that end with what it takes down. */
  ends?: string[];
  /** Commands that it would run here. */
  commands?: string[];
  /** Paid resources that it would create. */
  creates?: string[];
  /** What it would delete for good. */
  deletes?: string[];
}
