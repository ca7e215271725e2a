// One node of two cores with default settings: what the README shows first, then everything else, two at once.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../tasks/record/run-folder.ts';
import { type Ended, installTools, noSettings, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

const wordCount = `from pyspark.sql import SparkSession
words = ["steel", "flint", "steel"] * 1000
sc = SparkSession.builder.getOrCreate().sparkContext
counts = sc.parallelize(words, 4).map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b).collectAsMap()
print("steel:", counts["steel"])
`;

/** Ends only where both executors have run a task. */
const twoExecutors = `import time
from pyspark.sql import SparkSession
sc = SparkSession.builder.getOrCreate().sparkContext
def where(_):
    import os, time
    time.sleep(1)
    return os.environ["SPARK_EXECUTOR_ID"]
seen = set()
while len(seen) < 2:
    seen |= set(sc.parallelize(range(4), 4).map(where).collect())
print("executors:", *sorted(seen))
`;

suite(`two cores${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox(noSettings);
  /** A cluster whose only node has as many cores for pods. */
  const profileWith = (name: string, cores: number): string =>
    box.profile(name, `local:\n  systemReserved:\n    cpu: "${cpus().length - cores}"\n`);
  const profile = profileWith('fit', 2);
  const firesteel = (verb: string, ...words: string[]): Promise<Ended> =>
    box.run(verb, '--profile', profile, '--yes', ...words);

  /** The program in its own file. */
  const program = (name: string, text: string): string => {
    const path = join(box.data, `${name}.py`);
    writeFileSync(path, text);
    return path;
  };

  /** The newest run of a job. */
  function runOf(job: string): RunRecord {
    const runs = join(box.data, 'firesteel', 'runs');
    const all = readdirSync(runs).map(
      (id) => JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')) as RunRecord,
    );
    const [newest] = all.filter((run) => run.job === job).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    return newest ?? expect.fail(`no run of ${job}`);
  }

  beforeAll(() => installTools());
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('a job for two cores is refused on one core before a cluster is made, with flags that fit', async () => {
    const cores = 'spark.conf.spark.kubernetes.executor.request.cores';
    const one = profileWith('one', 1);
    const { code, output } = await box.run('demo', '--profile', one, '--yes', '--set', `${cores}=600m`);
    expect(output).toMatch(/job pi does not fit: .*: too much for the node, with 950m cpu and /);
    expect(output).toMatch(new RegExp(`→ this fits: --set ${cores}=\\d+m$`, 'm'));
    expect(code).toBe(2);
    expect(existsSync(join(box.data, 'firesteel'))).toBe(false);
  });

  test('the demo shows pi, and says what it chose from the two cores', async () => {
    const { code, output } = await firesteel('demo');
    expect(output).toMatch(/^Pi is roughly 3\.14/m);
    expect(output).toMatch(/^driver \(\d+m cpu and .*free on fit-1: 1\.95 of 2 cpu, /m);
    expect(code).toBe(0);
  });

  test('a word count runs with one executor', async () => {
    const { code, output } = await firesteel('submit', program('count', wordCount), '--num-executors', '1');
    expect(output).toMatch(/^steel: 2000$/m);
    expect(code).toBe(0);
    expect(runOf('count').executors).toBe(1);
  });

  test('a job runs on both of its executors', async () => {
    const { code, output } = await firesteel('submit', program('spread', twoExecutors));
    expect(output).toMatch(/^executors: 1 2$/m);
    expect(code).toBe(0);
    expect(runOf('spread').executors).toBe(2);
  });

  test('LeNet and a Keras notebook learn at the same time', async () => {
    const [lenet, keras] = await Promise.all([
      firesteel('submit', 'lenet', '--data', 'digits', '--', '-e', '1', '-b', '128'),
      firesteel('submit', 'notebooks/lenet.ipynb', '--', 'epochs=8'),
    ]);
    expect(lenet.output).toMatch(/data: digits, .*\(CC BY 4\.0, https/);
    expect(lenet.output).toMatch(/^accuracy 0\.\d+, models /m);
    expect([lenet.code, keras.code], keras.output).toEqual([0, 0]);
    expect(Number(/^accuracy (0\.\d+)/m.exec(keras.output)?.[1])).toBeGreaterThan(0.7);
  });

  test('chosen sizes that cannot fit are refused before anything is made, with flags that fit', async () => {
    const cores = 'spark.conf.spark.kubernetes.executor.request.cores';
    const { code, output } = await firesteel('submit', program('large', wordCount), '--set', `${cores}=2`);
    expect(output).toMatch(/job large does not fit: .* no node has more than 1\.95 cpu for pods/);
    expect(output).toMatch(new RegExp(`→ this fits: --set ${cores}=\\d+m$`, 'm'));
    expect(output).not.toContain('▸ Choose the name of the Spark image');
    expect(code).toBe(2);
    expect(() => runOf('large')).toThrow('no run of large');
  });
});
