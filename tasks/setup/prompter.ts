// The type of setup's questions: on a live terminal, or in plain lines.
import type { Choice } from '../steps/setup.ts';

/** One value to type or to choose. */
export interface Prompt {
  message: string;
  byDefault?: string;
  /** Whether no text is an answer too, even where there is a default. */
  canBeEmpty?: boolean;
  /** What is wrong with a value while it is typed; undefined if nothing is. */
  problem?(text: string): string | undefined;
  /** What is wrong with a value once it is given: may look at files. */
  problemLater?(text: string): Promise<string | undefined>;
}

/** Every answer throws a Failure with exit code 130 after Ctrl-C. */
export interface Prompter {
  confirm(message: string, byDefault: boolean): Promise<boolean>;
  type(prompt: Prompt): Promise<string>;
  /** One of a few. */
  select(prompt: Prompt & { choices: readonly Choice[] }): Promise<string>;
  /** One of many, by a part of its name; another value that has no problem can be typed. */
  search(prompt: Prompt & { choices: readonly Choice[] }): Promise<string>;
}
