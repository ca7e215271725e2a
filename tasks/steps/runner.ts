// Runs a list of steps through listr2: a live list on a terminal, the given report elsewhere.
import type { ListrTask, ListrTaskWrapper } from 'listr2';
import type { Report, ReportLines } from '../core/report.ts';
import { shownSeconds } from '../core/report.ts';
import { tellingTo } from '../core/trouble.ts';
import type { Context, SingleStep, Step, StepGroup } from './types.ts';

export interface StepTime {
  /** Titles from the outermost group to the step. */
  path: string[];
  seconds: number;
}

/** How a run ended: the times of what was done, and the first failure with the step it came from. */
export interface Outcome {
  times: StepTime[];
  failure?: { step: string; error: unknown };
}

interface RunOptions {
  /** Receives every change; without it the list is drawn live on the terminal. */
  report?: Report;
  /** Receives many lines at once; left out, `report` receives each. */
  reportLines?: ReportLines;
  /** Called with the first failure, so that what runs beside it can be ended. */
  abort: (reason: unknown) => void;
}

/** Where a step is shown: its own line, or that of the group around it. */
interface Line {
  skip(message: string): void;
  output(text: string): void;
  /** Left out, there is no room for more than a line. */
  table?(rows: readonly string[]): void;
}

// biome-ignore lint/suspicious/noExplicitAny: listr2's renderer types are of no interest here.
type Task = ListrTaskWrapper<any, any, any>;

/** Of a terminal that does not say how many it has. */
const usualRows = 24;

/** The first rows, and how many more there are: a list taller than the terminal cannot be redrawn. */
export function fitting(rows: readonly string[], most: number): string[] {
  const room = Math.max(1, most);
  return rows.length <= room ? [...rows] : [...rows.slice(0, room - 1), `and ${rows.length - room + 1} more`];
}

/** Runs the steps; a failure is answered, not thrown. Returns when everything it started has ended. */
export async function runSteps(steps: Step[], context: Context, options: RunOptions): Promise<Outcome> {
  // An empty list would still draw a line.
  if (steps.length === 0) return { times: [] };
  const { Listr } = await import('listr2');
  const report = options.report ?? (() => {});
  const outcome: Outcome = { times: [] };
  const active = new Set<Promise<void>>();
  /** What was not known before; for when all others have ended. */
  const further: Step[] = [];

  async function perform(step: SingleStep, path: string[], line: Line): Promise<void> {
    const start = performance.now();
    let isOver = false;
    try {
      const tell = (text: string) => {
        // What it showed at a pace may come late.
        if (isOver) return;
        line.output(text.split('\n')[0] ?? '');
        report({ event: 'output', path, line: text });
      };
      const reason = await tellingTo(tell, async () => step.skip?.(context));
      if (reason) {
        report({ event: 'step', path, state: 'skipped', reason });
        return line.skip(`${step.title}: ${reason}`);
      }
      report({ event: 'step', path, state: 'started' });
      const lines = (text: string) => {
        line.output(text.split('\n').findLast((one) => one !== '') ?? '');
        if (options.reportLines) options.reportLines(path, text);
        else for (const one of text.split('\n')) report({ event: 'output', path, line: one });
      };
      const table = (rows: readonly string[]) => void (isOver || line.table?.(rows));
      await tellingTo(tell, () => step.run(context, { line: tell, lines, table }));
      further.push(...((await step.further?.(context)) ?? []));
      const seconds = (performance.now() - start) / 1000;
      outcome.times.push({ path, seconds });
      report({ event: 'step', path, state: 'completed', seconds });
    } catch (error) {
      report({ event: 'step', path, state: 'failed' });
      outcome.failure ??= { step: step.title, error };
      options.abort(error);
      throw error;
    } finally {
      isOver = true;
    }
  }

  /** A group within a group has one line for all its steps: a list taller than the terminal cannot be redrawn. */
  async function performGroup(group: StepGroup, path: string[], output: Line['output']): Promise<void> {
    const performOne = (step: Step): Promise<void> => {
      const inner = [...path, step.title];
      if ('steps' in step) return performGroup(step, inner, output);
      output(step.title);
      return perform(step, inner, { skip: () => {}, output: (text) => output(`${step.title}: ${text}`) });
    };
    if (group.concurrent) {
      const all = group.steps.map(performOne);
      // One that fails ends the group once the others have ended, too.
      await Promise.allSettled(all);
      await Promise.all(all);
    } else for (const step of group.steps) await performOne(step);
  }

  const tracked = (done: Promise<void>): Promise<void> => {
    active.add(done);
    return done.finally(() => active.delete(done));
  };

  const lineOf = (task: Task): Line => ({
    skip: (message) => task.skip(message),
    output: (text) => {
      task.output = text;
    },
    table: (rows) => {
      task.output = fitting(rows, (process.stdout.rows || usualRows) - steps.length - 2).join('\n');
    },
  });

  function toListr(step: Step, outer: string[]): ListrTask {
    const path = [...outer, step.title];
    if (!('steps' in step)) return { title: step.title, task: (_, task) => tracked(perform(step, path, lineOf(task))) };
    if (outer.length > 0)
      return { title: step.title, task: (_, task) => tracked(performGroup(step, path, lineOf(task).output)) };
    const inner = step.steps.map((each) => toListr(each, path));
    return { title: step.title, task: (_, task) => task.newListr(inner, { concurrent: step.concurrent ?? false }) };
  }

  const list = new Listr(
    steps.map((step) => toListr(step, [])),
    {
      renderer: options.report ? 'silent' : 'default',
      rendererOptions: {
        collapseSubtasks: true,
        collapseErrors: false,
        showErrorMessage: false,
        timer: {
          condition: (milliseconds: number) => milliseconds > 1000,
          field: (milliseconds: number) => shownSeconds(milliseconds / 1000),
          format: () => (text?: string) => text ?? '',
        },
      },
      registerSignalListeners: false,
    },
  );
  try {
    await list.run();
  } catch (error) {
    outcome.failure ??= { step: '', error };
  }
  await Promise.allSettled(active);
  if (outcome.failure || further.length === 0) return outcome;
  const { times, failure } = await runSteps(further, context, options);
  return { times: [...outcome.times, ...times], ...(failure ? { failure } : {}) };
}
