// The file of a profile: which one it is, how it is changed, and how it is written.
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answer, checkDraft, type Source } from '../../../tasks/setup/draft.ts';
import { placeOf, readPlace, writePlace } from '../../../tasks/setup/file.ts';
import { finish } from '../../../tasks/setup/finish.ts';
import { changePlace, type Started, settlePlace } from '../../../tasks/setup/place.ts';
import { ownFiles } from '../own-files.ts';
import { withLines } from '../typed-lines.ts';
import { draftOf, interviewOf } from './machine.ts';

const { path, put } = ownFiles();

/** A draft whose file is `name`; these lines are typed at its questions. */
function startedAt(name: string, source: Source, ...lines: string[]) {
  const { prompts, said } = withLines(...lines);
  const started: Started = {
    interview: interviewOf(draftOf('local', { namespace: 'old' }), prompts, said),
    place: placeOf(name),
    before: undefined,
    origins: { kind: 'flag', name: source },
    bad: new Map(),
  };
  return { started, prompts, said };
}

test.each<[string, Record<string, string>, Source, string]>([
  ['its kind of cluster', {}, 'default', 'my-local'],
  ['its class', { roster: 'class.csv', name: 'kurs1' }, 'default', 'kurs1'],
  ['its kind of cluster as well, if the class has no name', { roster: 'class.csv' }, 'default', 'class-local'],
  ['what was said', { roster: 'class.csv', name: 'kurs1' }, 'flag', 'lab'],
])('is named after %s', async (_, ofClass, source, name) => {
  const draft = draftOf('local');
  for (const [key, value] of Object.entries(ofClass))
    answer(draft, { path: ['classroom', key], value, source: 'answer' });
  const started = { interview: { draft }, place: placeOf('lab'), origins: { kind: 'flag', name: source } } as Started;
  await settlePlace(started);
  expect([started.place.name, draft.name]).toEqual([name, name]);
});

test('another file is asked again until it is a profile, and then its values count', async () => {
  const lab = put('lab.yaml', 'namespace: lab\n');
  const broken = put('broken.yaml', 'local: [\n');
  mkdirSync(path('folder.yaml'));
  const { started, prompts, said } = startedAt(path('old.yaml'), 'flag', broken, path('folder.yaml'), `'${lab}'`);
  await changePlace(started, prompts);
  expect(said.join('\n')).toMatch(
    /Enter for \S*old.yaml.[\s\S]*Not accepted: \S*broken.yaml:[\s\S]*folder.yaml: a folder, not/,
  );
  expect(started).toMatchObject({ place: { path: lab }, before: 'namespace: lab\n', origins: { name: 'answer' } });
  expect(checkDraft(started.interview.draft).profile).toMatchObject({ name: 'lab', namespace: 'lab' });
});

test('a class whose file is no profile asks for another file', async () => {
  put('kurs1.yaml', '- 1\n');
  const { started, said } = startedAt('my-local', 'default', put('lab.yaml', ''));
  for (const [key, value] of Object.entries({ roster: 'class.csv', name: 'kurs1' }))
    answer(started.interview.draft, { path: ['classroom', key], value, source: 'answer' });
  const before = process.cwd();
  process.chdir(path());
  await settlePlace(started).finally(() => process.chdir(before));
  expect(said.join('\n')).toMatch(/kurs1.yaml:1:1: expected a map of keys[\s\S]*Name of the profile/);
  expect([started.place.name, started.origins.name]).toEqual(['lab', 'answer']);
});

test.each(['folder.yaml', 'file/lab.yaml'])('%s cannot be read or written, and is named', async (name) => {
  put('file', '');
  mkdirSync(path('folder.yaml'));
  await expect(readPlace(placeOf(path(name)))).rejects.toMatchObject({ exitCode: 2 });
  await expect(writePlace(placeOf(path(name)), '')).rejects.toMatchObject({ exitCode: 2 });
});

test.each([0o600, 0o664])('a file of mode %o keeps its mode', async (mode) => {
  const lab = put('lab.yaml', 'namespace: lab\n');
  chmodSync(lab, mode);
  await writePlace(placeOf(lab), 'namespace: jobs\n');
  expect(statSync(lab).mode & 0o777).toBe(mode);
});

test('a file that cannot be written leaves the command that has all answers', async () => {
  put('file', '');
  const { started, prompts, said } = startedAt(path('file', 'lab.yaml'), 'flag', 'write');
  answer(started.interview.draft, { path: ['local', 'nodes'], value: 2, source: 'answer' });
  const front = { prompter: prompts, say: started.interview.say, width: 80 };
  await expect(finish(started, { flags: {}, sets: [], yes: false, dryRun: false }, front)).rejects.toThrow(
    'cannot write',
  );
  expect(said.at(-1)).toMatch(/Again, without questions:[\s\S]*--nodes 2/);
});
