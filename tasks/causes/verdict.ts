// Reads what the scheduler says of the nodes that do not take a pod: each reason, with the number of its nodes. Pure.
import type { NodeReason } from './node-reasons.ts';
import { nodeReasons } from './node-reasons.ts';

/** Nodes that the scheduler leaves out for one reason. */
interface Group {
  row: NodeReason;
  names: string[];
  count: number;
}

/** What the scheduler says of its nodes. */
export interface Verdict {
  total: number;
  /** Known reasons in the order of their table, without a usual one where there are others. */
  groups: Group[];
  /** Nodes with the usual reason, which is left out. */
  usual: number;
  /** Reasons that the table does not have. */
  others: { count: number; text: string }[];
  /** Resources that nodes lack, and how many nodes lack one of them at least. */
  lacking: string[];
  lackingCount: number;
}

/** What the scheduler says of the pod itself, without what it says of pods that it could preempt. */
export const withoutPreemption = (message: string): string =>
  message.split(/\s*(?:no new claims to deallocate, |still not schedulable, )?preemption: /)[0] ?? '';

/** Reads a message such as `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …`. */
export function readVerdict(message: string): Verdict {
  const own = withoutPreemption(message);
  const [, of, list = own] = /^\d+\/(\d+) nodes are available: ([\s\S]*)/.exec(own) ?? [];
  const reasons = list
    .trim()
    .replace(/\.$/, '')
    .split(/, (?=\d+ )/)
    .map((text) => /^(?:(\d+) )?([\s\S]*)/.exec(text) ?? [])
    .map(([, count, text = '']) => ({ count: Number(count ?? of ?? 1), text }));
  const total = Number(of ?? Math.max(...reasons.map(({ count }) => count)));
  const lacks = reasons.filter(({ text }) => text.startsWith('Insufficient '));
  const groups = nodeReasons.map((row): Group => ({ row, names: [], count: 0 }));
  const others: Verdict['others'] = [];
  for (const { count, text } of reasons.filter((reason) => !lacks.includes(reason))) {
    const group = groups.find(({ row }) => row.match.test(text));
    if (!group) others.push({ count, text: text.replace(/^node\(s\) /, '') });
    else {
      const name = group.row.match.exec(text)?.[1];
      if (name && !group.names.includes(name)) group.names.push(name);
      group.count += count;
    }
  }
  const known = groups.filter(({ count }) => count > 0);
  const telling = known.filter(({ row }) => !row.isUsual);
  const isMixed = telling.length + others.length + lacks.length > 0;
  return {
    total,
    groups: isMixed ? telling : known,
    usual: isMixed ? sumOf(known.filter(({ row }) => row.isUsual)) : 0,
    others,
    lacking: lacks.map(({ text }) => /^Insufficient ([\w./-]*\w)/.exec(text)?.[1] ?? ''),
    lackingCount: Math.max(0, ...lacks.map(({ count }) => count)),
  };
}

const sumOf = (groups: readonly { count: number }[]): number => groups.reduce((sum, { count }) => sum + count, 0);
