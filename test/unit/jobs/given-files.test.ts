// Files of a job as users name them: by addresses, and more than once.
import { symlinkSync } from 'node:fs';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { usageText } from '../../../tasks/core/failure.ts';
import { type JobFlags, readJob } from '../../../tasks/jobs/job.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { readRequest } from '../../../tasks/submission/request.ts';
import { ownFiles } from '../own-files.ts';

const own = ownFiles();
const zip = zipSync({ 'x.py': new Uint8Array() });
beforeEach(() => {
  for (const name of ['job.py', 'two words.py', 'a.jar', 'rows.csv', 'requirements.txt']) own.put(name, '');
  own.put('lib.zip', zip);
});

afterEach(() => void vi.unstubAllEnvs());

const shipped = 'file:///opt/spark/job/shipped';

/** With the folder of the test's files in the place of FOLDER. */
const inFolder = (flags: JobFlags): JobFlags =>
  Object.fromEntries(Object.entries(flags).map(([key, text]) => [key, text.replaceAll('FOLDER', own.path())]));

test.each<[flags: JobFlags, lists: Record<string, string[]>]>([
  [{ jars: 'file://FOLDER/a.jar' }, { 'spark.jars': [`${shipped}/a.jar`] }],
  [{ jars: 'file:FOLDER/a.jar' }, { 'spark.jars': [`${shipped}/a.jar`] }],
  [{ pyFiles: 'FILE://localhost/FOLDER/lib.zip' }, { 'spark.submit.pyFiles': [`${shipped}/lib.zip`] }],
  [{ jars: 'file:///opt/none.jar' }, { 'spark.jars': ['file:///opt/none.jar'] }],
  [{ jars: 'local://FOLDER/a.jar' }, { 'spark.jars': ['local://FOLDER/a.jar'] }],
  [{ jars: 'FOLDER/a.jar,file:FOLDER/a.jar' }, { 'spark.jars': [`${shipped}/a.jar`] }],
  [{ pyFiles: 'FOLDER/lib.zip,FOLDER/lib.zip' }, { 'spark.submit.pyFiles': [`${shipped}/lib.zip`] }],
  [
    { pyFiles: 'FOLDER/job.py,FOLDER/lib.zip' },
    { 'spark.submit.pyFiles': [`${shipped}/job.py`, `${shipped}/lib.zip`] },
  ],
])('%j brings a file of this machine once, and leaves an address elsewhere', (flags, lists) => {
  const job = readJob([own.path('job.py')], inFolder(flags));
  const found = JSON.stringify(job.lists).replaceAll(own.path(), 'FOLDER');
  expect([job.resource, JSON.parse(found)]).toEqual([`${shipped}/job.py`, lists]);
});

test('a program, its files and its requirements may be addresses of files here', () => {
  const address = (name: string) => `file://${own.path(name)}`;
  own.put('app/job.yaml', `main: ../job.py\nfiles: ["${address('rows.csv')}"]\n`);
  expect(readJob([own.path('app')]).lists).toEqual({ 'spark.files': [`${shipped}/rows.csv`] });
  expect(readJob([address('two%20words.py')])).toMatchObject({ resource: `${shipped}/two_words.py` });
  expect(readJob([own.path('job.py')], { requirements: address('requirements.txt') }).layer?.pip).toEqual([
    `-r ${own.path('requirements.txt')}`,
  ]);
});

test('a file that this machine does not give to its user is a problem of the job, and no fault of firesteel', async () => {
  const path = own.path(`${'x'.repeat(300)}.py`);
  const { problems } = readRequest(await readProfile('local', []), [path], {});
  expect(problems).toEqual([`${path}: the name is too long`]);
});

test('a pattern names every file that fits, in flags and in a job.yaml, and ~ is the home', () => {
  vi.stubEnv('HOME', own.path());
  own.put('b.jar', '');
  own.put('.hidden.jar', '');
  own.put('app/job.yaml', 'main: ../job.py\nfiles: ["../r*.csv", "~/requirements.{txt,in}"]\n');
  const jars = [`${shipped}/a.jar`, `${shipped}/b.jar`];
  expect(readJob([own.path('job.py')], { jars: own.path('*.jar') }).lists).toEqual({ 'spark.jars': jars });
  expect(readJob([own.path('job.py')], { jars: '~/[ab].jar' }).lists).toEqual({ 'spark.jars': jars });
  expect(readJob([own.path('app')]).lists).toEqual({
    'spark.files': [`${shipped}/rows.csv`, `${shipped}/requirements.txt`],
  });
  expect(() => readJob([own.path('job.py')], { jars: own.path('none*.jar') })).toThrow(/none\*\.jar: not found$/);
});

/** What is wrong with a word of submit, and what to do. */
function refusal(word: string): string {
  try {
    return readJob([word]).name;
  } catch (error) {
    return usageText(error).replaceAll(own.path(), 'FOLDER');
  }
}

test('a job.yaml stands for its folder, and one of another name is to be renamed', () => {
  own.put('app/job.yaml', 'main: ../job.py\n');
  own.put('app/other.yaml', '');
  own.put('old/job.yml', '');
  expect(readJob([own.path('app', 'job.yaml')])).toEqual(readJob([own.path('app')]));
  expect(refusal(own.path('app', 'other.yaml'))).toBe(
    'FOLDER/app/other.yaml: not a program\n→ rename the file to job.yaml, and name its folder',
  );
  expect(refusal(own.path('old'))).toBe(
    'FOLDER/old: no job.yaml, main.py or __main__.py in it\n→ rename job.yml to job.yaml',
  );
});

test('a link that leads nowhere is refused with its target', () => {
  symlinkSync('absent/main.py', own.path('link.py'));
  expect(refusal(own.path('link.py'))).toBe('FOLDER/link.py: a link to absent/main.py, which does not exist');
});

test('a file with # and another name behind it is refused with what to do', () => {
  own.put('app/job.yaml', 'main: ../job.py\nfiles: ["../rows.csv#input.csv"]\n');
  expect(refusal(own.path('app'))).toContain('not found\n→ omit # and the name behind it: rename the file itself');
});

test('a file in two lists is brought once', () => {
  own.put('app/job.yaml', 'main: ../job.py\nfiles: [../job.py, ../a.jar]\njars: [../a.jar]\n');
  const { resource, files, lists } = readJob([own.path('app')]);
  expect([resource, Object.keys(files ?? {}), lists]).toEqual([
    `${shipped}/job.py`,
    ['job.py', 'a.jar'],
    { 'spark.jars': [`${shipped}/a.jar`], 'spark.files': [`${shipped}/job.py`, `${shipped}/a.jar`] },
  ]);
});

test.each([
  [
    'in Latin-1',
    Buffer.from('main: ../job.py\nenv: {A: caf\xe9}\n', 'latin1'),
    '2:13: is not UTF-8: save the file as UTF-8',
  ],
  ['in UTF-16', Buffer.from('\ufeffmain: ../job.py\n', 'utf16le'), '1:1: is not UTF-8: save the file as UTF-8'],
  [
    'with a variable twice',
    'main: ../job.py\nenv: {WORD: a}\nsecrets: {WORD: {secret: db, key: word}}\n',
    '2:7: env.WORD: secrets also sets this variable: keep one of them',
  ],
])('a job.yaml %s is refused', (_, content, problem) => {
  own.put('app/job.yaml', content);
  expect(refusal(own.path('app'))).toBe(`FOLDER/app/job.yaml:${problem}`);
});
