// The arguments of a verb: what each verb and action takes, checked before its task is loaded.
import { usageFailure } from '../../tasks/core/failure.ts';
import { didYouMean, nearest } from '../../tasks/core/nearest.ts';
import { sameMeaningOf } from './other-words.ts';
import type { Verb } from './verb.ts';

/** Things of this machine that arguments may name. */
export type Named = 'run' | 'job' | 'file';

/** What a verb, or one of its actions, takes. */
export interface Words {
  /** As help shows them, such as `<name> [folder]`: those in angle brackets must be there; empty if it takes none. */
  usage: string;
  /** The greatest number of them. */
  most: number;
  /** What they name, where a shell can complete them. */
  name?: Named;
  /** What to type instead of an extra argument. */
  instead?: string;
  /** What may stand there, for a message about one that is missing. */
  example?: string;
}

/** The words that must be there. */
export const required = ({ usage }: Words): string[] => usage.match(/<[^>]+>/g) ?? [];

export const none: Words = { usage: '', most: 0 };
export const one = (usage: string, name?: Named): Words => ({ usage, most: 1, ...(name ? { name } : {}) });
export const many = (usage: string, name?: Named): Words => ({ ...one(usage, name), most: Number.POSITIVE_INFINITY });

/** The arguments of a task: of a verb with actions, the action comes first. Throws a usage Failure if they do not fit. */
export async function readWords(name: string, verb: Verb, words: readonly string[]): Promise<string[]> {
  if (!('actions' in verb)) return fitting(name, verb.takes, words);
  const [action = verb.usual, ...others] = words;
  const names = Object.keys(verb.actions);
  const say = `expected ${[names.slice(0, -1).join(', '), names.at(-1)].join(' or ')}`;
  if (action === undefined) throw usageFailure(`${name}: ${say}`);
  const taken = Object.hasOwn(verb.actions, action) ? verb.actions[action] : undefined;
  if (!taken) {
    const later = others.find((word) => names.includes(word));
    const meant =
      sameMeaningOf(action, names) ||
      ((await meantFlag([action])) ?? (didYouMean(action, names) || (later && didYouMean(later, names))));
    throw usageFailure(`${name} "${action}": ${say}${meant ?? ''}`);
  }
  return [action, ...(await fitting(`${name} ${action}`, taken.takes, others))];
}

async function fitting(command: string, takes: Words, words: readonly string[]): Promise<string[]> {
  const { most, instead, example = '' } = takes;
  // A variable of a shell that holds nothing leaves an empty word.
  const missing = required(takes).find((_, i) => !words[i]);
  if (missing)
    throw usageFailure(`${command}: ${missing} is missing`, `add it, as in: firesteel ${command} ${example}`);
  if (words.length <= most) return [...words];
  const taken = ['no arguments', 'one argument', 'two arguments'][most] ?? `${most} arguments`;
  const meant = (await meantFlag(words.slice(most), command === 'setup' ? '--kind' : '--profile')) ?? '';
  throw usageFailure(`${command} takes ${taken}, got ${words.join(' ')}${meant}`, instead);
}

/** `; did you mean --profile gke?`, if one of the words is what a flag takes. */
async function meantFlag(words: readonly string[], chooser = '--profile'): Promise<string | undefined> {
  // Loaded only for a word too many: every start of the command comes through this file.
  const { isProfilePath, profileNames } = await import('../../tasks/profile/read.ts');
  const names = await profileNames();
  const flags = words.flatMap((word) => {
    // Chats and word processors turn two hyphens into a dash.
    const dashed = /^[\u2010-\u2015\u2212](?:[\u2010-\u2015\u2212-]*)(\w[\w-]*)/.exec(word)?.[1];
    if (dashed) return [`--${dashed}`];
    const profile = isProfilePath(word) ? word : nearest(word, names);
    if (profile !== undefined) return [`${chooser} ${profile}`];
    return /^[\w.-]+=/.test(word) ? [`--set ${word}`] : [];
  });
  return flags.length > 0 ? `; did you mean ${flags.join(' ')}?` : undefined;
}
