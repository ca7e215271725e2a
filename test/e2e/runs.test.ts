// What is kept of a run whose namespace is deleted, held byte for byte against what the real kubectl gave while it lived.
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../tasks/kube/types.ts';
import { withoutSecrets } from '../../tasks/record/run-folder.ts';
import { firesteelCommand } from '../built-command.ts';
import type { Running } from './firesteel.ts';
import { installTools, sandbox, whyNoNodes, withTools } from './firesteel.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** Writes what logs can be made of: carriage returns, bytes that are no text, a line longer than containerd's, no end. */
const strange = `
import os, sys, time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
out = sys.stdout.buffer
out.write(b"1%\\r2%\\nno text: \\xff\\xfe\\x80\\n\\n\\x1b[31mred\\x1b[0m\\n" + b"long" * 20000 + b"\\n")
out.flush()
def work(number):
    os.write(2, b"1%%\\r2%%\\nno text: \\xff\\xfe %d\\n" % number)
    time.sleep(0.2)
    return number
for round in range(int(sys.argv[1])):
    spark.sparkContext.parallelize(range(4), 4).map(work).count()
    print("round", round, flush=True)
out.write(b"quiet\\nand a line without an end")
out.flush()
time.sleep(600)
`;

/**
 * Fails after a million lines of the driver and as many of an executor, whose JVM passes them on: what it logs itself at
 * the task's end must not come into the midst of one.
 */
const talkative = `
import fcntl, os, struct, termios, time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
def say(file, who):
    for first in range(0, 1000000, 1000):
        text = b"".join(b"%s says line %07d of a million\\n" % (who, line) for line in range(first, first + 1000))
        while text:
            text = text[os.write(file, text):]
    while struct.unpack("i", fcntl.ioctl(file, termios.FIONREAD, bytes(4)))[0]:
        time.sleep(0.1)
    time.sleep(1)
spark.sparkContext.parallelize([0], 1).foreach(lambda _: say(2, b"executor"))
say(1, b"driver")
raise SystemError("the end is here")
`;

suite(`what is kept of runs${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile(
    'runs',
    'spark:\n  conf:\n    spark.kubernetes.driver.request.cores: 100m\n    spark.kubernetes.executor.request.cores: 100m\n',
  );
  const kubeconfig = join(box.data, 'firesteel', 'clusters', 'runs', 'kubeconfig');
  const script = join(box.data, 'strange.py');
  const env = withTools();
  const kubectl = (...words: string[]): string =>
    execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...words], {
      env,
      encoding: 'latin1',
      maxBuffer: 2 ** 28,
    });
  const items = (kind: string, namespace: string): Manifest[] =>
    (JSON.parse(kubectl('get', kind, '--namespace', namespace, '--output', 'json')) as { items: Manifest[] }).items;
  const submitted = (namespace: string, ...words: string[]): Running =>
    box.start('submit', script, '--profile', profile, '--set', `namespace=${namespace}`, '--yes', ...words);
  const folderOf = (id: string) => join(box.data, 'firesteel', 'runs', id);

  /** What `logs` writes to stdout; each character is a byte. */
  function shown(...words: string[]): string {
    const [program, ...command] = [...firesteelCommand, 'logs', '--profile', profile, ...words];
    const env = { ...process.env, XDG_DATA_HOME: box.data };
    return execFileSync(program, command, { env, encoding: 'latin1', maxBuffer: 2 ** 28, stdio: 'pipe' });
  }

  beforeAll(async () => {
    await installTools([{ name: 'kubectl', purpose: 'gives what is compared' }]);
    writeFileSync(script, strange);
    for (const namespace of ['first', 'second']) {
      const { code, output } = await box.run(
        'deploy',
        '--profile',
        profile,
        '--yes',
        '--set',
        `namespace=${namespace}`,
      );
      expect(output).not.toContain('✖');
      expect(code).toBe(0);
    }
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('is a million lines of a driver that fails and of its executor, and the traceback behind them', async () => {
    const program = join(box.data, 'talkative.py');
    writeFileSync(program, talkative);
    const words = ['--num-executors', '1', '--name', 'talkative', '--set', 'namespace=second', '--yes'];
    const { code } = await box.run('submit', program, '--profile', profile, ...words);
    expect(code).toBe(1);
    const lines = (who: string) =>
      Array.from({ length: 1_000_000 }, (_, line) => `${who} says line ${String(line).padStart(7, '0')} of a million`);
    /** An array of this length is compared as one text: a difference is shown by its place alone. */
    const verifyAll = (log: string, who: string) => {
      const said = log.split('\n').filter((line) => line.startsWith(`${who} says`));
      const wanted = lines(who);
      const place = said.findIndex((line, number) => line !== wanted[number]);
      expect([said.length, place, said[place]], log.slice(-2000)).toEqual([wanted.length, -1, undefined]);
    };
    const driver = readFileSync(join(folderOf('talkative'), 'driver.log'), 'latin1');
    verifyAll(driver, 'driver');
    expect(driver.slice(driver.lastIndexOf(' of a million'))).toMatch(/Traceback.*SystemError: the end is here/s);
    const executor = shown('talkative', '--executor', '1', '--set', 'namespace=second');
    verifyAll(executor, 'executor');
    expect(driver).not.toContain('[firesteel: lines');
    // Spark deletes an executor when the program ends: a busy machine may then lose what its JVM says last, and names the gap.
    expect(executor.slice(0, executor.lastIndexOf(' of a million'))).not.toContain('[firesteel: lines');
  });

  test('is all of it, also of an executor that was deleted in its midst', async () => {
    const run = submitted('first', '--num-executors', '2', '--name', 'strange', '--', '60');
    await run.seen(/executors 2\/2 running/);
    await run.seen(/round 5\n/);
    const followed = join(box.data, 'executor-1.log');
    const follower = spawn(
      'kubectl',
      ['--kubeconfig', kubeconfig, 'logs', '--follow', '--namespace=first', 'strange-exec-1'],
      { env, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const written = new Promise((done) =>
      follower.stdout.pipe(createWriteStream(followed)).on('finish', () => done(undefined)),
    );
    const watching = box.start('logs', 'strange', '--executor', '1', '--follow', '--profile', profile);
    await watching.seen(/no text: /);
    kubectl('delete', 'pod', '--namespace=first', 'strange-exec-1');
    expect((await watching.ended).code).toBe(0);
    await written;
    await run.seen(/and a line without an end|quiet/);
    // What was said last takes a moment to be where kubectl reads it.
    await expect
      .poll(() => kubectl('logs', '--namespace=first', 'strange-driver'), { timeout: 60_000 })
      .toContain('quiet\n');
    const logs = Object.fromEntries(
      ['driver', 'exec-2', 'exec-3'].map((name) => [name, kubectl('logs', '--namespace=first', `strange-${name}`)]),
    );
    const pods = items('pods', 'first');
    const events = items('events', 'first');
    expect(pods.length).toBe(3);
    kubectl('delete', 'namespace', 'first');
    const { code, output } = await run.ended;
    expect(output).toContain('driver: its pod was deleted (exit code 143)');
    expect(code).toBe(143);

    expect(shown('strange', '--executor', '1')).toBe(readFileSync(followed, 'latin1'));
    for (const [name, log] of Object.entries(logs)) {
      const kept = name === 'driver' ? shown('strange') : shown('strange', '--executor', name.slice(5));
      // It continued to write until it was gone.
      expect(kept.slice(0, log.length)).toBe(log);
    }
    expect(logs['driver']).toContain('1%\r2%\nno text: \xff\xfe\x80\n\n\x1b[31mred\x1b[0m\nlong');
    // Other lines come between the pieces in which containerd takes a line that is this long.
    expect(logs['driver']).toMatch(/(?:long){3000}/);
    expect(shown('strange', '--executor', '1')).toContain('1%\r2%\nno text: \xff\xfe ');

    const keptPods = readdirSync(join(folderOf('strange'), 'pods')).map(
      (file) => JSON.parse(readFileSync(join(folderOf('strange'), 'pods', file), 'utf8')) as Manifest,
    );
    expect(keptPods.map(({ metadata }) => metadata.name).sort()).toEqual([
      'strange-driver',
      ...[1, 2, 3].map((number) => `strange-exec-${number}`),
    ]);
    for (const pod of pods.map(withoutSecrets)) {
      const kept = keptPods.find(({ metadata }) => metadata.uid === pod.metadata.uid);
      expect(kept?.['spec']).toEqual(pod['spec']);
      expect(kept?.metadata.labels).toEqual(pod.metadata.labels);
      expect(kept?.metadata.annotations).toEqual(pod.metadata.annotations);
    }
    const keptEvents = JSON.parse(readFileSync(join(folderOf('strange'), 'events.json'), 'utf8')) as Manifest[];
    const ofRun = events.filter((event) => (event['involvedObject'] as { name: string }).name.startsWith('strange-'));
    expect(ofRun.length).toBeGreaterThan(10);
    for (const event of ofRun.map(withoutSecrets))
      expect(keptEvents.find(({ metadata }) => metadata.uid === event.metadata.uid)).toEqual(event);

    const status = await box.run('status', 'strange', '--profile', profile);
    expect(status.output).toMatch(/strange-exec-3 +executor 3 +gone/);
    const why = await box.run('why', 'strange', '--profile', profile);
    expect(why.output).toContain('✖ driver: its pod was deleted (exit code 143)');
  });

  test('of a run that nobody follows any more is what was kept until then, and all there still is for who asks', async () => {
    const run = submitted('second', '--num-executors', '1', '--name', 'left', '--', '20');
    await run.seen(/round 2\n/);
    run.interrupt();
    const { code, output } = await run.ended;
    expect(output).toContain('→ follow again with: firesteel logs left --follow');
    expect(code).toBe(130);
    const until = readFileSync(join(folderOf('left'), 'driver.log'), 'latin1');
    expect(until).toContain('round 2\n');
    await expect
      .poll(() => kubectl('logs', '--namespace=second', 'left-driver'), { timeout: 120_000 })
      .toContain('quiet\n');
    expect(readFileSync(join(folderOf('left'), 'driver.log'), 'latin1')).toBe(until);
    const words = ['left', '--set', 'namespace=second'];
    const live = kubectl('logs', '--namespace=second', 'left-driver');
    expect(shown(...words).slice(0, live.length)).toBe(live);
    const executor = kubectl('logs', '--namespace=second', 'left-exec-1');
    kubectl('delete', 'namespace', 'second');
    expect(shown(...words).slice(0, live.length)).toBe(live);
    expect(shown(...words, '--executor', '1').slice(0, executor.length)).toBe(executor);
  });

  test('is shown when the cluster is gone', async () => {
    const before = shown('strange');
    await box.run('destroy', '--profile', profile, '--yes');
    expect(shown('strange')).toBe(before);
    expect(shown('left')).toContain('round 19\n');
  });
});
