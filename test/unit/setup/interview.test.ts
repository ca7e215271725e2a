// The questions of setup in plain lines: what is asked, and what an answer does.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shown } from '../../../tasks/core/exec.ts';
import { homeFolder } from '../../../tasks/core/paths.ts';
import { valueIn } from '../../../tasks/profile/problems.ts';
import { checkDraft, type Draft, readAnswer, valueFor } from '../../../tasks/setup/draft.ts';
import { repeatCommand } from '../../../tasks/setup/ending.ts';
import { fileText, placeOf } from '../../../tasks/setup/file.ts';
import { takeSets } from '../../../tasks/setup/given.ts';
import { ask } from '../../../tasks/setup/interview.ts';
import type { Prompt } from '../../../tasks/setup/prompter.ts';
import { columnQuestion, questionsFor, rosterQuestion } from '../../../tasks/setup/questions.ts';
import type { Question } from '../../../tasks/steps/setup.ts';
import { ownFiles } from '../own-files.ts';
import { withLines } from '../typed-lines.ts';
import { draftOf, interviewOf } from './machine.ts';

const { put } = ownFiles();

/** Asks a question; these lines are typed. */
async function asked(draft: Draft, question: Question, ...lines: string[]): Promise<string> {
  const { prompts, said } = withLines(...lines);
  await ask(interviewOf(draft, prompts, said), question, prompts);
  return said.join('\n');
}

const answerTo = (draft: Draft, question: Question) => valueFor(draft, question, checkDraft(draft).profile);

const unknownTitles = 'Ausweis;Wer\na7;Ada\nb8;Grace\n';
const twoLogins = 'Username,Login,Name\nada,al,Ada\ngrace,gh,Grace\n';

test.each([
  ['unknown titles', unknownTitles, 'no row of the first 20 has titles that firesteel knows', 'Ausweis: such as a7'],
  ['two columns that fit', twoLogins, '`Username` and `Login` could both identify people', 'Username: such as ada'],
])('a class list with %s asks for the column', async (_, content, reason, choice) => {
  const draft = draftOf('local');
  const screen = await asked(draft, rosterQuestion, put('list.csv', content), '1');
  expect(screen).toContain(reason);
  expect(screen).toContain(`Column that identifies people:\n  1. ${choice}\n`);
  expect([draft.students, answerTo(draft, columnQuestion).value]).toEqual([2, choice.split(':')[0]]);
});

test('a class list with a wrong row is asked again, and not its column', async () => {
  const draft = draftOf('local');
  const wrong = put('wrong.csv', 'Login,Name\nada,Ada\nada,Grace\n');
  const screen = await asked(draft, rosterQuestion, wrong, put('list.csv', 'Login,Name\nada,Ada\n'));
  expect(screen).toMatch(/Not accepted: wrong.csv: rows 2 and 3: /);
  expect([draft.students, answerTo(draft, columnQuestion).value]).toEqual([1, undefined]);
});

test.each([
  ['in quotes', (path: string) => `'${path}'`],
  ['with backslashes', (path: string) => path.replaceAll(' ', '\\ ')],
])('a class list may be pasted %s', async (_, pasted) => {
  const draft = draftOf('local');
  const list = put('My Class.csv', 'Login,Name\nada,Ada\n');
  await asked(draft, rosterQuestion, pasted(list));
  expect([draft.students, answerTo(draft, rosterQuestion).value]).toEqual([1, list]);
});

test('a list of choices has one for no value, which is kept, written and repeated', async () => {
  const draft = draftOf('local', { classroom: { roster: 'class.csv', door: { address: '192.0.2.7' } } });
  const address = questionsFor('local').find(({ flag }) => flag === 'address') as Question;
  const screen = await asked(draft, address, '2');
  expect(screen).toBe(
    'Address that students open:\n  1. 192.0.2.7: default route\n  2. none\nType a number, or Enter for 192.0.2.7.',
  );
  expect(answerTo(draft, address)).toMatchObject({ value: undefined, source: 'answer' });
  const before = 'classroom:\n  roster: class.csv\n  door:\n    address: 192.0.2.7\n    port: 8443\n';
  expect(fileText(draft, placeOf('lab.yaml'), before)).toBe(
    'classroom:\n  roster: class.csv\n  door:\n    port: 8443\n',
  );
  const { profile } = checkDraft(draft);
  expect(profile.classroom.door.address).toBeUndefined();
  expect(repeatCommand(draft, { name: 'lab', answersFile: undefined })).toContain("--address ''");
});

const questionOf = (kind: Parameters<typeof questionsFor>[0], flag: string) =>
  questionsFor(kind).find((one) => one.flag === flag) as Question;

test.each([
  ['domain', 'Domain of the class (may be empty): Enter for a.example.org, - to leave it empty.', ['door', 'domain']],
  ['sources', ' empty for everywhere): Enter for 203.0.113.0/24, - to', ['door', 'loadBalancer', 'sources']],
] as const)('an answer for --%s can be emptied in plain lines', async (flag, prompt, path) => {
  const kept = { domain: 'a.example.org', loadBalancer: { sources: ['203.0.113.0/24'] } };
  const draft = draftOf('gke', { classroom: { roster: 'class.csv', door: kept } });
  expect(await asked(draft, questionOf('gke', flag), '-')).toContain(prompt);
  expect(valueIn(checkDraft(draft).profile.classroom, path)).toBeUndefined();
});

test('an answer that is needed cannot be emptied', async () => {
  const draft = draftOf('gke', { gke: { project: 'spark-school' } });
  const type = async ({ problem }: Prompt) => problem?.('') ?? '';
  const prompter = { ...withLines().prompts, type };
  const project = { ...questionOf('gke', 'project'), choices: () => [] };
  await ask(interviewOf(draft, prompter), project, prompter);
  expect(draft.answers.get('gke.project')?.value).toBe('a value is needed');
});

test.each([
  ['spark.conf.spark.executor.instances=2', undefined],
  ['spark.notSecrets=["spark.a, b","spark.c"]', undefined],
  ['dns.upstream=[192.0.2.1, 192.0.2.2]', 'dns.upstream=["192.0.2.1","192.0.2.2"]'],
  ['classroom.seat.cores="1"', 'classroom.seat.cores=1'],
])('--set %s is repeated as setup takes it', (set, repeated = set) => {
  const draft = draftOf('local');
  takeSets(draft, [set]);
  expect(repeatCommand(draft, { name: 'lab', answersFile: undefined })).toContain(`--set ${shown([repeated])} --yes`);
  const again = draftOf('local');
  takeSets(again, [repeated]);
  expect(again.answers).toEqual(draft.answers);
});

test('a class list may be in the home folder', () =>
  expect(readAnswer(rosterQuestion, '~/class.csv')).toEqual({ value: join(homeFolder(), 'class.csv') }));

test('a column is named as in the profile, or as classroom takes it', () => {
  for (const text of ['SIS Login ID', 'id=SIS Login ID'])
    expect(readAnswer(columnQuestion, text)).toEqual({ value: 'SIS Login ID' });
});
