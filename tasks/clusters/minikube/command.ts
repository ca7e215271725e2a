// Runs minikube: with our environment, its events as progress, and its failures as ours.
import { Failure } from '../../lib/failure.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Command, Exec } from '../../lib/types.ts';
import { minikubeEnvironment } from './environment.ts';
import { createEventReader } from './events.ts';
import { explain } from './reasons.ts';

type Named = Pick<Profile, 'clusterName'>;

/** A call that concerns the profile's cluster; `verb` may be two words, as in `image ls`. */
export const minikubeCommand = ({ clusterName }: Named, verb: string, ...words: string[]): Command => {
  const [first = '', ...rest] = verb.split(' ');
  return ['minikube', first, ...rest, `--profile=${clusterName}`, ...words];
};

/** What a call said and how it ended, whether well or not. */
export interface Answer {
  /** 0 for a good end; undefined if it did not end by itself. */
  code: number | undefined;
  /** Both outputs, in the order they came. */
  lines: string[];
}

/**
 * Runs a call that only looks and answers all it said: status and its like tell by an exit code what they saw.
 * Throws Failure if there is no minikube to run.
 */
export async function lookWith(read: Exec, profile: Named, command: Command): Promise<Answer> {
  const lines: string[] = [];
  try {
    await read(command, { env: minikubeEnvironment(profile), onLine: (line) => lines.push(line) });
    return { code: 0, lines };
  } catch (error) {
    if (!(error instanceof Failure) || error.programExitCode === undefined) throw error;
    return { code: error.programExitCode, lines };
  }
}

/** Runs a call and answers its stdout. Throws a Failure that says what minikube's reason means and what to do. */
export async function runMinikube(
  exec: Exec,
  profile: Named,
  command: Command,
  onLine: (line: string) => void = () => {},
): Promise<string> {
  const events = createEventReader(onLine);
  try {
    return await exec(command, { env: minikubeEnvironment(profile), onLine: events.read });
  } catch (error) {
    if (!(error instanceof Failure) || error.programExitCode === undefined) throw error;
    const { what, hint } = explain(events.error(error.programExitCode), error.programExitCode);
    const output = events.lines().join('\n');
    throw new Failure(`minikube ${verbOf(command)}: ${what}`, { hint, ...(output ? { output } : {}), cause: error });
  }
}

const verbOf = (command: Command): string => {
  const flag = command.findIndex((word) => word.startsWith('-'));
  return command.slice(1, flag < 0 ? undefined : flag).join(' ');
};
