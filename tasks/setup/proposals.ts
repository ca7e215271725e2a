// Keeps the proposals of setup up to date with the answers that they follow from.
import { valueIn } from '../profile/problems.ts';
import type { Asked, Proposal, Question } from '../steps/setup.ts';
import { nodesFor } from './class-size.ts';
import type { Detection } from './detection.ts';
import { answer, checkDraft, type Draft, pathOf, problemOf, valueFor } from './draft.ts';
import type { Prompter } from './prompter.ts';
import { applies, isOfCluster, questionsFor } from './questions.ts';

/** What an interview works with. */
export interface Interview {
  draft: Draft;
  detection: Detection;
  /** Undefined without a terminal. */
  prompter: Prompter | undefined;
  say(text: string): void;
  signal: AbortSignal;
}

/** What a question is asked with now. */
export function askedFor({ draft, detection, signal }: Interview): Asked {
  const { profile } = checkDraft(draft);
  return { host: detection.host, found: detection.found[profile.cluster], profile, signal };
}

/** What nobody gave, as the machine or the class has it. */
async function proposalOf(interview: Interview, question: Question): Promise<Proposal | undefined> {
  const { students } = interview.draft;
  const nodes = question.grows ? nodesFor(interview.draft, question) : undefined;
  if (nodes !== undefined) return { value: nodes, why: `for ${students} students` };
  return question.propose?.(askedFor(interview));
}

/** Keeps proposals up to date with the answers they follow from. */
export async function propose(interview: Interview, question: Question): Promise<void> {
  const { draft } = interview;
  if (draft.answers.get(question.key)?.source === 'detected') draft.answers.delete(question.key);
  if (valueFor(draft, question, checkDraft(draft).profile).source !== 'default') return;
  const proposal = await proposalOf(interview, question);
  if (!proposal || problemOf(draft, question, proposal.value) !== undefined) return;
  answer(draft, { path: pathOf(question), ...proposal, source: 'detected' });
}

/** Every proposal, in the order of the questions; what has no effect on this profile goes. */
export async function proposeAll(interview: Interview): Promise<void> {
  for (const question of questionsFor(checkDraft(interview.draft).profile.cluster)) {
    const { profile } = checkDraft(interview.draft);
    if (applies(question, profile)) await propose(interview, question);
    else dropIdle(interview.draft, question);
  }
}

/** Takes back a value that nobody sees. A deploy may refuse those of the cluster, so they leave the file as well. */
function dropIdle({ answers, base, offer }: Draft, question: Question): void {
  const path = pathOf(question);
  const source = answers.get(question.key)?.source;
  if (!isOfCluster(question, offer)) {
    if (source === 'answer' || source === 'detected') answers.delete(question.key);
  } else if (valueIn(base, path) === undefined) answers.delete(question.key);
  else answers.set(question.key, { path, value: undefined, source: 'detected' });
}
