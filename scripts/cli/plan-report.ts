// Prints a dry run: coloured lines for people, or one JSON event a line.
import { styleText } from 'node:util';
import { planLines } from '../../tasks/core/plan/text.ts';
import type { PlanEvent } from '../../tasks/core/plan/types.ts';
import { canRedraw } from './output.ts';

type Style = Parameters<typeof styleText>[0];

/** By how a line begins; its words say the same. */
const styles: readonly [begins: RegExp, style: Style][] = [
  [/^▸/, 'bold'],
  [/^[↷◦]/, 'dim'],
  [/^ {2}(create|make folder) /, 'green'],
  [/^ {4,}\+ /, 'green'],
  [/^ {2}change /, 'yellow'],
  [/^ {2}(delete|remove) /, 'red'],
  [/^ {4,}(- [^\s]|✖)/, 'red'],
];

const painted = (line: string): string => {
  const style = styles.find(([begins]) => begins.test(line))?.[1];
  return style ? styleText(style, line) : line;
};

/** Where a dry run's events go. */
export function planReport({ json, plain }: { json: boolean; plain: boolean }): (event: PlanEvent) => void {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  if (json) return (event) => print(JSON.stringify(event));
  const paint = canRedraw() && !plain && !process.env['NO_COLOR'] ? painted : (line: string) => line;
  return (event) => {
    for (const line of planLines(event, plain)) print(paint(line));
  };
}
