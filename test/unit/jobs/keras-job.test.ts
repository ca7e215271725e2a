// submit keras: what is refused beforehand, by what files say of themselves.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { createExec } from '../../../tasks/core/exec.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import { checkProblems } from '../../../tasks/jobs/check.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import { type JobPlan, planJob } from '../../../tasks/jobs/plan.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { kerasFiles as files } from './keras-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'firesteel-keras-'));
afterAll(() => rmSync(folder, { recursive: true }));

for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);

/** A Python that answers what is wrong with arguments, a line of JSON each: to start one each time takes long. */
const python = spawn(
  'python3',
  [
    '-B',
    '-u',
    '-c',
    `
import json, sys
sys.path.insert(0, sys.argv[1])
import arguments, check
for line in sys.stdin:
    print(json.dumps(list(check.problems_of(arguments.parsed(json.loads(line))))))
`,
    projectPath('docker', 'jobs', 'keras'),
  ],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
afterAll(() => python.stdin.end());

async function checked(args: string[]): Promise<string[]> {
  python.stdin.write(`${JSON.stringify(args)}\n`);
  return JSON.parse((await answers.next()).value);
}

const profile = await readProfile('local', []);

/** A job's plan by these arguments, in which a file's name stands for its path. */
function planned(text: string): JobPlan {
  const args = text.split(' ').map((word) =>
    word
      .split(',')
      .map((name) => (name in files ? join(folder, name) : name))
      .join(),
  );
  return planJob(readJob(['keras', ...args]), profile);
}

/** What is said of these arguments, as submit says it. */
async function problems(text: string): Promise<string[]> {
  const plan = planned(text);
  const found = plan.problems.length > 0 ? plan.problems : await checked(plan.typed);
  return found.map((problem) => problem.replaceAll(`${folder}/`, '').replace(/^job keras: /, ''));
}

test('the check of the job itself says the same, named by the job', async () => {
  const { signal } = new AbortController();
  const said = await checkProblems(planned('--model no.keras --data good.npz'), createExec(signal));
  expect(said).toEqual([`job keras: --model ${join(folder, 'no.keras')}: not a model that Keras has saved`]);
  expect(await checkProblems(planned('--model good.keras --data good.npz'), createExec(signal))).toEqual([]);
});

test('without Python on this machine, the job itself checks', async () => {
  const none: Exec = async () => {
    throw new Error('python3: not found');
  };
  expect(await checkProblems(planned('--model no.keras --data good.npz'), none)).toEqual([]);
});

test.each([
  '--model good.keras --data good.npz',
  '--model open.keras --data wide.npz',
  '--model good.h5 --data good.csv --label label',
  '--model good.keras --data marked.csv --label label',
  '--model good.keras --data good.npz,good.npz --batch-size 79',
  '--model good.keras --data mnist.npz',
  '--model good.keras --data mnist.npz --mode evaluate',
  '--model good.keras --data single.npz --mode score',
  '--model good.keras --data good.csv --label label --mode score',
  '--model raw.keras --data good.npz --loss mse --metrics mae,accuracy',
  '--model raw.keras --data good.npz --mode score',
  '--model own-loss.keras --data good.npz --loss mse',
  '--model own-loss.keras --data good.npz --mode score',
  '--model model.json --data good.npz --loss mse',
  '--model model.json --weights good.h5 --data good.npz --mode score',
  '--model claim:store/m.keras --data image:/opt/data',
  // The driver may see more rows than there are here.
  '--model good.keras --data good.npz,claim:store/more.npz --batch-size 1000',
])('%s is taken', async (args) => expect(await problems(args)).toEqual([]));

test.each([
  ['--mode train', '--model and --data missing: firesteel submit keras -- --model model.keras --data train.npz'],
  ['--model no.keras --data good.npz', '--model no.keras: not a model that Keras has saved'],
  ['--model other.keras --data good.npz', '--model other.keras: not a model that Keras has saved'],
  ['--model no.h5 --data good.npz', '--model no.h5: not an HDF5 file'],
  ['--model text.json --data good.npz', '--model text.json: not JSON'],
  [
    '--model list.json --data good.npz',
    '--model list.json: not the description of a Keras model, as model.to_json() gives it',
  ],
  [
    '--model own.keras --data good.npz',
    '--model own.keras: uses custom code, which is not in the file: Lambda, Mine, act; elephas trains only layers and functions of Keras',
  ],
  [
    '--model own.h5 --data good.npz --loss mse',
    '--model own.h5: uses custom code, which is not in the file: Mine; elephas trains only layers and functions of Keras',
  ],
  [
    '--model own-loss.keras --data good.npz',
    '--model own-loss.keras: uses custom code, which is not in the file: lost; elephas trains only layers and functions of Keras',
  ],
  ...['raw.keras', 'raw.h5'].map((model) => [
    `--model ${model} --data good.npz`,
    `--model ${model}: was saved without being compiled: add --loss, such as --loss sparse_categorical_crossentropy, and --metrics accuracy`,
  ]),
  ['--model two.keras --data good.npz', '--model two.keras: takes 2 inputs; elephas trains only models with one'],
  [
    '--model model.json --data good.npz --mode score',
    '--model model.json: a description has no weights to score with: add --weights, or use a .keras',
  ],
  ['--model good.keras --data wide.npz', '--data wide.npz: the model needs 4 numbers a row (4), the data has 5 (5)'],
  ['--model good.keras --data no.npz', '--data no.npz: not what numpy.savez writes'],
  ['--model good.keras --data other.npz', '--data other.npz: no array x or x_train; there are a'],
  ['--model good.keras --data single.npz', '--data single.npz: no array y beside x; there are x'],
  ['--model good.keras --data uneven.npz', '--data uneven.npz: x has 100 rows, y has 99'],
  ['--model good.keras --data objects.npz', '--data objects.npz: array x is of Python objects, not of numbers'],
  ['--model good.keras --data good.csv', '--data good.csv: no column to learn: add --label label'],
  ['--model good.keras --data good.csv --label e', '--data good.csv: no column e; there are a, b, c, d, label'],
  [
    '--model good.keras --data short.csv --label label',
    '--data short.csv: line 2 has 4 values, the first line names 5 columns',
  ],
  [
    '--model good.keras --data words.csv --label label',
    '--data words.csv: line 3, column c: "x, y", which is not a number',
  ],
  ['--model good.keras --data gap.csv --label label', '--data gap.csv: line 2, column b: no value'],
  ['--model good.keras --data latin.csv --label label', '--data latin.csv: not text in UTF-8'],
  ['--model good.keras --data empty.csv --label label', '--data empty.csv: no column label; there are none'],
  [
    '--model good.keras --data good.npz,good.csv --label label',
    '--data good.npz,good.csv: expected files of one kind, got .csv, .npz',
  ],
  [
    '--model good.keras --data good.npz --batch-size 40',
    '--data good.npz: 80 rows to train with for 2 workers are 40 each, and elephas trains only on more than --batch-size 40: use a smaller batch, fewer --workers or more data',
  ],
  [
    '--model good.keras --data good.npz --workers 100 --batch-size 1',
    '--data good.npz: 80 rows to train with for 100 workers are 0 each, and elephas trains only on more than --batch-size 1: use a smaller batch, fewer --workers or more data',
  ],
  [
    '--model good.keras --data good.npz --validation-split 1',
    '--validation-split 1.0: expected less than 1, a part of the rows',
  ],
  ['--model good.keras --data good.npz --metrics mae', '--metrics: needs --loss, which compiles the model again'],
  ['--model good.keras,raw.keras --data good.npz', '--model good.keras,raw.keras: expected one file'],
  [
    '--model good.keras --data good.npz --output hdfs://node/models',
    '--output hdfs://node/models: expected a folder, of a volume',
  ],
])('%s is refused', async (args, problem) => expect(await problems(args)).toEqual([problem]));

test.each([
  ['--loss mean_square_error', /^--loss mean_square_error: expected one of .*; did you mean "mean_squared_error"\?$/],
  ['--optimizer adm', /^--optimizer adm: expected one of .*; did you mean "adam"\?$/],
  ['--epochs 0', /^--epochs 0: expected 1 or more$/],
  ['--epochs many', /^--epochs many: expected a whole number$/],
  ['--mode predict', /^--mode predict: expected one of train, evaluate, score$/],
  ['--metrics acuracy --loss mse', /^--metrics acuracy: expected some of accuracy/],
  ['--output /tmp', /^--output \/tmp: is lost with the driver pod; use \/opt\/spark\/results, which stays$/],
])('%s is refused', async (args, problem) =>
  expect((await problems(`--model good.keras --data good.npz ${args}`))[0]).toMatch(problem),
);

test('data for submit’s own --data is refused with that flag', () => {
  const plan = planJob(readJob(['keras']), profile, 'good.npz');
  expect(plan.problems).toEqual([
    'job keras: --data good.npz: the program itself reads this flag; write it behind --: firesteel submit keras -- --data good.npz',
  ]);
});

test('no module of the job is named like a package that it imports', () => {
  const names = 'import os, sys; names = [n[:-3] for n in os.listdir(sys.argv[1]) if n.endswith(".py")]';
  const taken = `${names}; print([n for n in names if n in sys.stdlib_module_names or n in ("keras", "numpy", "elephas", "tensorflow", "pandas")])`;
  const { stdout } = spawnSync('python3', ['-c', taken, 'docker/jobs/keras'], { encoding: 'utf8' });
  expect(stdout.trim()).toBe('[]');
});
