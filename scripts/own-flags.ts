// Adds this run's --profile and --set to commands in hints and closing lines.
import { shown } from '../tasks/core/exec.ts';
import { usualProfile } from './usual.ts';

/** What chooses a run's cluster and settings, as typed. */
interface Choice {
  profile: string;
  set: readonly string[];
}

/** Lines that give a command to type; any other may quote a program. */
const advice = /^(?:→|Next:|End it with:|to take it back:) .*$/gm;

/** Verbs that need the flags to reach the same cluster. A command that already has --profile is left alone. */
const command =
  /\bfiresteel (?:build|demo|deploy|destroy|gc|status|submit|ui|dns (?:check|repair|undo)|history (?:up|down|remove)|kubeconfig (?:merge|remove)|(?:notebook|connect) (?:up|open|status|down)|standalone (?:autoscale|down|scale|shell|status|submit|ui|up))\b(?![^·;&]* --profile)/g;

/** The text with this run's profile and settings behind every verb in a line of advice; tasks name verbs alone. */
export function withOwnFlags(text: string, { profile, set }: Choice): string {
  const flags = [
    ...(profile === usualProfile() ? [] : ['--profile', profile]),
    ...set.flatMap((one) => ['--set', one]),
  ];
  if (flags.length === 0) return text;
  return text.replaceAll(advice, (line) => line.replaceAll(command, (words) => `${words} ${shown(flags)}`));
}
