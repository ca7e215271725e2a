// dns: looks at CoreDNS, repairs a forwarding loop of it, and takes the repair back. A part of deploy, too.
import { repairSteps, undoSteps } from './coredns/repair.ts';
import { report } from './coredns/report.ts';
import { probeImage } from './coredns/steps.ts';
import type { Step, Task } from './steps/types.ts';

const check: Step = {
  title: 'Check CoreDNS',
  run: async (context) => {
    context.state.dns = await report(context);
  },
};

export const dns: Task = {
  asIs: true,
  withoutTools: true,
  steps: (_profile, _cluster, [action]) => {
    if (action === 'repair') return repairSteps({ repairs: true, probeImage });
    return action === 'undo' ? undoSteps() : [check];
  },
  done: ({ state }) => state.dns?.lines ?? ['Nothing was changed.'],
  exitCode: ({ state }) => state.dns?.exitCode ?? 0,
};
