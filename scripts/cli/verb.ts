// The shape of a verb on the command line, before its code is loaded.
import type { Task } from '../../tasks/steps/task.ts';
import type { OwnFlags } from './flags.ts';
import type { Words } from './words.ts';

/** Flags as `--name <value>`, each with its line of help. */
export type FlagLines = Readonly<Record<string, string>>;

/** What help says of a verb or of one of its actions. */
interface Entry {
  /** One line, in the imperative. */
  summary: string;
  flags?: FlagLines;
  /** Words after `firesteel`, each with a line that says what they do. */
  examples?: FlagLines;
}

/** A verb that does one thing, or one of the things that a verb does. */
export interface Action extends Entry {
  /** What may follow it. */
  takes: Words;
}

/** A verb that does several things: its flags are those of all its actions. */
export interface ActionVerb extends Entry {
  actions: Readonly<Record<string, Action>>;
  /** The action without an argument. */
  usual?: string;
}

export type Verb = (Action | ActionVerb) &
  (
    | {
        /** Imports the verb's code: help loads none of it. */
        load(flags: OwnFlags, words: readonly string[]): Promise<Task>;
      }
    | {
        /** It has no task: there is no profile before it. */
        writesProfile: true;
      }
  );

/** A heading of help, and the verbs below it by their names. */
export interface VerbGroup {
  heading: string;
  verbs: Readonly<Record<string, Verb>>;
}
