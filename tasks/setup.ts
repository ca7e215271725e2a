// setup: asks for a cluster and writes a profile, with the command that repeats it.
import { Failure, usageFailure } from './core/failure.ts';
import { writeFiles } from './core/files/changes.ts';
import { changedLines } from './core/plan/lines.ts';
import { columnsOf, wrapped } from './core/screen/columns.ts';
import { fitLine } from './setup/class-size.ts';
import { detect, detectionFacts, detectionRows } from './setup/detection.ts';
import { checkDraft } from './setup/draft.ts';
import { nextCommands, repeatCommand, valueFacts, valueRows } from './setup/ending.ts';
import { fileText, placeOf, readPlace } from './setup/file.ts';
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
import { foldedCommand, listed, shownFile, valueTable } from './setup/layout.ts';
import type { Prompter } from './setup/prompter.ts';
import { proposeAll } from './setup/proposals.ts';
import { whoQuestions } from './setup/questions.ts';
import { type SetupAsked, type SetupFront, type Started, settlePlace, start } from './setup/start.ts';

/** What setup did. */
export interface SetupEnd {
  /** For programs. */
  facts: Record<string, unknown>;
  /** The profile that a deploy was wanted for. */
  deploys?: string;
  /** Whether the file differs from the present one, or would. */
  isChange?: boolean;
}

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

async function changePlace(started: Started, prompter: Prompter): Promise<void> {
  const { draft } = started.interview;
  const name = await prompter.type({
    message: 'Name of the profile, or a path that ends in .yaml',
    byDefault: draft.name,
    problem: (text) =>
      checkDraft({ ...draft, name: placeOf(text).name }).problems.find(({ path }) => path[0] === 'clusterName')
        ?.message,
  });
  started.place = placeOf(name);
  started.before = await readPlace(started.place);
  started.origins.name = 'answer';
  draft.name = started.place.name;
}

/** Shows the file, asks whether to write it, and says what comes next. */
async function finish(started: Started, asked: SetupAsked, { prompter, say }: SetupFront): Promise<SetupEnd> {
  const { interview, place, before, origins } = started;
  const { draft } = interview;
  const { profile, problems } = checkDraft(draft);
  if (problems.length > 0)
    throw usageFailure(problems.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('\n'));
  const text = fileText(draft, place, before);
  const isSame = text === before;
  say(`\n${await changeText(place.path, before, text, columnsOf())}`);
  const facts = { profile: place.option, path: place.path, text, values: valueFacts(draft) };
  if (asked.dryRun) return { facts: { ...facts, isWritten: false }, isChange: !isSame };
  if (!prompter && !asked.yes && !isSame && before !== undefined)
    throw usageFailure(`${place.path} exists and would change`, 'add --yes to agree, or another --name');
  const isRun = asked.flags['run'] !== undefined;
  const choice = prompter && !asked.yes ? await askToWrite(place.path, isRun, prompter) : isRun ? 'deploy' : 'write';
  if (choice === 'nothing') throw usageFailure('nothing was written');
  await writeFiles([{ path: place.path, content: text }]).catch((error: Error) => {
    throw new Failure(`cannot write ${place.path}: ${error.message}`, { hint: 'name another place with --name' });
  });
  const isDeployed = choice === 'deploy';
  const repeat = repeatCommand(draft, {
    name:
      origins.name === 'default' ? draft.name : place.path.endsWith(`${draft.name}.yaml`) ? place.option : place.path,
    answersFile: asked.flags['answers'],
  });
  const next = nextCommands(place, profile, isDeployed);
  const folded = (line: string) => foldedCommand(line, columnsOf());
  say([`${isSame ? 'Unchanged' : 'Wrote'}: ${place.path}`, '', 'Next:', ...next.map(folded)].join('\n'));
  say(`\nAgain, without questions:\n${folded(repeat)}`);
  return {
    facts: { ...facts, isWritten: !isSame, next, repeat },
    isChange: !isSame,
    ...(isDeployed ? { deploys: place.option } : {}),
  };
}

/** What becomes of the file: a new one whole, of another the lines that change. */
async function changeText(path: string, before: string | undefined, text: string, width: number): Promise<string> {
  if (before === undefined) return `${path}:\n\n${shownFile(text, width)}`;
  if (text === before) return `${path} stays unchanged`;
  const lines = await changedLines(before, text);
  return `${path} changes:\n\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}

function askToWrite(path: string, isRun: boolean, prompter: Prompter): Promise<string> {
  const write = { value: 'write', about: `write ${path}` };
  const deploy = { value: 'deploy', about: `write ${path}, then run firesteel deploy` };
  const choices = [...(isRun ? [deploy] : [write, deploy]), { value: 'nothing', about: 'write nothing' }];
  return prompter.select({ message: `Write ${path}?`, choices, byDefault: isRun ? 'deploy' : 'write' });
}
