// Finds the results of a job, such as an accuracy, in its log. Pure.
import * as z from 'zod';
import { printable } from '../spark/driver-log.ts';

/** `result` of a job.yaml: labels, each with an expression for lines of the driver's log. */
export const resultSchema = z.record(
  z.string().regex(/^\S(.*\S)?$/, 'expected a label'),
  z
    .string()
    .refine(
      (text) => [1, 2].includes(groupsOf(text)),
      'expected a regular expression with one group, such as "accuracy: ([\\d.]+)", or two, label and value',
    ),
);

/**
 * Expressions by label; the first group of the last line that matches is the result. One with two groups takes the label
 * from its first, and so gives as many results as the log has labels.
 */
export type ResultPatterns = z.output<typeof resultSchema>;

/** How many groups an expression has; -1 if it is none. */
function groupsOf(text: string): number {
  try {
    return (new RegExp(`${text}|`).exec('')?.length ?? 0) - 1;
  } catch {
    return -1;
  }
}

/** The results in a driver's log, by label; what no line tells is left out. */
export function findResults(patterns: ResultPatterns, log: readonly string[]): Record<string, string> {
  const lines = log.map(printable);
  const found = Object.entries(patterns).flatMap(([label, text]) => {
    const expression = new RegExp(text);
    const matches = lines.map((line) => expression.exec(line)).filter((match) => match !== null);
    return groupsOf(text) === 2
      ? matches.map(([, own, value]) => [own, value])
      : matches.slice(-1).map(([, value]) => [label, value]);
  });
  return Object.fromEntries(
    found.filter((entry): entry is [string, string] => entry.every((one) => one !== undefined)),
  );
}

/** `accuracy 0.7657, model /opt/spark/models/…`, in the order of the job.yaml. */
export const shownResults = (results: Readonly<Record<string, string>> = {}): string =>
  Object.entries(results)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ');

/** What to say of a run that succeeded without some of its results; undefined if it has all. */
export function missingResults(
  patterns: ResultPatterns = {},
  results: Readonly<Record<string, string>> = {},
): string | undefined {
  const isMissing = ([label, text]: [string, string]) =>
    groupsOf(text) === 2 ? Object.keys(results).length === 0 : results[label] === undefined;
  const missing = Object.entries(patterns)
    .filter(isMissing)
    .map(([label]) => label);
  return missing.length > 0
    ? `the job exited with 0 but did not log its ${missing.join(' and its ')}; check its log`
    : undefined;
}
