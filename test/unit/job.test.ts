// What to run: the jobs that ship, the user's own files, and what is said of those that cannot work.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../tasks/lib/failure.ts';
import { readProfile } from '../../tasks/lib/profile.ts';
import { readJob } from '../../tasks/spark/job.ts';
import { jobNames } from '../../tasks/spark/job-source.ts';
import { submitWith } from '../../tasks/submit.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-job-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(words: string[], jobs?: string): Promise<string> {
  try {
    readJob(words, {}, jobs);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    expect(failure.exitCode).toBe(2);
    return failure.message.replaceAll(folder, '');
  }
  throw new Error('this job was accepted');
}

test.each(jobNames())('job %s, which ships, is valid', async (name) => {
  expect(readJob([name])).toMatchObject({ name });
});

test('pi runs the example in the image with its own arguments', async () => {
  expect(readJob(['pi'])).toMatchObject({
    type: 'python',
    resource: 'local:///opt/spark/examples/src/main/python/pi.py',
    mainClass: 'org.apache.spark.deploy.PythonRunner',
    args: ['10'],
    conf: { 'spark.executor.instances': '2' },
  });
});

test('arguments given take the place of those of the job', async () => {
  expect(readJob(['pi', '3', '--verbose']).args).toEqual(['3', '--verbose']);
});

test('a Python file is brought along under a name a ConfigMap takes', async () => {
  const path = join(folder, 'mein jöb.py');
  await writeFile(path, 'print("ü")\n');
  expect(readJob([path, 'a'])).toEqual({
    name: 'mein jöb',
    type: 'python',
    resource: 'local:///opt/spark/job/mein_j_b.py',
    mainClass: 'org.apache.spark.deploy.PythonRunner',
    args: ['a'],
    conf: {},
    file: { name: 'mein_j_b.py', content: 'print("ü")\n' },
  });
});

test('what a job is made for is read as text, whatever YAML takes it for', async () => {
  const jobs = await mkdtemp(join(folder, 'jobs-'));
  await mkdir(join(jobs, 'lenet'));
  await writeFile(join(jobs, 'lenet', 'job.yaml'), 'main: local:///a.py\nneeds:\n  bigdl: 2.3.0\n  keras: 3\n');
  expect(readJob(['lenet'], {}, jobs).needs).toEqual({ bigdl: '2.3.0', keras: '3' });
});

test('a job names the Spark it runs on, a profile may do so, too', async () => {
  const profile = await readProfile('local', []);
  const jobs = await mkdtemp(join(folder, 'jobs-'));
  await mkdir(join(jobs, 'old'));
  await writeFile(join(jobs, 'old', 'job.yaml'), 'main: local:///a.py\nspark: 3.5.9\n');
  expect(readJob(['old'], {}, jobs).spark).toBe('3.5.9');
  expect(profile.namesSpark).toBe(false);
  expect((await readProfile('local', ['spark.version=4.3.0'])).namesSpark).toBe(true);
});

test('--num-executors is over job and profile', async () => {
  const profile = await readProfile('local', ['spark.conf.spark.executor.instances=5']);
  const taken = submitWith({ numExecutors: '3' }).profileFor?.(profile, ['pi']);
  expect(taken?.spark.conf).toEqual({ 'spark.executor.instances': '3' });
});

describe('refused is', () => {
  test('nothing at all', async () => expect(await refusal([])).toBe('which job?'));
  test('a slip of the pen, with the name that was meant', async () =>
    expect(await refusal(['pii'])).toBe('job "pii": not found; did you mean "pi"?'));
  test('a file that is not there', async () =>
    expect(await refusal([join(folder, 'none.py')])).toBe('/none.py: not found'));
  test('a folder', async () => {
    await mkdir(join(folder, 'folder.py'));
    expect(await refusal([join(folder, 'folder.py')])).toBe('/folder.py: not a file');
  });
  test('a jar from this machine', async () =>
    expect(await refusal(['./app.jar'])).toBe('./app.jar: not a Python file'));
  test('a file larger than a ConfigMap', async () => {
    await writeFile(join(folder, 'large.py'), '#'.repeat(1024 * 1024 + 1));
    expect(await refusal([join(folder, 'large.py')])).toBe(
      '/large.py: 1048577 bytes, a ConfigMap holds at most 1048576',
    );
  });
  test('what is no text', async () => {
    await writeFile(join(folder, 'latin.py'), Buffer.from([0x23, 0xe4]));
    expect(await refusal([join(folder, 'latin.py')])).toBe('/latin.py: not UTF-8 text');
  });

  test.each([
    ['main: pi.py', '/bad/job.yaml:1:7: main: expected local:///… that ends with .py or .jar, a file in the image'],
    ['main: local:///a.jar', '/bad/job.yaml:1:1: class: a jar needs the name of its main class'],
    ['main: local:///a.py\nclass: A', '/bad/job.yaml:2:8: class: a Python program has no main class'],
    ['main: local:///a.py\nargs: 10', '/bad/job.yaml:2:7: args: Invalid input: expected array, received number'],
    [
      'main: local:///a.py\nconf:\n  spark.master: local',
      '/bad/job.yaml:3:17: conf.spark.master: is set by firesteel: set cluster instead',
    ],
    ['main: local:///a.py\nmain: x', '/bad/job.yaml:2:1: the same key twice in one map'],
  ])('job.yaml with %j', async (text, message) => {
    await mkdir(join(folder, 'bad'), { recursive: true });
    await writeFile(join(folder, 'bad', 'job.yaml'), text);
    expect(await refusal(['bad'], folder)).toBe(message);
  });
});
