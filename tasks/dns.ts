// dns: checks CoreDNS, repairs a forwarding loop, and undoes the repair.

import { probeImage } from './coredns/deploy-steps.ts';
import { repairSteps, undoSteps } from './coredns/repair.ts';
import { report } from './coredns/report.ts';
import type { Task } from './steps/task.ts';
import type { Step } from './steps/types.ts';

const check: Step = {
  title: 'Check CoreDNS',
  run: async (context) => {
    context.state.dns = await report(context);
  },
};

const stepsOf = (action: string | undefined): Step[] => {
  if (action === 'repair') return repairSteps({ mayRepair: true, probeImage });
  return action === 'undo' ? undoSteps() : [check];
};

export const dns: Task = {
  cluster: 'optional',
  plan: ({ words: [action] }) => ({
    steps: stepsOf(action),
    done: ({ state }) => state.dns?.lines ?? ['Nothing was changed.'],
    exitCode: ({ state }) => state.dns?.exitCode ?? 0,
  }),
};
