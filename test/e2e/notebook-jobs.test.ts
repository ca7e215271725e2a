// Every sample notebook as a job on a real cluster: by submit, by build and submit, and what it leaves brought home.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/lib/exec.ts';
import { readLayout } from '../../tasks/lib/image-layout.ts';
import { imageArchive, imageFolder } from '../../tasks/lib/paths.ts';
import { readSaved } from '../../tasks/spark/image/saved-image.ts';
import type { RunRecord } from '../../tasks/spark/run/run-folder.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`notebooks as jobs${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile(
    'notebook-jobs',
    'clusterName: notebook-jobs\nspark:\n  conf:\n    spark.kubernetes.driver.request.cores: 200m\n' +
      '    spark.kubernetes.executor.request.cores: 200m\n',
  );
  const runs = join(box.data, 'firesteel', 'runs');
  const imdb = 'notebooks/imdb_sentiment_analysis_keras_spark.ipynb';
  const firesteel = (verb: string, ...words: string[]) => box.run(verb, '--profile', profile, '--yes', ...words);

  /** The newest run. */
  function lastRun(): RunRecord {
    const all = readdirSync(runs).map(
      (id) => JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')) as RunRecord,
    );
    return all.sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? expect.fail('no run');
  }

  /** Where the outputs of the newest run are. */
  const outputsOf = (): string => join(runs, lastRun().id, 'outputs');

  beforeAll(async () => {
    await installTools();
    expect((await firesteel('deploy')).code).toBe(0);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile);
    box.remove();
  });

  test('film reviews by build and submit: two executors train, with layers on those of Spark', async () => {
    const built = await firesteel('build', imdb);
    expect(built.output).not.toContain('✖');
    expect(built.code).toBe(0);
    const { code, output } = await firesteel('submit', imdb);
    expect(output).toMatch(/data: film-reviews, .*\(MIT, https/);
    expect(output).toMatch(/Build the job's image.* is built/);
    expect(output).toMatch(/^accuracy 0\.\d+$/m);
    expect(code).toBe(0);
    const { executors, results, image } = lastRun();
    expect(executors).toBe(2);
    expect(Number(results?.['accuracy'])).toBeGreaterThan(0.7);
    const { layers, own, base } = readLayout(imageFolder(image)) ?? expect.fail(`${image} has no folder`);
    const spark = await readSaved(imageArchive(base), createExec(new AbortController().signal));
    expect(layers).toEqual([...spark.layers.map(({ digest }) => `sha256:${digest}`), ...own]);
    expect(own).toHaveLength(2);
    expect((await box.run('runs')).output).toContain(`accuracy ${results?.['accuracy']}`);
  });

  test('film reviews by submit with arguments, its notebook and plot brought home; a folder without the file is refused', async () => {
    const own = join(box.data, 'firesteel');
    const { code } = await firesteel('submit', imdb, '--data', own);
    expect(code).toBe(2);
    const set = await firesteel('submit', imdb, '--keep-outputs', '--', 'epochs=4');
    expect(set.output).toContain('sentences to train with');
    const outputs = outputsOf();
    expect(set.output).toContain(`Outputs: ${outputs}`);
    expect(readdirSync(outputs).sort()).toEqual(['cell-12-1.png', basename(imdb)]);
    expect(readFileSync(join(outputs, 'cell-12-1.png')).subarray(1, 4).toString()).toBe('PNG');
    const book = readFileSync(join(outputs, basename(imdb)), 'utf8');
    expect(book).toContain(`test accuracy: ${lastRun().results?.['accuracy']}`);
    expect(book).toContain('"image/png"');
    expect(set.code).toBe(0);
    expect(Number(lastRun().results?.['accuracy'])).toBeGreaterThan(0.7);
  });

  test('LeNet learns digits by two executors, with the layer of packages that the film reviews have', async () => {
    const { layers } = readLayout(imageFolder(lastRun().image)) ?? expect.fail('no folder');
    const { code } = await firesteel('submit', 'notebooks/lenet.ipynb', '--', 'epochs=8');
    expect(code).toBe(0);
    const { results, image } = lastRun();
    expect(Number(results?.['accuracy'])).toBeGreaterThan(0.7);
    const { own } = readLayout(imageFolder(image)) ?? expect.fail(`${image} has no folder`);
    expect(layers).toContain(own[0]);
  });

  test('hello-spark greets whom it is told to', async () => {
    const { code, output } = await firesteel('submit', 'notebooks/hello-spark.ipynb', '--', 'name=you');
    expect(output).toContain('Hello, you: this is Spark');
    expect(code).toBe(0);
  });

  test.each(['native', 'spark-submit'])(
    'by engine %s: outputs of a run that nobody followed are there for a while, and come with its log',
    async (engine) => {
      const left = ['--set', 'spark.conf.spark.kubernetes.submission.waitAppCompletion=false'];
      const words = ['notebooks/pi.ipynb', '--keep-outputs', '--engine', engine, ...left, '--', 'slices=3'];
      const submitted = await firesteel('submit', ...words);
      expect(submitted.output).not.toContain('✖');
      expect(submitted.code).toBe(0);
      const { id } = lastRun();
      expect(existsSync(outputsOf())).toBe(false);
      const { code, output } = await box.run('logs', id, '-f', '--profile', profile);
      expect(code).toBe(0);
      expect(output).toContain(`Outputs: ${outputsOf()}`);
      const book = JSON.parse(readFileSync(join(outputsOf(), 'pi.ipynb'), 'utf8')) as { cells: { source: string }[] };
      expect(book.cells.map(({ source }) => source)).toContain('slices = 3');
      expect((await box.run('status', id, '--profile', profile)).output).toContain(`Outputs: ${outputsOf()}`);
    },
  );
});
