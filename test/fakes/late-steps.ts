// Steps that are known at once or only after the first of them, shown in one way; for a test that compares what is shown.
import { reportJson, reportPlain } from '../../tasks/core/report.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Context, SingleStep } from '../../tasks/steps/types.ts';

const [, , known, shown] = process.argv;
const titled = (title: string): SingleStep => ({ title, run: async () => {} });
const others = [titled('Build'), titled('Submit')];
const steps =
  known === 'at-once' ? [titled('Convert'), ...others] : [{ ...titled('Convert'), further: async () => others }];

await runSteps(steps, {} as Context, {
  ...(shown === 'live' ? {} : { report: shown === 'json' ? reportJson : reportPlain }),
  abort: () => {},
});
