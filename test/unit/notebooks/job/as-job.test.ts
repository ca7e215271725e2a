// A notebook in the place of a job: what a task is given instead, and what refuses it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildWith } from '../../../../tasks/build.ts';
import { clusters } from '../../../../tasks/clusters/index.ts';
import { exitCode } from '../../../../tasks/core/failure.ts';
import { cachePath } from '../../../../tasks/core/paths.ts';
import type { StepEvent } from '../../../../tasks/core/report.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import { readJob } from '../../../../tasks/jobs/job.ts';
import { type PlanJob, planNotebookOrJob } from '../../../../tasks/notebooks/job/as-job.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { runSteps } from '../../../../tasks/steps/runner.ts';
import type { Plan } from '../../../../tasks/steps/task.ts';
import type { SingleStep, Step } from '../../../../tasks/steps/types.ts';
import { planIn } from '../../../plan-of.ts';
import { commandContext } from '../../toolbox/fixtures.ts';
import { code, notebook, ownConverter } from './converter.ts';

ownConverter();

const folder = mkdtempSync(join(tmpdir(), 'fs-notebooks-'));
const path = join(folder, 'my films.ipynb');
const context = commandContext();
const profile = { spark: { version: '4.3.0' }, image: {} } as Profile;
const inLocal = (local: Profile) => ({ ...context, profile: local, cluster: clusters.local });
const before = process.env['XDG_CACHE_HOME'];
let converter = '';

beforeAll(() => {
  converter = cachePath('notebook');
});
beforeEach(() => {
  const cache = mkdtempSync(join(folder, 'cache-'));
  process.env['XDG_CACHE_HOME'] = cache;
  mkdirSync(join(cache, 'firesteel'));
  symlinkSync(converter, join(cache, 'firesteel', 'notebook'));
});
afterAll(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(folder, { recursive: true });
});

/** The words that the job below was planned from. */
let given: readonly string[] | undefined;

/** A job that is refused. */
const planRefused: PlanJob = async (_context, words, label) => {
  given = words;
  return { problems: ['its own problem'], steps: [{ title: `Submit ${label}`, run: async () => {} }] };
};
const planFine: PlanJob = async (...asked) => ({ ...(await planRefused(...asked)), problems: [] });

const plan = (words: readonly string[], planJob = planRefused, from: Profile = profile) =>
  planNotebookOrJob({ context: { ...context, profile: from }, words, isDryRun: false }, {}, planJob);
const problemsOf = async (...words: string[]) => (await plan(words)).problems;
const titlesOf = (steps: readonly Step[]) => steps.map(({ title }) => title);

/** Runs steps; returns what became of each, from the events. */
async function performed(steps: Step[]): Promise<unknown[]> {
  const events: StepEvent[] = [];
  await runSteps(steps, context, { report: (event) => void events.push(event), abort: () => {} });
  return events.flatMap((one) => (one.event === 'step' ? [{ path: one.path, state: one.state }] : []));
}

const write = (cells: Parameters<typeof notebook>[0], metadata?: unknown) =>
  writeFileSync(path, JSON.stringify(notebook(cells, metadata)));

test('a job is passed on unchanged', async () => {
  const { problems, steps } = await plan(['pi', '10']);
  expect(problems).toEqual(['its own problem']);
  expect(titlesOf(steps)).toEqual(['Submit pi']);
  expect(given).toEqual(['pi', '10']);
});

test('a notebook becomes a folder that submit can read, with its packages and what its metadata says', async () => {
  write([code('rows = 3', 'parameters'), '%pip install numpy==2.4.6\nspark.range(rows).show()'], {
    firesteel: { executors: 2, files: ['my films.ipynb'] },
  });
  const words = [path, 'rows=5'];
  const { problems, steps } = await plan(words);
  expect(problems).toEqual(['its own problem']);
  expect(given?.slice(1)).toEqual(['rows=5']);
  const made = given?.[0] ?? '';
  expect(readFileSync(join(made, 'my_films.ipynb.py'), 'utf8')).toContain('rows = 5\n');
  expect(JSON.parse(readFileSync(join(made, 'job.yaml'), 'utf8'))).toEqual({
    executors: 2,
    files: [path],
    main: 'my_films.ipynb.py',
    packages: { pip: ['numpy==2.4.6'] },
  });
  expect(titlesOf(steps)).toEqual(['Get the notebook converter', 'Convert the notebook', `Submit ${path}`]);
});

test('packages of metadata and of cells come together, paths begin beside the notebook, and addresses stay', async () => {
  write(['%pip install numpy==2.4.6'], {
    firesteel: {
      packages: { pip: ['pandas==2.3.3'], requirements: 'more.txt', maven: ['a:b:1'] },
      jars: ['local:///opt/a.jar', 'b.jar'],
    },
  });
  await problemsOf(path);
  const made = JSON.parse(readFileSync(join(given?.[0] ?? '', 'job.yaml'), 'utf8')) as unknown;
  expect(made).toMatchObject({
    packages: { pip: ['pandas==2.3.3', 'numpy==2.4.6'], requirements: join(folder, 'more.txt'), maven: ['a:b:1'] },
    jars: ['local:///opt/a.jar', join(folder, 'b.jar')],
  });
});

test.each<[name: string, metadata: object, problem: string]>([
  ['an unknown key', { exectors: 2 }, 'exectors: unknown key; did you mean "executors"?'],
  ['a secret', { env: { API_TOKEN: 'x' } }, 'env.API_TOKEN: looks like a secret'],
  ['a missing file', { files: ['none.csv'] }, `files[0] ${join(folder, 'none.csv')}: not found`],
])('%s in metadata is said by the notebook and its key, not by a file in the cache', async (_name, about, problem) => {
  write(['x = 1'], { firesteel: about });
  const local = await readProfile('local', []);
  const said = (await planIn(buildWith(), inLocal(local), [path])).problems ?? [];
  expect(said.join('\n')).toContain(`${path}: metadata.firesteel.${problem}`);
  expect(said.join('\n')).not.toContain(cachePath());
});

test('submit reads the job of a notebook', async () => {
  write(['%pip install numpy==2.4.6', 'print(1)']);
  await problemsOf(path);
  const job = readJob(given ?? []);
  expect(job).toMatchObject({
    name: 'my_films',
    type: 'python',
    resource: 'file:///opt/spark/job/shipped/my_films.ipynb.py',
    layer: { pip: ['numpy==2.4.6'] },
  });
});

test('a notebook named like a package does not replace the package', async () => {
  const keras = join(folder, 'keras.ipynb');
  writeFileSync(keras, JSON.stringify(notebook(['x = 1'])));
  await problemsOf(keras);
  const made = given ?? [];
  expect(readdirSync(made[0] ?? '').sort()).toEqual(['job.yaml', 'keras.ipynb.py']);
  expect(readJob(made).name).toBe('keras');
});

test('a notebook is converted once, for its plan and for its run', async () => {
  write(['x = 1']);
  const looks: string[] = [];
  const read: Exec = (command, options) => {
    looks.push(command.join(' '));
    return context.read(command, options);
  };
  const counting = { ...context, profile, read };
  const { steps } = await planNotebookOrJob({ context: counting, words: [path], isDryRun: false }, {}, planFine);
  const { failure } = await runSteps(steps, counting, { report: () => {}, abort: () => {} });
  expect(failure).toBeUndefined();
  expect(looks.filter((look) => look.includes('convert.py'))).toHaveLength(1);
});

test('a notebook that cannot be converted is refused by cell and line before the task looks', async () => {
  write(['x = 1', 'y = 2\n%tensorboard']);
  given = undefined;
  expect(await problemsOf(path)).toEqual([
    `${path}: cell 2, line 2: %tensorboard: only a notebook has this magic; tag the cell notebook-only`,
  ]);
  expect(given).toBeUndefined();
});

test('build makes the image that submit takes for a notebook', async () => {
  write(['%pip install numpy==2.4.6', 'print(1)']);
  const local = await readProfile('local', []);
  const titles = (steps: Step[]): string[] =>
    steps.flatMap((step) => ('steps' in step ? titles(step.steps) : [step.title]));
  const made = titles((await planIn(buildWith(), inLocal(local), [path])).steps);
  expect(made.slice(0, 3)).toEqual([
    'Get the notebook converter',
    'Convert the notebook',
    'Choose the name of the Spark image',
  ]);
  expect(made).toEqual(
    expect.arrayContaining(['Build the Spark image', 'Fetch Python packages', "Build the job's image"]),
  );
  expect(made.some((title) => title.startsWith('Submit'))).toBe(false);
});

test('a missing notebook is one line', async () => {
  const missing = join(folder, 'none.ipynb');
  expect(await problemsOf(missing)).toEqual([`${missing}: No such file or directory`]);
});

test('without a converter the notebook is converted by a step, and the rest known after it', async () => {
  rmSync(cachePath('notebook'));
  write(['x = 1']);
  given = undefined;
  const { problems = [], steps } = await plan([path], planFine);
  expect(problems).toEqual([]);
  expect(titlesOf(steps)).toEqual(['Get the notebook converter', 'Convert the notebook']);
  expect(given).toBeUndefined();
  symlinkSync(converter, cachePath('notebook'));
  const first = await performed(steps);
  expect(first.at(-1)).toEqual({ path: [`Submit ${path}`], state: 'completed' });
  const known = await plan([path], planFine);
  expect(known.steps).toHaveLength(3);
  expect(await performed(known.steps)).toEqual(first);
});

test.each<[name: string, more: Partial<Plan>, said: string]>([
  ['problems', {}, 'its own problem'],
  [
    'tools',
    { problems: [], tools: [{ name: 'no-such-tool', package: 'none', purpose: 'greets' }] },
    'this machine lacks no-such-tool (greets)',
  ],
])("a job's %s are reported as bad input once the notebook is converted", async (_name, more, said) => {
  rmSync(cachePath('notebook'));
  write(['x = 1']);
  const planned = await plan([path], async (...asked) => ({ ...(await planRefused(...asked)), ...more }));
  const [, convert] = planned.steps as SingleStep[];
  symlinkSync(converter, cachePath('notebook'));
  await convert?.run(context, { line: () => {} });
  await expect(convert?.further?.(context)).rejects.toMatchObject({
    message: expect.stringContaining(said),
    exitCode: exitCode.usage,
  });
});

test('the Spark version of a notebook is used before its conversion, unless the profile has one', async () => {
  write(['x = 1'], { firesteel: { spark: '3.5.9' } });
  const usual = await readProfile('local', []);
  rmSync(cachePath('notebook'));
  const versionFor = async (base: Profile) => (await plan([path], planFine, base)).profile?.spark.version;
  expect(usual.spark.version).not.toBe('3.5.9');
  expect(await versionFor(usual)).toBe('3.5.9');
  const named = await readProfile('local', ['spark.version=3.5.3']);
  expect(await versionFor(named)).toBe('3.5.3');
  write(['x = 1'], { firesteel: { spark: ['banana'] } });
  expect(await versionFor(usual)).toBe(usual.spark.version);
});
