// Every sample notebook as a job on a real cluster: by submit, by build and submit, and what it leaves brought home.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { imageArchive, imageFolder } from '../../tasks/core/paths.ts';
import { readLayout } from '../../tasks/images/layout.ts';
import { readSaved } from '../../tasks/images/saved-image.ts';
import type { RunRecord } from '../../tasks/record/run-folder.ts';
import { callsOf } from '../calls.ts';
import { installTools, launch, sandbox, whyNoNodes } from './firesteel.ts';

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
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('film reviews by build and submit: two executors train, and notebook and plot are downloaded', async () => {
    const refused = await firesteel('submit', imdb, '--data', join(box.data, 'firesteel'));
    expect(refused.code).toBe(2);
    const built = await firesteel('build', imdb);
    expect(built.output).not.toContain('✖');
    expect(built.code).toBe(0);
    const { code, output } = await firesteel('submit', imdb, '--keep-outputs', '--', 'epochs=4');
    expect(output).toMatch(/data: film-reviews, .*\(MIT, https/);
    expect(output).toMatch(/Build the job's image.* is built/);
    expect(output).toContain('sentences to train with');
    expect(output).toMatch(/^accuracy 0\.\d+$/m);
    expect(code).toBe(0);
    const { executors, results, image } = lastRun();
    expect(executors).toBe(2);
    expect(Number(results?.['accuracy'])).toBeGreaterThan(0.7);
    expect((await box.run('runs')).output).toContain(`accuracy ${results?.['accuracy']}`);

    const { layers, own, base } = readLayout(imageFolder(image)) ?? expect.fail(`${image} has no folder`);
    const spark = await readSaved(imageArchive(base), createExec(new AbortController().signal));
    expect(layers).toEqual([...spark.layers.map(({ digest }) => `sha256:${digest}`), ...own]);
    expect(own).toHaveLength(2);

    const outputs = outputsOf();
    expect(output).toContain(`Outputs: ${outputs}`);
    expect(readdirSync(outputs).sort()).toEqual(['cell-12-1.png', basename(imdb)]);
    expect(readFileSync(join(outputs, 'cell-12-1.png')).subarray(1, 4).toString()).toBe('PNG');
    const book = readFileSync(join(outputs, basename(imdb)), 'utf8');
    expect(book).toContain(`test accuracy: ${results?.['accuracy']}`);
    expect(book).toContain('"image/png"');
  });

  test('the image of LeNet has the layer of packages that the film reviews have', async () => {
    const { layers } = readLayout(imageFolder(lastRun().image)) ?? expect.fail('no folder');
    const { code, output } = await firesteel('build', 'notebooks/lenet.ipynb');
    expect(code).toBe(0);
    const image = /Choose the name of the job's image: (\S+)/.exec(output)?.[1] ?? '';
    const { own } = readLayout(imageFolder(image)) ?? expect.fail(`${image} has no folder`);
    expect(layers).toContain(own[0]);
  });

  test('hello-spark greets the name in its argument, and is converted and read once', async () => {
    const coverage = join(box.data, 'coverage');
    const words = ['submit', 'notebooks/hello-spark.ipynb', '--profile', profile, '--yes', '--', 'name=you'];
    const { code, output } = await launch(words, { env: { ...box.env(), NODE_V8_COVERAGE: coverage } }).ended;
    expect(output).toContain('Hello, you: this is Spark');
    expect(code).toBe(0);
    const once = { readProfile: 1, readJob: 1, convertNotebook: 1 };
    expect(callsOf(Object.keys(once), coverage)).toEqual(once);
  });

  test('a notebook gets the packages that its code asks Spark for, and executors get the module that it writes', async () => {
    const path = join(box.data, 'own.ipynb');
    const builder =
      'from pyspark.sql import SparkSession\nfrom helpers import double\n' +
      'spark = (SparkSession.builder.master("local[*]").config("spark.jars.packages", "com.google.zxing:core:3.5.3")\n' +
      '  .config("spark.driver.memory", "1100m").config("spark.executor.memory", "600m").getOrCreate())';
    const cells = [
      'from time import time\njson = os = types = None',
      '%%writefile helpers.py\ndef double(x):\n    return 2 * x',
      `%%time\n${builder}`,
      'print("executors:", spark.sparkContext.parallelize([4], 1).map(double).collect())\n' +
        'print("class:", spark._jvm.java.lang.Class.forName("com.google.zxing.BarcodeFormat").getName())\n' +
        'print("memory:", *[spark.conf.get(f"spark.{role}.memory") for role in ("driver", "executor")])',
      '\nraise ValueError("as asked")',
    ];
    const code = cells.map((source) => ({
      cell_type: 'code',
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: code }));
    const run = await firesteel('submit', path, '--keep-outputs');
    const { output } = run;
    expect(output).toMatch(/^executors: \[8\]$/m);
    expect(output).toMatch(/^class: com\.google\.zxing\.BarcodeFormat$/m);
    expect(output).toMatch(/^memory: 1100m 600m$/m);
    expect(output).toMatch(/^ {2}File "own\.ipynb, cell 5", line 2, in <module>$/m);
    expect(run.code).toBe(1);
    expect(readFileSync(join(outputsOf(), 'own.ipynb'), 'utf8')).toContain('ValueError');
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
