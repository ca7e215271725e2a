// How a list of steps is run: order, reasons to skip, failures, and what runs beside them.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createExec } from '../../../tasks/core/exec.ts';
import { Failure } from '../../../tasks/core/failure.ts';
import type { StepEvent } from '../../../tasks/core/report.ts';
import { tellTrouble } from '../../../tasks/core/trouble.ts';
import { fitting, runSteps } from '../../../tasks/steps/runner.ts';
import type { Context, SingleStep, Step } from '../../../tasks/steps/types.ts';

/** Runs steps with their own commands; returns the outcome and what was reported. */
async function run(steps: Step[], own: Partial<Context> = {}) {
  const controller = new AbortController();
  const exec = createExec(controller.signal);
  const events: StepEvent[] = [];
  const context = { read: exec, run: exec, signal: controller.signal, state: {}, ...own } as unknown as Context;
  const outcome = await runSteps(steps, context, {
    report: (event) => events.push(event),
    abort: (reason) => controller.abort(reason),
  });
  return { outcome, events, reason: controller.signal.reason as unknown };
}

const shown = (events: StepEvent[]) =>
  events.map((event) => [event.path.join('/'), event.event === 'output' ? event.line : event.state].join(' '));

const echo = (title: string): SingleStep => ({
  title,
  run: async (context, out) => void (await context.run(['echo', title], { onLine: out.line })),
});

const failing = (title: string, error: unknown): SingleStep => ({ title, run: () => Promise.reject(error) });

test.each<[string[], number, string[]]>([
  [['a', 'b', 'c'], 3, ['a', 'b', 'c']],
  [['a', 'b', 'c'], 2, ['a', 'and 2 more']],
  [['a', 'b'], 0, ['and 2 more']],
  [[], 5, []],
])('of the rows %j a terminal with room for %i shows %j', (rows, room, shown) =>
  expect(fitting(rows, room)).toEqual(shown),
);

describe('steps', () => {
  test('run one after the other, with their lines', async () => {
    const { events, outcome } = await run([echo('one'), { title: 'group', steps: [echo('two')] }]);
    expect(shown(events)).toEqual([
      'one started',
      'one one',
      'one completed',
      'group/two started',
      'group/two two',
      'group/two completed',
    ]);
    expect(outcome.failure).toBeUndefined();
    expect(outcome.times.map(({ path }) => path)).toEqual([['one'], ['group', 'two']]);
    for (const { seconds } of outcome.times) expect(seconds).toBeGreaterThan(0);
  });

  test('that are known only once another has run come after all others, in the same way', async () => {
    const telling: SingleStep = {
      title: 'first',
      run: async () => {},
      further: async () => [echo('late'), failing('broken', new Failure('no'))],
    };
    const { events, outcome } = await run([telling, echo('second')]);
    expect(shown(events).filter((line) => !line.endsWith('started'))).toEqual([
      'first completed',
      'second second',
      'second completed',
      'late late',
      'late completed',
      'broken failed',
    ]);
    expect(outcome.failure?.step).toBe('broken');
    expect(outcome.times.map(({ path }) => path)).toEqual([['first'], ['second'], ['late']]);
  });

  test('that are true already are skipped, with the reason', async () => {
    const never = failing('two', new Error('ran'));
    const { events, outcome } = await run([
      { ...never, skip: () => 'there already' },
      { ...echo('three'), skip: () => false },
    ]);
    expect(events[0]).toEqual({ event: 'step', path: ['two'], state: 'skipped', reason: 'there already' });
    expect(shown(events).slice(1)).toEqual(['three started', 'three three', 'three completed']);
    expect(outcome.times.map(({ path }) => path)).toEqual([['three']]);
  });

  test('say what they wait for while the API server makes requests wait', async () => {
    const ask = async () => void tellTrouble('again');
    const { events } = await run([{ title: 'ask', run: ask }, echo('two')]);
    expect(shown(events).slice(0, 3)).toEqual(['ask started', 'ask again', 'ask completed']);
  });

  test('of a concurrent group run at once', async () => {
    // Each waits for the other: one after the other they would wait for ever.
    const arrived = new Set<string>();
    const meet = (title: string): SingleStep => ({
      title,
      run: async () => {
        arrived.add(title);
        while (arrived.size < 2) await sleep(5);
      },
    });
    const { outcome } = await run([{ title: 'both', concurrent: true, steps: [meet('one'), meet('two')] }]);
    expect(outcome.failure).toBeUndefined();
    expect(outcome.times).toHaveLength(2);
  });
});

describe('a failure', () => {
  test('names its step and ends the list', async () => {
    const error = new Failure('no room', { hint: 'make some' });
    const { events, outcome, reason } = await run([echo('one'), failing('two', error), echo('three')]);
    expect(outcome.failure).toEqual({ step: 'two', error });
    expect(reason).toBe(error);
    expect(shown(events).slice(3)).toEqual(['two started', 'two failed']);
  });

  test('of a skip question is a failure of the step', async () => {
    const error = new Failure('cannot tell');
    const { outcome } = await run([{ ...echo('one'), skip: () => Promise.reject(error) }]);
    expect(outcome.failure).toEqual({ step: 'one', error });
  });

  test('ends concurrent steps, and waits for their end', async () => {
    const log: string[] = [];
    const beside: SingleStep = {
      title: 'beside',
      run: async (context) => {
        await context.run(['sleep', '60']).catch(() => log.push('ended'));
        await sleep(100);
        log.push('cleaned up');
        context.signal.throwIfAborted();
      },
    };
    const later: SingleStep = { title: 'later', run: async () => void log.push('later') };
    const error = new Failure('no room');
    const soon: SingleStep = {
      title: 'soon',
      run: async () => {
        await sleep(100);
        throw error;
      },
    };
    const start = performance.now();
    const { outcome } = await run([
      { title: 'both', concurrent: true, steps: [{ title: 'long', steps: [beside, later] }, soon] },
      later,
    ]);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(log).toEqual(['ended', 'cleaned up']);
    expect(outcome.failure).toEqual({ step: 'soon', error });
  });

  test('in a group within a group waits for the end of the others, too', async () => {
    const log: string[] = [];
    const error = new Failure('no room');
    const slow: SingleStep = {
      title: 'slow',
      run: async () => {
        await sleep(100);
        log.push('ended');
      },
    };
    const inner = { title: 'inner', concurrent: true, steps: [slow, failing('soon', error)] };
    const { outcome } = await run([{ title: 'outer', concurrent: true, steps: [inner, echo('beside')] }]);
    expect(log).toEqual(['ended']);
    expect(outcome.failure).toEqual({ step: 'soon', error });
  });
});
