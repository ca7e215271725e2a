// A saved Keras model on the local cluster: trained by two executors, measured and asked by further runs.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import { dataSetTools, fetchDataSet, fetchedSet, readDataSet } from '../../tasks/jobs/data-sets.ts';
import { findEnvironment, makeEnvironment } from '../../tasks/notebooks/dev/environment.ts';
import type { RunRecord } from '../../tasks/record/run-folder.ts';
import { installTools, perform, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** A column of a file of numbers. */
function column(csv: string, name: string): (string | undefined)[] {
  const [header = [], ...rows] = readFileSync(csv, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((row) => row[header.indexOf(name)]);
}

suite(`Keras${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile('keras', 'clusterName: keras\n');
  const runs = join(box.data, 'firesteel', 'runs');
  const work = join(box.data, 'work');
  const file = (name: string) => join(work, name);
  const submit = (job: string, ...args: string[]) =>
    box.run('submit', job, '--profile', profile, '--yes', '--', ...args);
  /** The newest run. */
  const lastRun = (): RunRecord & { folder: string } => {
    const [newest] = readdirSync(runs)
      .map((id) => ({
        ...(JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')) as RunRecord),
        folder: join(runs, id),
      }))
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    return newest ?? expect.fail('no run');
  };
  /** What the cluster's claims are on this machine. */
  const volumes = join(box.data, 'firesteel', 'clusters', 'keras', 'volumes');
  /** The path of a claim's file that a result names. */
  const onClaim = (path = '') => path.replace('/opt/spark/results/', 'claim:keras-results/');

  beforeAll(async () => {
    const digits = readDataSet('digits') ?? expect.fail('no digits');
    const exec = createExec(new AbortController().signal);
    await installTools([
      { name: 'python3', package: 'python3-venv', purpose: 'saves a model' },
      ...dataSetTools(digits),
    ]);
    await perform([makeEnvironment, fetchDataSet(digits)]);
    mkdirSync(work);
    const python = join(await findEnvironment(exec), 'bin', 'python');
    await exec([python, projectPath('test', 'e2e', 'keras', 'make.py'), fetchedSet(digits), work]);
    writeFileSync(file('bad.keras'), 'not a model');
    expect((await box.run('deploy', '--profile', profile, '--yes')).code).toBe(0);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test.each([
    [[], '--model and --data missing'],
    [['--model', file('bad.keras'), '--data', file('train.npz')], 'bad.keras: not a model that Keras has saved'],
    [['--model', file('none.keras'), '--data', file('train.npz')], 'none.keras: not found'],
    [['--model', file('model.keras'), '--data', file('test.csv')], 'no column to learn'],
    [
      ['--model', file('model.keras'), '--data', file('train.npz'), '--batch-size', '600'],
      'elephas trains only on more',
    ],
    [['--model', file('model.keras'), '--data', file('train.npz'), '--loss', 'msee'], '; did you mean "mse"?'],
  ])('%j is refused in one line, and nothing is begun', async (args, problem) => {
    const { code, output } = await submit('keras', ...args);
    expect(output).toContain(problem);
    expect(output).not.toContain('▸');
    expect(code).toBe(2);
    expect(existsSync(runs)).toBe(false);
  });

  test('Keras learns digits on two executors, and prints accuracy and path of the model', async () => {
    const data = ['--model', file('model.keras'), '--data', file('train.npz')];
    const { code, output } = await submit('keras', ...data, '--epochs', '8');
    expect(output).toMatch(/epoch 8\/8: accuracy 0\.9\d+, loss/);
    expect(output).toMatch(/^accuracy 0\.9\d+, loss [\d.]+, model \/opt\/spark\/results\/keras-\w+\/model\.keras$/m);
    expect(code).toBe(0);
    const { folder, results } = lastRun();
    expect(Number(results?.['accuracy'])).toBeGreaterThan(0.9);
    for (const executor of ['1', '2'])
      expect(readFileSync(join(folder, `executor-${executor}.log`), 'utf8')).toContain('Finished task');
  });

  test('the trained model recognizes digits that it has not seen', async () => {
    const model = onClaim(lastRun().results?.['model']);
    const data = ['--data', file('test.csv'), '--label', 'digit'];
    const measured = await submit('keras', '--mode', 'evaluate', '--model', model, ...data);
    expect(measured.code).toBe(0);
    const accuracy = Number(lastRun().results?.['accuracy']);
    expect(accuracy).toBeGreaterThan(0.88);

    const asked = await submit('keras', '--mode', 'score', '--model', model, ...data);
    expect(asked.output).toMatch(/^rows 360, predictions \/opt\/spark\/results\/keras-\w+\/predictions\.csv$/m);
    expect(asked.code).toBe(0);

    const path = lastRun().results?.['predictions'] ?? '';
    const predictions = readdirSync(volumes)
      .map((volume) => join(volumes, volume, basename(dirname(path)), basename(path)))
      .find(existsSync);
    const said = column(predictions ?? expect.fail(`no ${path} on a claim`), 'largest');
    const right = column(file('test.csv'), 'digit').filter((digit, row) => digit === said[row]);
    expect(said).toHaveLength(360);
    expect(right.length / said.length).toBeCloseTo(accuracy, 3);
  });

  test('the run refuses what the check could not see, with exit code 2', async () => {
    const { code, output } = await submit(
      'keras',
      '--model',
      'claim:keras-results/none.keras',
      '--data',
      file('train.npz'),
    );
    expect(output).toContain('refused: --model');
    expect(code).toBe(2);
  });
});
