// Files of a job as users name them: by addresses, and more than once.
import { zipSync } from 'fflate';
import { beforeEach, expect, test } from 'vitest';
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
