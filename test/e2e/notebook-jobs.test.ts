// Notebooks as jobs on a real cluster: the sample of film reviews by submit, and by build and submit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  test('film reviews by submit with arguments; a folder without the file is refused', async () => {
    const own = join(box.data, 'firesteel');
    const { code } = await firesteel('submit', imdb, '--data', own);
    expect(code).toBe(2);
    const set = await firesteel('submit', imdb, '--', 'epochs=4');
    expect(set.output).toContain('sentences to train with');
    expect(set.code).toBe(0);
    expect(Number(lastRun().results?.['accuracy'])).toBeGreaterThan(0.7);
  });
});
