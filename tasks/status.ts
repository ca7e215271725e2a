// status: how the cluster and every part of it is.
import { table } from './lib/report.ts';
import type { ClusterStatus, Task } from './lib/types.ts';

type Component = ClusterStatus['components'][number];

const columns = ['NODE', 'COMPONENT', 'STATE', 'PID', 'RESTARTS', 'LAST ERROR'];

const cells = ({ node, name, state, pid, restarts, lastError }: Component): string[] => [
  node,
  name,
  state,
  String(pid ?? '-'),
  String(restarts),
  lastError ?? '-',
];

export const status: Task = {
  asIs: true,
  withoutTools: true,
  steps: () => [],
  done: async (context) => {
    const { state, detail, components } = await context.cluster.status(context);
    return [
      `${context.profile.clusterName}: ${state} (${detail})`,
      ...(components.length > 0 ? ['', ...table([columns, ...components.map(cells)])] : []),
    ];
  },
};
