// Adds this run's --profile and --set to commands in hints and closing lines.
import { shown } from '../../tasks/core/exec.ts';
import { usualProfile } from './usual.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/** What chooses a run's cluster and settings, as typed. */
interface Choice {
  profile: string;
  set: readonly string[];
}

/** Lines that give a command to type; any other, such as a failure or an output, may quote a program. */
const advice = /^ *(?:→|Next:) .*$|^(?! *[│✖]).*: firesteel .*$/gm;

/** Verbs that reach no cluster, or that of the run they are about. */
const withoutCluster = ['setup', 'tools', 'dev', 'runs', 'logs', 'why', 'kill'];

/** A verb with its action, if it has some. */
const wordsOf = ([name, verb]: [string, Verb]): string =>
  'actions' in verb ? `${name}(?: (?:${Object.keys(verb.actions).join('|')}))?` : name;

/** Commands that need the flags to reach the same cluster. One that already has --profile is left alone. */
const command = new RegExp(
  `\\bfiresteel (?:${Object.entries(verbs)
    .filter(([name]) => !withoutCluster.includes(name))
    .map(wordsOf)
    .join('|')})\\b(?![^·;&]* --profile)`,
  'g',
);

/** The text with this run's profile and settings behind every verb in a line of advice; tasks name verbs alone. */
export function withOwnFlags(text: string, { profile, set }: Choice): string {
  const flags = [
    ...(profile === usualProfile() ? [] : ['--profile', profile]),
    ...set.flatMap((one) => ['--set', one]),
  ];
  if (flags.length === 0) return text;
  return text.replaceAll(advice, (line) => line.replaceAll(command, (words) => `${words} ${shown(flags)}`));
}
