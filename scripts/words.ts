// The arguments of a verb: what each verb and action takes, checked before its task is loaded.
import { usageFailure } from '../tasks/lib/failure.ts';
import { didYouMean, nearest } from '../tasks/lib/nearest.ts';
import { profileNames } from '../tasks/lib/profile.ts';

/** What a verb, or one of its actions, takes. */
export interface Words {
  /** As help shows them, such as `[run]`; empty if it takes none. */
  usage: string;
  /** The greatest number of them. */
  most: number;
  /** What to type instead of an extra argument. */
  instead?: string;
}

/** A verb whose first word is one of these actions. */
export interface Actions {
  actions: Readonly<Record<string, Words>>;
  /** The action without an argument. */
  usual?: string;
}

export const none: Words = { usage: '', most: 0 };
export const one = (usage: string): Words => ({ usage, most: 1 });
export const many = (usage: string): Words => ({ usage, most: Number.POSITIVE_INFINITY });

/** Such as `up [folder] | status | down`. */
export const usageOf = (takes: Words | Actions): string =>
  'actions' in takes
    ? Object.entries(takes.actions)
        .map(([action, { usage }]) => `${action} ${usage}`.trim())
        .join(' | ')
    : takes.usage;

/** The arguments of a task: of a verb with actions, the action comes first. Throws a usage Failure if they do not fit. */
export async function readWords(verb: string, takes: Words | Actions, words: readonly string[]): Promise<string[]> {
  if (!('actions' in takes)) return fitting(verb, takes, words);
  const [action = takes.usual, ...others] = words;
  const names = Object.keys(takes.actions);
  const say = `say ${[names.slice(0, -1).join(', '), names.at(-1)].join(' or ')}`;
  if (action === undefined) throw usageFailure(`${verb}: ${say}`);
  const taken = Object.hasOwn(takes.actions, action) ? takes.actions[action] : undefined;
  if (!taken)
    throw usageFailure(`${verb} "${action}": ${say}${(await meantFlag([action])) ?? didYouMean(action, names)}`);
  return [action, ...(await fitting(`${verb} ${action}`, taken, others))];
}

async function fitting(command: string, { most, instead }: Words, words: readonly string[]): Promise<string[]> {
  if (words.length <= most) return [...words];
  const taken = most === 0 ? 'no arguments' : 'one argument';
  const meant = (await meantFlag(words.slice(most))) ?? '';
  throw usageFailure(`${command} takes ${taken}, got ${words.join(' ')}${meant}`, instead);
}

/** `; did you mean --profile gke?`, if one of the words is what a flag takes. */
async function meantFlag(words: readonly string[]): Promise<string | undefined> {
  const names = await profileNames();
  const flags = words.flatMap((word) => {
    const profile = word.endsWith('.yaml') ? word : nearest(word, names);
    if (profile !== undefined) return [`--profile ${profile}`];
    return /^[\w.-]+=/.test(word) ? [`--set ${word}`] : [];
  });
  return flags.length > 0 ? `; did you mean ${flags.join(' ')}?` : undefined;
}
