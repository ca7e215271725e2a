// status: how the cluster and every part of it is.
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

/** Rows under their headings, each column as wide as its widest cell. */
export function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export const status: Task = {
  name: 'status',
  summary: 'Show every part of the cluster and how it is',
  steps: () => [],
  done: async (context) => {
    const { state, detail, components } = await context.cluster.status(context);
    return [
      `${context.profile.clusterName}: ${state} (${detail})`,
      ...(components.length > 0 ? ['', ...table([columns, ...components.map(cells)])] : []),
    ];
  },
};
