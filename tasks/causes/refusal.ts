// Explains why the API server refused an object, from its message alone.
import type { Diagnosis } from './finding.ts';
import { message, refusals } from './refusals.ts';

const endOfMessage = 'Received status: ';

/** The API server's own words, without what Spark's Kubernetes client says behind them. */
const ownWords = (text: string): string => text.replaceAll(new RegExp(`\\s*${endOfMessage}.*`, 'g'), '').trim();

/** Cause and cure of a refusal, from its message; undefined if the message is of another kind. */
export function diagnoseRefusal(message: string): Diagnosis | undefined {
  const text = ownWords(joined(message.split('\n')));
  for (const { match, cause, cure } of refusals) {
    const found = match.exec(text);
    if (found) return { cause: cause(found), cure: typeof cure === 'string' ? cure : cure(found), final: true };
  }
  return undefined;
}

/** The same, from the output of a program. */
export function diagnoseOutput(lines: readonly string[]): Diagnosis | undefined {
  for (const at of lines.keys()) {
    const found = diagnoseRefusal(messageAt(lines, at));
    if (found) return found;
  }
  return undefined;
}

/** The last lines of a driver's log that tell why executors cannot be made, in a text of many lines. */
export const diagnoseLogText = (text: string): Diagnosis | undefined =>
  refused.test(text) ? diagnoseLog(text.split('\n')) : undefined;

/** The same in lines. */
export function diagnoseLog(lines: readonly string[]): Diagnosis | undefined {
  for (let at = lines.length - 1; at >= 0; at--) {
    const found = diagnoseLine(lines, at);
    if (found) return found;
  }
  return undefined;
}

const refused =
  /forbidden|not found|denied (?:the )?request|is invalid:|failed calling webhook|cannot be handled as|POST at: \S+\/pods\. Message: /i;

/** Some webhooks and policies explain themselves on further lines, after an empty one. */
const explanationLines = 30;

function diagnoseLine(lines: readonly string[], at: number): Diagnosis | undefined {
  const line = lines[at] ?? '';
  if (!refused.test(line) || !/\b(?:pods|configmaps)\b|\b(?:POST|PUT|PATCH) at: /.test(line)) return undefined;
  // What else its account may not do is the driver's own trouble.
  if (/ cannot (?!create resource "pods")\w+ resource /.test(line)) return undefined;
  const whole = messageAt(lines, at);
  const refusal = diagnoseRefusal(whole) ?? otherRefusal(whole);
  return refusal && { ...refusal, cause: `executors: ${refusal.cause}`, final: false };
}

/** What the API server says of no pod that it does not make, in its own words. */
function otherRefusal(text: string): Diagnosis | undefined {
  const [, why] = /POST at: \S+\/pods\. Message: (.+)/.exec(ownWords(text)) ?? [];
  if (why === undefined || / already exists/.test(why)) return undefined;
  return {
    cause: `the API server makes no pod: ${message(why)}`,
    cure: 'correct what the message names, and check the API server: firesteel status',
    final: false,
  };
}

/** A line, with the lines that its message goes on in. */
function messageAt(lines: readonly string[], at: number): string {
  const line = lines[at] ?? '';
  if (!line.includes('Message: ') || line.includes(endOfMessage)) return line;
  const following = lines.slice(at + 1, at + 1 + explanationLines);
  const next = following.findIndex((one) => /^\s+at |^\d\d\/\d\d\/\d\d /.test(one));
  const last = following.findIndex((one) => one.includes(endOfMessage)) + 1;
  return joined([line, ...following.slice(0, last || (next < 0 ? following.length : next))]);
}

/** Lines as one. */
const joined = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
