// Runs minikube with our environment, shows its events, and explains its failures.
import { Failure } from '../../core/failure.ts';
import type { Command, Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { minikubeEnvironment } from './environment.ts';
import { createEventReader } from './events.ts';
import { explain } from './reasons/explain.ts';

type Named = Pick<Profile, 'clusterName'>;

/** A call that concerns the profile's cluster; `verb` may be two words, as in `image ls`. */
export const minikubeCommand = ({ clusterName }: Named, verb: string, ...words: string[]): Command => {
  const [first = '', ...rest] = verb.split(' ');
  return ['minikube', first, ...rest, `--profile=${clusterName}`, ...words];
};

/**
 * Runs a call that only looks and answers the lines of both its outputs, however it ended: the exit code of status and its
 * like is part of what they saw. None where there is no minikube yet.
 */
export async function lookWith(read: Exec, profile: Named, command: Command): Promise<string[]> {
  const lines: string[] = [];
  try {
    await read(command, { env: minikubeEnvironment(profile), onLine: (line) => lines.push(line) });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return lines;
}

interface RunOptions {
  /** Receives every step, download and warning. */
  onLine?: (line: string) => void;
  /** Reasons by exit code, for calls that tell nothing else. */
  reasons?: Record<number, string>;
}

/** Runs a call and answers its stdout. Throws a Failure that says what minikube's reason means and what to do. */
export async function runMinikube(
  exec: Exec,
  profile: Named,
  command: Command,
  { onLine, reasons = {} }: RunOptions = {},
): Promise<string> {
  const events = createEventReader(onLine);
  try {
    return await exec(command, { env: minikubeEnvironment(profile), onLine: events.read });
  } catch (error) {
    if (!(error instanceof Failure) || error.programExitCode === undefined) throw error;
    const code = error.programExitCode;
    const { what, hint } = explain(events.error(code) ?? { id: reasons[code] ?? '' }, code);
    const output = events.lines().join('\n');
    throw new Failure(`minikube ${verbOf(command)}: ${what}`, { hint, ...(output ? { output } : {}), cause: error });
  }
}

const verbOf = (command: Command): string => {
  const flag = command.findIndex((word) => word.startsWith('-'));
  return command.slice(1, flag < 0 ? undefined : flag).join(' ');
};
