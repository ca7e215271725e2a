// A short list of steps drawn live, for a test that gives it a terminal.
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Context, Step } from '../../tasks/steps/types.ts';

const rest = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const steps: Step[] = [
  { title: 'There already', skip: () => 'it is', run: async () => {} },
  {
    title: 'Both',
    concurrent: true,
    steps: [
      {
        title: 'Branch',
        steps: [
          {
            title: 'Inner',
            run: async (_, out) => {
              out.line('first line\nsecond line');
              await rest(1200);
            },
          },
        ],
      },
      { title: 'Beside', run: async () => {} },
    ],
  },
];

steps.push({
  title: 'Table',
  run: async (_, out) => {
    out.line('in short');
    out.table?.(['1 of 2', 'ada  starting']);
    await rest(500);
  },
});

const outcome = await runSteps(steps, {} as Context, { abort: () => {} });
process.stdout.write(outcome.failure ? `failed: ${outcome.failure.error}\n` : 'well done\n');
