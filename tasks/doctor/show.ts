// Prints the findings of doctor by category, wrapped to the width of the terminal.
import { stripVTControlCharacters, styleText } from 'node:util';
import { asRoot, shown } from '../core/exec.ts';
import { categories, type Remedy } from '../steps/check.ts';
import { isFinding, type Seen } from './look.ts';

type State = Seen['finding']['state'];

/** How it is shown. */
export interface Look {
  /** Columns of the terminal; infinite elsewhere. */
  width: number;
  hasColour: boolean;
  /** Words in place of marks. */
  isPlain: boolean;
  /** Every check with what it saw. */
  isWhole: boolean;
}

const marks: Record<State, string> = { ok: '✔', partial: '!', missing: '✖', 'not available': '◦', crashed: '‼' };
const words: Record<State, string> = {
  ok: 'ok:',
  partial: 'partial:',
  missing: 'missing:',
  'not available': 'not available:',
  crashed: 'crashed:',
};
const colours = { ok: 'green', partial: 'yellow', missing: 'red', 'not available': 'dim', crashed: 'magenta' } as const;
const worstFirst: readonly State[] = ['missing', 'crashed', 'partial', 'ok', 'not available'];

const marked = (state: State, { hasColour, isPlain }: Look): string => {
  const mark = isPlain ? words[state] : marks[state];
  return hasColour ? styleText(colours[state], mark, { validateStream: false }) : mark;
};

/** Lines of at most `width` columns; those after the first are indented. A word that is longer stays whole. */
export function wrapped(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trimStart().split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && stripVTControlCharacters(longer).length > width - (lines.length > 0 ? indent : 0)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one, i) => (i === 0 ? one : `${' '.repeat(indent)}${one}`));
}

const indented = (text: string, by: number, look: Look): string[] =>
  wrapped(text, look.width - by, 2).map((line) => `${' '.repeat(by)}${line}`);

/** A remedy as a person does it. */
export const shownRemedy = (remedy: Remedy): string =>
  'text' in remedy ? remedy.text : shown(remedy.asRoot ? asRoot(remedy.command) : remedy.command);

/** One check whole: what it saw, and what to do. */
function checkLines({ check, finding }: Seen, look: Look): string[] {
  const { state, seen, more = [], remedies = [] } = finding;
  const affected = state === 'ok' || state === 'not available' ? [] : [`affects: ${check.affects}`];
  return [
    ...indented(`${marked(state, look)} ${check.title}: ${seen}`, 2, look),
    ...[...more, ...affected].flatMap((line) => indented(line, 4, look)),
    // A command is for copying: no line of it is broken.
    ...remedies
      .map((remedy) => `    → ${shownRemedy(remedy)}`)
      .flatMap((line) => (/^ {4}→ (firesteel|sudo|apt-get|sysctl|ip) /.test(line) ? [line] : indented(line, 4, look))),
  ];
}

/** What could not be looked at, once for each reason. */
function absentLines(absent: readonly Seen[], look: Look): string[] {
  const byReason = new Map<string, Seen[]>();
  for (const one of absent) byReason.set(one.finding.seen, [...(byReason.get(one.finding.seen) ?? []), one]);
  return [...byReason].flatMap(([reason, all]) => {
    const [only] = all;
    if (only && all.length === 1) return checkLines(only, look);
    return indented(
      `${marked('not available', look)} ${reason}: ${all.map(({ check }) => check.name).join(', ')}`,
      2,
      look,
    );
  });
}

function categoryLines(category: string, seen: readonly Seen[], look: Look): string[] {
  const worst = worstFirst.find((state) => seen.some(({ finding }) => finding.state === state)) ?? 'ok';
  const fine = seen.filter(({ finding }) => finding.state === 'ok');
  const absent = seen.filter(({ finding }) => finding.state === 'not available');
  const heading = look.hasColour ? styleText('bold', category, { validateStream: false }) : category;
  if (look.isWhole) return [`${marked(worst, look)} ${heading}`, ...seen.flatMap((one) => checkLines(one, look))];
  const [first] = absent;
  if (first && absent.length === seen.length && absent.every(({ finding }) => finding.seen === first.finding.seen))
    return wrapped(`${marked('not available', look)} ${heading}: ${first.finding.seen}`, look.width, 2);
  const names = fine.map(({ check }) => check.name).join(', ');
  return [
    ...wrapped(`${marked(worst, look)} ${heading}${names ? `: ${names}` : ''}`, look.width, 2),
    ...seen.filter(isFinding).flatMap((one) => checkLines(one, look)),
    ...absentLines(absent, look),
  ];
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** The last line: how it is, in one sentence. */
export function verdict(seen: readonly Seen[]): string {
  const of = (state: State) => seen.filter(({ finding }) => finding.state === state).length;
  const absent = of('not available');
  const rest = absent > 0 ? `; ${counted(absent, 'check has', 'checks have')} nothing to look at here` : '';
  const kinds = (['missing', 'partial', 'crashed'] as const).filter((state) => of(state) > 0);
  if (kinds.length === 0) return `All is well: ${counted(of('ok'), 'check')} found nothing wrong${rest}.`;
  const found = counted(seen.filter(isFinding).length, 'finding');
  return `${found} in ${counted(seen.length, 'check')}: ${kinds.map((state) => `${of(state)} ${state}`).join(', ')}${rest}.`;
}

/** Everything that was seen, and the verdict. */
export function reportLines(seen: readonly Seen[], look: Look): string[] {
  const sections = categories.flatMap((category) => {
    const own = seen.filter(({ check }) => check.category === category);
    return own.length > 0 ? [categoryLines(category, own, look)] : [];
  });
  const curable = seen.filter((one) => isFinding(one) && one.finding.remedies?.some((each) => 'command' in each));
  return [
    ...sections.flat(),
    '',
    ...(curable.length > 0
      ? [`→ firesteel doctor --fix (runs the commands of ${counted(curable.length, 'finding')})`]
      : []),
    ...wrapped(verdict(seen), look.width, 0),
  ];
}
