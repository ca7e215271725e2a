// What a job's log says came out, such as an accuracy: found by the expressions of its job.yaml. Pure.
import { z } from 'zod';
import { printable } from '../run/driver-log.ts';

/** `result` of a job.yaml: labels, each with an expression for lines of the driver's log. */
export const resultSchema = z.record(
  z.string().regex(/^\S(.*\S)?$/, 'expected a label'),
  z.string().refine(isExpression, 'expected a regular expression with one group, such as "accuracy: ([\\d.]+)"'),
);

/** Expressions by label; the first group of the last line that matches is the result. */
export type ResultPatterns = z.output<typeof resultSchema>;

function isExpression(text: string): boolean {
  try {
    return (new RegExp(`${text}|`).exec('')?.length ?? 0) === 2;
  } catch {
    return false;
  }
}

/** The results in a driver's log, by label; what no line tells is left out. */
export function findResults(patterns: ResultPatterns, log: readonly string[]): Record<string, string> {
  const lines = log.map(printable);
  const found = Object.entries(patterns).map(([label, text]) => {
    const expression = new RegExp(text);
    const line = lines.findLast((one) => expression.test(one));
    return [label, line === undefined ? undefined : expression.exec(line)?.[1]] as const;
  });
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** `accuracy 0.7657, model /opt/spark/models/…`, in the order of the job.yaml. */
export const shownResults = (results: Readonly<Record<string, string>> = {}): string =>
  Object.entries(results)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ');

/** What to say of a run that ended well without some of its results; undefined if it has all. */
export function missingResults(
  patterns: ResultPatterns = {},
  results: Readonly<Record<string, string>> = {},
): string | undefined {
  const missing = Object.keys(patterns).filter((label) => results[label] === undefined);
  return missing.length > 0
    ? `it ended with exit code 0, but its log tells no ${missing.join(' and no ')}: look there whether it did what was asked`
    : undefined;
}
