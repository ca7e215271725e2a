// setup: asks for a cluster and writes a profile, with the command that repeats it.
import { wrapped } from './core/screen/columns.ts';
import { fitLine } from './setup/class-size.ts';
import { detect, detectionFacts, detectionRows } from './setup/detection.ts';
import { checkDraft } from './setup/draft.ts';
import { valueRows } from './setup/ending.ts';
import { finish, type SetupEnd } from './setup/finish.ts';
import { dropIdleFlags } from './setup/given.ts';
import {
  ask,
  askKind,
  changeable,
  changeOffer,
  clusterQuestions,
  deployProblems,
  interviewAll,
  priceOf,
} from './setup/interview.ts';
import { listed, valueTable } from './setup/layout.ts';
import { changePlace, type Started, settlePlace } from './setup/place.ts';
import type { Prompter } from './setup/prompter.ts';
import { proposeAll } from './setup/proposals.ts';
import { whoQuestions } from './setup/questions.ts';
import { type SetupAsked, type SetupFront, start } from './setup/start.ts';

/** Looks, asks, shows the file, writes it. Nothing is written before the last answer. */
export async function setup(asked: SetupAsked, front: SetupFront, signal: AbortSignal): Promise<SetupEnd> {
  const { prompter, say, width } = front;
  const detection = await detect(signal);
  if (asked.flags['detect']) {
    say(listed(detectionRows(detection), width));
    return { facts: detectionFacts(detection) };
  }
  if (prompter) say(`This machine:\n${listed(detectionRows(detection), width)}\n`);
  const started = await start(asked, detection, front, signal);
  await interviewAll(started.interview, whoQuestions, started.bad, asked.yes);
  // The class's name is known now.
  await settlePlace(started);
  await interviewAll(started.interview, clusterQuestions(started.interview.draft), started.bad, asked.yes);
  for (const line of dropIdleFlags(started.interview.draft, asked.flags)) started.interview.say(line);
  await proposeAll(started.interview);
  await showValues(started, front);
  while (prompter && !asked.yes && (await prompter.confirm('Change anything?', false))) {
    await change(started, prompter);
    await showValues(started, front);
  }
  return finish(started, asked, front);
}

/** The table of values, and what follows from them. */
async function showValues({ interview, place, origins }: Started, { say, width }: SetupFront): Promise<void> {
  const { draft, detection, signal } = interview;
  const { profile } = checkDraft(draft);
  const price = await priceOf(interview);
  const problems = await deployProblems(profile, signal);
  const notes = [
    ...(draft.students === undefined ? [] : [`Class: ${fitLine(profile, draft.students)}`]),
    ...(price === undefined ? [] : [`Cost: ${price}`]),
    ...(problems.length > 0 ? ['Before deploy:', ...problems.map((problem) => `- ${problem}`)] : []),
  ];
  const table = valueTable(valueRows(draft, place, origins, detection.proposed), width);
  say(['', table, '', ...notes.map((note) => wrapped(note, width, 2))].join('\n').trimEnd());
}

/** Asks one of the values again, by its title. */
async function change(started: Started, prompter: Prompter): Promise<void> {
  const { interview, origins } = started;
  const { draft, detection } = interview;
  const questions = changeable(interview);
  const choices = [
    { value: 'Cluster', about: draft.offer.name },
    { value: 'Profile', about: started.place.path },
    ...questions.map(({ title, key }) => ({ value: title, about: key })),
  ];
  const title = await prompter.search({ message: 'Which one?', choices, problem: () => 'choose one of these' });
  const question = questions.find((one) => one.title === title);
  if (title === 'Cluster') {
    const name = await askKind(detection, prompter, draft.offer.name);
    const offer = detection.offers.find((one) => one.name === name);
    if (offer && offer !== draft.offer) {
      changeOffer(draft, offer);
      origins.kind = 'answer';
      await interviewAll(interview, [...whoQuestions, ...clusterQuestions(draft)], new Map(), false);
    }
  } else if (title === 'Profile') await changePlace(started, prompter);
  else if (question) await ask(interview, question, prompter);
  await settlePlace(started);
  await proposeAll(interview);
}
