// Prints the events of a dry run as lines for people.
import { readOut } from '../report.ts';
import { toYaml } from '../yaml.ts';
import type { Change, FieldChange, PlanEvent, Totals } from './types.ts';

const longestValue = 100;

const shownValue = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
};

const indented = (lines: readonly string[], by: number): string[] => lines.map((line) => `${' '.repeat(by)}${line}`);

function fieldLines({ field, owner, hidden, lines, ...values }: FieldChange): string[] {
  const by = owner ? ` (set by ${owner})` : '';
  if (hidden) return [`${field}: changes${by}`];
  if (lines) return [`${field}:${by}`, ...indented(lines, 2)];
  if (!('old' in values || 'new' in values)) return [`${field}: removed${by}`];
  return [`${field}: ${shownValue(values.old)} → ${shownValue(values.new)}${by}`];
}

const yamlLines = (value: object): string[] => toYaml(value).trimEnd().split('\n');

function details(change: Change): string[] {
  if (change.kind === 'file') return change.lines ?? [];
  if (change.kind === 'resource') return change.fields ? yamlLines(change.fields) : [];
  if (change.kind !== 'object') return [];
  return [
    ...(change.refusal ? [`✖ the server refuses this: ${change.refusal}`] : []),
    ...(change.fields ?? []).flatMap(fieldLines),
    ...(change.manifest ? yamlLines(change.manifest) : []),
  ];
}

function headOf(change: Change): string {
  if (change.kind === 'object') return `${change.action} ${change.name}`;
  return change.kind === 'command' ? `$ ${change.name}` : change.name;
}

/** `2 to create, 1 to change, 0 to delete`, and what would run beside. */
const totalsLine = ({ create, change, delete: deleted, run }: Totals): string =>
  `${create} to create, ${change} to change, ${deleted} to delete${run > 0 ? `, ${run} to run` : ''}`;

const marks = { plan: '▸', skip: '↷', look: '◦', note: '◦' };
/** For those to whom lines are read out. */
const words = { plan: 'step:', skip: 'skipped:', look: 'only looks:', note: 'note:' };

/** The lines of one event; words stand in place of marks where they are read out. */
export function planLines(event: PlanEvent, isReadOut = false): string[] {
  const signs = isReadOut ? words : marks;
  const spoken = isReadOut ? readOut : (line: string) => line;
  switch (event.event) {
    case 'plan':
      return [`${signs.plan} ${event.path.at(-1)}`];
    case 'skip':
      return [`${signs.skip} ${event.path.at(-1)}: ${event.reason}`];
    case 'look':
      return [`${signs.look} ${event.path.at(-1)}`];
    case 'line':
      return [`  ${event.line}`];
    case 'note':
      return [`${signs.note} ${event.line}`];
    case 'planned':
      return ['', totalsLine(event)];
    case 'change':
      return [`  ${headOf(event)}`, ...indented(details(event), 4)].map(spoken);
  }
}
