// What to run: the jobs that ship, the user's own files, and what is said of those that cannot work.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { type JobFlags, readJob } from '../../../tasks/jobs/job.ts';
import { jobNames } from '../../../tasks/jobs/source.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { readRequest } from '../../../tasks/submission/request.ts';
import { submitWith } from '../../../tasks/submit.ts';
import { planFor } from '../../plan-of.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firesteel-job-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(words: string[], jobs?: string, flags: JobFlags = {}): Promise<string> {
  try {
    readJob(words, flags, jobs);
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

test('pi brings its program, with its own arguments', async () => {
  expect(readJob(['pi'])).toMatchObject({
    type: 'python',
    resource: 'file:///opt/spark/job/shipped/pi.py',
    mainClass: 'org.apache.spark.deploy.PythonRunner',
    args: ['10'],
    conf: { 'spark.executor.instances': '2' },
  });
});

test('given arguments replace those of the job', async () => {
  expect(readJob(['pi', '3', '--verbose']).args).toEqual(['3', '--verbose']);
});

test('a Python file gets a name that a ConfigMap accepts', async () => {
  const path = join(folder, 'mein jöb.py');
  await writeFile(path, 'print("ü")\n');
  expect(readJob([path, 'a'])).toEqual({
    name: 'mein jöb',
    type: 'python',
    resource: 'file:///opt/spark/job/shipped/mein_j_b.py',
    mainClass: 'org.apache.spark.deploy.PythonRunner',
    args: ['a'],
    conf: {},
    needs: {},
    files: { 'mein_j_b.py': 'print("ü")\n' },
  });
});

test('versions of libraries are read as text, whatever YAML makes of them', async () => {
  const jobs = await mkdtemp(join(folder, 'jobs-'));
  await mkdir(join(jobs, 'lenet'));
  await writeFile(join(jobs, 'lenet', 'job.yaml'), 'main: local:///a.py\nneeds:\n  bigdl: 2.3.0\n  keras: 3\n');
  expect(readJob(['lenet'], {}, jobs).needs).toEqual({ bigdl: '2.3.0', keras: '3' });
});

test('a job may have variables and properties that only look like secrets, or are declared as none', async () => {
  const jobs = await mkdtemp(join(folder, 'jobs-'));
  await mkdir(join(jobs, 'model'));
  const env = 'env: {MAX_TOKENS: 256, DB_SECRET_NAME: store/db, DEMO_TOKEN: abc}\n';
  const conf = 'conf: {spark.security.credentials.renewalRatio: 0.5, spark.sql.catalog.demo.token: abc}\n';
  const declared = 'notSecrets: [DEMO_TOKEN, spark.sql.catalog.demo.token]\n';
  await writeFile(join(jobs, 'model', 'job.yaml'), `main: local:///a.py\n${env}${conf}${declared}`);
  expect(readJob(['model'], {}, jobs).conf).toMatchObject({
    'spark.kubernetes.driverEnv.MAX_TOKENS': '256',
    'spark.executorEnv.DEMO_TOKEN': 'abc',
    'spark.sql.catalog.demo.token': 'abc',
  });
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

test('--num-executors overrides job and profile', async () => {
  const profile = await readProfile('local', ['spark.conf.spark.executor.instances=5']);
  const { profile: taken } = await planFor(submitWith({ numExecutors: '3' }), profile, ['pi']);
  expect(taken?.spark.conf).toEqual({ 'spark.executor.instances': '3' });
});

test('data in a layer does not work with several platforms', async () => {
  const local = await readProfile('local', []);
  const profile = { ...local, image: { ...local.image, platforms: ['linux/amd64', 'linux/arm64'] } };
  const own = await mkdtemp(join(folder, 'own-'));
  await writeFile(join(own, 'run.py'), '');
  await writeFile(join(own, 'job.yaml'), 'main: run.py\ndata: {option: --data, sets: [fashion-mnist], files: {}}\n');
  expect(readRequest(profile, [own], {}).problems).toEqual([
    expect.stringMatching(/^image\.platforms: firesteel builds the image of a job only/),
  ]);
  expect(readRequest(profile, [own], { data: 'image:/data' }).problems).toEqual([]);
});

describe('refused is', () => {
  test('a mistyped name, with the nearest name', async () =>
    expect(await refusal(['pii'])).toBe('job "pii": not found; did you mean "pi"?'));
  test('a file that is not there', async () =>
    expect(await refusal([join(folder, 'none.py')])).toBe('/none.py: not found'));
  test('a folder without a program', async () => {
    await mkdir(join(folder, 'folder.py'));
    expect(await refusal([join(folder, 'folder.py')])).toBe('/folder.py: no job.yaml, main.py or __main__.py in it');
  });
  test('what is not a program', async () => {
    await writeFile(join(folder, 'notes.txt'), '');
    expect(await refusal([join(folder, 'notes.txt')])).toBe('/notes.txt: not a program');
  });
  test.each(['s3a://b/app.py', 'https://example.org/app.jar', 'file:///x.py', 'local:///x.zip'])('%s', async (word) =>
    expect(await refusal([word])).toBe(`${word}: neither a file of this machine nor a file in the image`),
  );
  test('a class for a Python program', async () =>
    expect(await refusal(['pi'], undefined, { class: 'A' })).toBe('--class A: a Python program has no main class'));
  test('a requirements file without a name, as of a variable that is not set', async () =>
    expect(await refusal(['pi'], undefined, { requirements: '' })).toBe('--requirements: expected the path of a file'));

  test('a requirements file that is not there', async () =>
    expect(await refusal(['pi'], undefined, { requirements: './none.txt' })).toBe(
      '--requirements ./none.txt: not found',
    ));
  test('a jar to bring that is not there', async () =>
    expect(await refusal(['pi'], undefined, { jars: 'local:///a.jar,./none.jar' })).toBe(
      '--jars ./none.jar: not found',
    ));

  test.each([
    ['main: pi.py', '/bad/job.yaml:1:7: main pi.py: not found'],
    [
      'main: pi.sh',
      '/bad/job.yaml:1:7: main: expected a .py, .jar or .zip by its path from the job\'s folder, or local:///… in the image, got "pi.sh"',
    ],
    ['args: []', '/bad/job.yaml:1:1: main: expected a text, got nothing'],
    ['main: local:///a.jar', '/bad/job.yaml:1:1: class: a jar needs the name of its main class'],
    ['main: local:///a.py\nclass: A', '/bad/job.yaml:2:8: class: a Python program has no main class'],
    ['main: local:///a.py\nargs: 10', '/bad/job.yaml:2:7: args: expected a list, got 10'],
    [
      'main: local:///a.py\nexecutors: 0',
      '/bad/job.yaml:2:12: executors: expected a whole number from 1 to 9999, got 0',
    ],
    [
      'main: local:///a.py\nspark: 4.3',
      '/bad/job.yaml:2:8: spark: expected a text: put the version in quotes, got 4.3',
    ],
    [
      'main: local:///a.py\npyfiles: [a]\npackages:\n  piip: [a]',
      '/bad/job.yaml:2:1: pyfiles: unknown key; did you mean "pyFiles"?\n' +
        '/bad/job.yaml:4:3: packages.piip: unknown key; did you mean "pip"?',
    ],
    ['main: local:///a.py\nfiles: [a.csv]', '/bad/job.yaml:2:9: files[0] a.csv: not found'],
    [
      'main: local:///a.py\nconf:\n  spark.master: local',
      '/bad/job.yaml:3:3: conf.spark.master: firesteel sets this property: set cluster instead',
    ],
    [
      'main: local:///a.py\nexecutors: 2\nconf:\n  spark.executor.instances: 3',
      '/bad/job.yaml:2:12: executors: sets spark.executor.instances, which conf also sets: keep one of them',
    ],
    [
      'main: local:///a.py\nenv:\n  API_TOKEN: abc',
      '/bad/job.yaml:3:3: env.API_TOKEN: looks like a secret, and variables are readable in the pod: ' +
        'put it in a Kubernetes Secret and name the Secret under secrets; if it is not a secret, add its name to notSecrets',
    ],
    [
      'main: local:///a.py\nenv:\n  A-B: 1',
      '/bad/job.yaml:3:3: env.A-B: expected a name of letters, digits and "_", got "A-B"',
    ],
    [
      'main: local:///a.py\nsecrets:\n  A: {secret: s}',
      '/bad/job.yaml:3:6: secrets.A.key: expected a text, got nothing',
    ],
    [
      'main: local:///a.py\nvolumes:\n  data: {mountPath: /d}\n  a: {mountPath: /a}',
      '/bad/job.yaml:3:3: volumes.data: expected another name, because driver pods already have a volume of this name, got "data"',
    ],
    [
      'main: local:///a.py\noptions:\n  -v: {type: switch, default: yes please, about: x}',
      '/bad/job.yaml:3:31: options.-v.default: expected no default for a switch; name the switch in args instead, got "yes please"',
    ],
    ['main: local:///a.py\nargs: &a [1, *a]', '/bad/job.yaml:2:14: args[1]: expected a text, got a list'],
    ['- a', '/bad/job.yaml:1:1: expected a map of keys, got a list'],
    ['main: local:///a.py\nmain: x', '/bad/job.yaml:2:1: the same key twice in one map'],
  ])('job.yaml with %j', async (text, message) => {
    await mkdir(join(folder, 'bad'), { recursive: true });
    await writeFile(join(folder, 'bad', 'job.yaml'), text);
    expect(await refusal(['bad'], folder)).toBe(message);
  });
});
