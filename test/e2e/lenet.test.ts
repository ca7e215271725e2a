// LeNet by BigDL on the local cluster: trained by two executors, its models kept on a claim, and read back by another run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../tasks/record/run-folder.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

suite(`LeNet${reason ? ` (skipped: ${reason})` : ''}`, () => {
  /** Where gc may remove what it likes. */
  let cache: NodeJS.ProcessEnv = {};
  const box = sandbox(() => cache);
  const profile = box.profile('lenet', 'clusterName: lenet\n');
  const runs = join(box.data, 'firesteel', 'runs');
  const submit = (...words: string[]) => {
    const [job = '', ...flags] = words;
    return box.run('submit', job, '--profile', profile, '--yes', ...flags);
  };
  /** The newest run of a job. */
  const lastRun = (job: string): RunRecord & { folder: string } => {
    const [newest] = readdirSync(runs)
      .map((id) => ({
        ...(JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')) as RunRecord),
        folder: join(runs, id),
      }))
      .filter((run) => run.job === job)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    return newest ?? expect.fail(`no run of ${job}`);
  };
  const accuracy = (job: string): number => Number(lastRun(job).results?.['accuracy']);

  beforeAll(async () => {
    await installTools();
    expect((await box.run('deploy', '--profile', profile, '--yes')).code).toBe(0);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test.each([
    [['lenet', '--', '-b', '127'], '-b 127: expected a multiple of 2, the cores of all executors, such as 126 or 128'],
    [['lenet', '--num-executors', '3', '--', '-b', '128'], '-b 128: expected a multiple of 3'],
    [['lenet', '--', '-e', 'many'], '-e many: expected a whole number'],
    [['lenet', '--', '--checkpoint', '/tmp'], '--checkpoint /tmp: is lost with the driver pod; use /opt/spark/models'],
    [['lenet', '--', '-f', '/tmp'], '-f /tmp: expected an address such as hdfs://…'],
    [['lenet', '--data', 'mnist'], '--data mnist: no package registry has it: use fashion-mnist or digits'],
    [['lenet', '--data', '/tmp/no-such-folder'], '--data /tmp/no-such-folder: no such folder'],
  ])('%j is refused in one line, and nothing is begun', async (words, problem) => {
    const { code, output } = await submit(...words);
    expect(output).toContain(problem);
    expect(output).not.toContain('▸');
    expect(code).toBe(2);
    expect(existsSync(runs)).toBe(false);
  });

  test('one epoch of Fashion-MNIST on two executors gives more than 0.7, and the job prints the path of its models', async () => {
    const { code, output } = await submit('lenet', '--', '-b', '512', '-r', '0.2', '--maxEpoch=1');
    expect(output).toMatch(/data: fashion-mnist, .*\(MIT, https/);
    expect(output).toMatch(/^accuracy 0\.\d+, models \/opt\/spark\/models\/\d+_\d+$/m);
    expect(code).toBe(0);
    const run = lastRun('lenet');
    expect(accuracy('lenet')).toBeGreaterThan(0.7);
    expect(run.args).toEqual(
      expect.arrayContaining(['-b', '512', '--maxEpoch=1', '--checkpoint', '/opt/spark/models']),
    );
    const log = readFileSync(join(run.folder, 'driver.log'), 'utf8');
    expect(log).toContain('Executor number is 2 and executor cores number is 1');
    expect(log).not.toContain('orbidden');
    const shown = `accuracy ${String(accuracy('lenet')).slice(0, 4)}`;
    expect((await box.run('runs')).output).toContain(shown);
    expect((await box.run('status', run.id, '--profile', profile)).output).toContain(`\n${shown}`);
  });

  test('gc removes the run and leaves the claim, and another run reads the model', async () => {
    const trained = accuracy('lenet');
    cache = { XDG_CACHE_HOME: join(box.data, 'cache') };
    const cleaned = await box.run('gc', '0s', '--profile', profile, '--yes');
    cache = {};
    expect(cleaned.code).toBe(0);
    const { code, output } = await submit('lenet-test');
    expect(output).toContain('already exists, with its content');
    expect(code).toBe(0);
    expect(accuracy('lenet-test')).toBeGreaterThan(trained - 0.03);
    expect(accuracy('lenet-test')).toBeLessThan(trained + 0.03);
    expect(lastRun('lenet-test').results?.['model']).toMatch(/^\/opt\/spark\/models\/\d+_\d+\/model\.\d+$/);
  });
});
