// Asks each open question once, with a proposal, and any question again on request.
import { clusters } from '../clusters/index.ts';
import { setupKinds } from '../clusters/offers.ts';
import { Failure, messageOf, usageFailure } from '../core/failure.ts';
import { keySchemaAt } from '../profile/keys.ts';
import { valueIn } from '../profile/problems.ts';
import type { Profile } from '../profile/schema.ts';
import { problemsOf } from '../steps/check.ts';
import type { Choice, Offer, Question } from '../steps/setup.ts';
import { lookAtRoster, rosterProblem } from './class-list.ts';
import type { Detection } from './detection.ts';
import {
  answer,
  canBeEmpty,
  checkDraft,
  type Draft,
  otherKinds,
  pathOf,
  readAnswer,
  textProblem,
  valueFor,
} from './draft.ts';
import type { Prompt, Prompter } from './prompter.ts';
import { askedFor, type Interview, propose } from './proposals.ts';
import { applies, clusterQuestionsFor, columnQuestion, openQuestions, rosterQuestion } from './questions.ts';

/** Counts the class and says what the list says; asks which column identifies people where the list leaves this open. */
export async function countStudents(interview: Interview): Promise<void> {
  const { draft, say, prompter } = interview;
  const { classroom } = checkDraft(draft).profile;
  if (classroom.roster === undefined) return;
  const look = await lookAtRoster(classroom);
  if ('students' in look) {
    draft.students = look.students;
    return say(look.line);
  }
  if (look.flag === 'roster' || !prompter) throw usageFailure(look.message, look.hint);
  say(look.message);
  draft.answers.delete(columnQuestion.key);
  await ask(interview, columnQuestion, prompter);
}

/** Which cluster. */
export async function askKind(
  { offers, proposed }: Detection,
  prompter: Prompter,
  byDefault?: string,
): Promise<string> {
  const choices: Choice[] = offers.map(({ name, title, fit, reason: why }) => ({
    value: name,
    about: title,
    more: `${name === proposed ? 'proposed' : fit === 'ready' ? 'ready' : 'not yet'}: ${why}`,
    ...(fit === 'impossible' ? { refused: why } : {}),
  }));
  const usual = byDefault ?? proposed ?? offers.find(({ fit }) => fit !== 'impossible')?.name;
  return prompter.select({ message: 'Which cluster?', choices, ...(usual ? { byDefault: usual } : {}) });
}

/** Whether the profile is for a class, and where its list is. */
export async function askForClass(interview: Interview, prompter: Prompter): Promise<void> {
  const who = await prompter.select({
    message: 'Who uses the cluster?',
    choices: [
      { value: 'me', about: 'me, or my team' },
      { value: 'class', about: 'a class: each person of a list gets a seat' },
    ],
    byDefault: 'me',
  });
  if (who === 'class') await ask(interview, rosterQuestion, prompter);
}

/** The questions about the draft's kind of cluster. */
export const clusterQuestions = (draft: Draft): Question[] => clusterQuestionsFor(checkDraft(draft).profile.cluster);

/** Asks those of the questions that have to be asked; `bad` are flags that were not taken, with the reasons. */
export async function interviewAll(
  interview: Interview,
  questions: readonly Question[],
  bad: ReadonlyMap<string, string>,
  isBrief: boolean,
): Promise<void> {
  const { draft, prompter } = interview;
  for (const question of questions) {
    const { profile } = checkDraft(draft);
    // Without a class list that can be read there is no class yet.
    const isDue = question === rosterQuestion && bad.has(question.flag);
    if (!applies(question, profile) && !isDue) continue;
    await propose(interview, question);
    const { value, source } = valueFor(draft, question, checkDraft(draft).profile);
    const isOpen = source === 'default' || source === 'detected';
    const isNeeded = question.isRequired && value === undefined;
    const isWanted = bad.has(question.flag) || isNeeded || (question.isAsked && isOpen && !isBrief);
    if (isWanted && prompter) await ask(interview, question, prompter, bad.get(question.flag));
  }
}

/** Asks one question and keeps its answer. */
export async function ask(
  interview: Interview,
  question: Question,
  prompter: Prompter,
  reason?: string,
): Promise<void> {
  const { draft, say } = interview;
  const before = valueFor(draft, question, checkDraft(draft).profile);
  if (reason) say(`\n--${question.flag}: ${reason}`);
  const able = await choicesOf(interview, question).catch((error: unknown) => {
    if (interview.signal.aborted) throw error;
    const hint = error instanceof Failure && error.hint ? ` (${error.hint})` : '';
    say(`Cannot list the choices: ${messageOf(error)}${hint}`);
    return [];
  });
  const choices = able.length > 0 && isOptional(question) ? [...able, { value: '', about: 'none' }] : able;
  const text = shownText(before.value);
  const prompt = {
    message: `${question.title}${choices.length > 0 ? '' : hintOf(question)}`,
    ...(text ? { byDefault: presentOf(choices, text, draft)?.value ?? text } : {}),
    canBeEmpty: isOptional(question),
    problem: (typed: string) => textProblem(draft, question, typed),
    ...laterProblem(draft, question),
  };
  const few = 6;
  const given =
    choices.length === 0
      ? await prompter.type(prompt)
      : choices.length > few
        ? await prompter.search({ ...prompt, choices })
        : await prompter.select({ ...prompt, choices });
  const choice = choices.find(({ value }) => value === given);
  await keep(interview, question, choice?.means ?? given, text);
  for (const [key, value] of Object.entries(choice?.values ?? {}))
    answer(draft, { path: key.split('.'), value, source: 'answer' });
}

/** The choice that the profile has now, with all that comes with it. */
function presentOf(choices: readonly Choice[], text: string, draft: Draft): Choice | undefined {
  const { profile } = checkDraft(draft);
  return choices
    .filter(({ value, means }) => (means ?? value) === text)
    .find(({ values = {} }) =>
      Object.entries(values).every(([key, value]) => valueIn(profile, key.split('.')) === value),
    );
}

/** What is wrong with an answer about the class list is known once the list is read. */
function laterProblem(draft: Draft, question: Question): Pick<Prompt, 'problemLater'> {
  const { roster, column } = checkDraft(draft).profile.classroom;
  const meant = (typed: string) => question.meaning?.(typed) ?? typed;
  if (question === rosterQuestion)
    return { problemLater: (typed) => rosterProblem({ roster: meant(typed), column }, 'roster') };
  if (question !== columnQuestion) return {};
  return { problemLater: (typed) => rosterProblem({ roster, column: meant(typed) || undefined }, 'column') };
}

async function keep(interview: Interview, question: Question, given: string, text: string): Promise<void> {
  const { draft } = interview;
  const read = readAnswer(question, given);
  // Enter on a proposal leaves it what it was.
  if ('value' in read && given.trim() !== text) {
    const path = pathOf(question);
    answer(draft, { path, value: read.value, source: 'answer' });
  }
  if (question === rosterQuestion || question === columnQuestion) await countStudents(interview);
}

/** What the question takes, for a value that is typed. */
const hintOf = (question: Question): string => {
  if (question.isList) return ' (networks with commas between them; empty for everywhere)';
  if (question.key === 'classroom.end') return ' (as 2026-12-18T18:00)';
  return isOptional(question) ? ' (may be empty)' : '';
};

const isOptional = (question: Question): boolean => !question.isRequired && canBeEmpty(pathOf(question));

/** A value as people type it. */
export const shownText = (value: unknown): string =>
  value === undefined || value === null ? '' : Array.isArray(value) ? value.join(', ') : String(value);

async function choicesOf(interview: Interview, question: Question): Promise<Choice[]> {
  if (question.choices) return question.choices(askedFor(interview));
  const schema = keySchemaAt(pathOf(question));
  const values = schema?.type === 'boolean' ? ['true', 'false'] : (schema?.enum ?? []);
  return values.map((value) => ({ value }));
}

/** Takes another cluster: what was answered for the other kind goes. */
export function changeOffer(draft: Draft, offer: Offer): void {
  draft.offer = offer;
  const others = otherKinds(String(offer.values['cluster']));
  for (const [key, { path, source }] of [...draft.answers])
    if (others.includes(String(path[0])) || source === 'detected' || key in offer.values) draft.answers.delete(key);
}

/** What keeps a deploy from running now, a line each. */
export async function deployProblems(profile: Profile, signal: AbortSignal): Promise<string[]> {
  const { createExec } = await import('../core/exec.ts');
  return problemsOf(clusters[profile.cluster].preflights, profile, createExec(signal)).catch((error: unknown) => [
    messageOf(error),
  ]);
}

/** What its nodes cost; undefined where nothing is paid. */
export const priceOf = (interview: Interview): Promise<string | undefined> => {
  const asked = askedFor(interview);
  return Promise.resolve(setupKinds[asked.profile.cluster].price?.(asked)).catch(
    (error: unknown) => `unknown: ${messageOf(error)}`,
  );
};

/** Every question whose value can be changed. */
export const changeable = ({ draft }: Interview): Question[] => openQuestions(checkDraft(draft).profile);
