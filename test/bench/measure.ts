// How things are measured: in turns with their peers, and firesteel by the steps it reports.
import { createExec } from '../../tasks/core/exec.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import type { StepEvent } from '../../tasks/core/report.ts';
import type { Exec } from '../../tasks/core/types.ts';

/** Ends what is being measured. */
export const stop = new AbortController();

/** Ended by `stop`. */
export const exec: Exec = createExec(stop.signal);
/** For what must be done after that as well. */
export const execToTheEnd: Exec = createExec(new AbortController().signal);

export const bundle = projectPath('dist', 'firesteel.js');

export async function secondsOf(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

/** A line on standard error for each thing that is measured: some take minutes. */
export const say = (what: string): void => void process.stderr.write(`${what}\n`);

/** The numbers of rounds, each said as it begins. */
export function* roundsOf(what: string, most: number): Generator<number> {
  for (let round = 1; round <= most; round += 1) {
    say(`${what}: round ${round} of ${most}`);
    yield round;
  }
}

/** Seconds of each action in each round; in turns, so that a slow moment of the machine meets all of them. */
export async function inTurns(what: string, rounds: number, actions: (() => unknown)[]): Promise<number[][]> {
  const seconds: number[][] = actions.map(() => []);
  for (const _ of roundsOf(what, rounds))
    for (const [index, action] of actions.entries()) seconds[index]?.push(await secondsOf(action));
  return seconds;
}

/** What firesteel reported, each event with the second at which it came. */
export type Seen = StepEvent & { at: number };

export async function firesteel(words: string[], run = exec): Promise<Seen[]> {
  const events: Seen[] = [];
  const onLine = (line: string) => {
    if (!line.startsWith('{"event":')) return;
    const event = JSON.parse(line) as StepEvent;
    if (event.path) events.push({ ...event, at: performance.now() / 1000 });
  };
  await run([process.execPath, bundle, ...words, '--json'], { onLine });
  return events;
}

/** The second at which a step reached a state; not a number if it never did. */
export const at = (events: Seen[], title: string, state: string): number =>
  events.find((event) => event.event === 'step' && event.path.at(-1) === title && event.state === state)?.at ??
  Number.NaN;
