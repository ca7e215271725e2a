// The dev stack as processes: up, a notebook's cells over the websocket on master and worker, down without a trace.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { processTools } from '../../tasks/dev.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { installTools, sandbox } from './firesteel.ts';
import { hostState } from './host.ts';
import { type Kernel, startKernel } from './kernel.ts';

const suite = process.platform === 'linux' ? describe : describe.skip;

suite('the dev stack as processes', () => {
  const box = sandbox();
  const notebooks = join(box.data, 'notebooks');
  const stackFolder = join(box.data, 'firesteel', 'dev');
  const read = (name: string) => readFileSync(join(stackFolder, name), 'utf8');
  let before: ReturnType<typeof hostState>;
  let taken: Server;
  let address = '';
  let token = '';
  let kernel: Kernel;

  const dev = (...words: string[]) => box.run('dev', ...words);
  const ours = () =>
    execFileSync('sh', ['-c', `grep -lsz '^FIRESTEEL_DEV=${stackFolder}$' /proc/[0-9]*/environ || :`], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter(Boolean);
  const listening = () => execFileSync('ss', ['-Hltn'], { encoding: 'utf8' });

  beforeAll(async () => {
    // What is secret stays so where everything else would be for everybody.
    process.umask(0o000);
    await installTools(await processTools(await readProfile('local', []), createExec(new AbortController().signal)));
    mkdirSync(notebooks);
    before = hostState();
    taken = createServer();
    // A process that has it already serves as well.
    await new Promise<void>((resolve) =>
      taken.once('error', () => resolve()).listen(8888, '127.0.0.1', () => resolve()),
    );
  });

  afterAll(async () => {
    process.umask(0o022);
    taken.close();
    await dev('down');
    box.remove();
  });

  test('status and down find no stack at first', async () => {
    expect((await dev('status')).output).toContain('no dev stack is running');
    const { code, output } = await dev('down');
    expect(output).toContain('Remove the files of the dev stack: nothing to remove');
    expect(code).toBe(0);
  });

  test('up starts the stack next to a used port, and prints the address with the token once', async () => {
    const { code, output } = await dev('up', notebooks, '--local', '--yes');
    expect(output).toMatch(/port 8888 is in use: JupyterLab gets \d+/);
    expect(output).toContain('dev stack of processes: healthy');
    token = read('token');
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    address = /Open (http:\S+)\/lab\?token=/.exec(output)?.[1] ?? '';
    expect(output.split(token).length).toBe(2);
    expect(code).toBe(0);
  });

  test('only this user has access', async () => {
    expect(statSync(join(stackFolder, 'token')).mode & 0o777).toBe(0o600);
    const open = ['-maxdepth', '2', '!', '-type', 'l', '-perm', '/o+w'];
    expect(execFileSync('find', [stackFolder, ...open], { encoding: 'utf8' })).toBe('');
    expect((await fetch(`${address}/api`)).status).toBe(200);
    expect((await fetch(`${address}/api/kernels`)).status).toBe(403);
    const port = new URL(address).port;
    expect(listening()).toContain(`127.0.0.1:${port} `);
    const { ports } = JSON.parse(read('stack.json')) as { ports: { master: number } };
    expect(listening()).not.toMatch(new RegExp(`(?:0\\.0\\.0\\.0|\\*|\\[::\\]):(?:${port}|${ports.master}) `));
  });

  test('a session of a cell that names no master is on the master, and its work on the worker', async () => {
    kernel = await startKernel(address, token);
    const output = await kernel.run(
      [
        'import os, random',
        'def inside(_):',
        '    return random.random() ** 2 + random.random() ** 2 < 1',
        'n = 200_000',
        'print("pi is", 4 * spark._sc.parallelize(range(n), 4).filter(inside).count() / n)',
        'print("master", spark.sparkContext.master)',
        'parents = spark.sparkContext.parallelize([0], 1).map(lambda _: open(f"/proc/{os.getppid()}/environ").read()).first()',
        'print("executor", "FIRESTEEL_DEV=" in parents, "JUPYTER_TOKEN" in os.environ)',
      ].join('\n'),
    );
    expect(output).toMatch(/pi is 3\.1\d/);
    expect(output).toMatch(/master spark:\/\/127\.0\.0\.1:\d+/);
    const { ports } = JSON.parse(read('stack.json')) as { ports: { pages: number } };
    const state = (await (await fetch(`http://127.0.0.1:${ports.pages}/json/`)).json()) as { activeapps: unknown[] };
    expect(state.activeapps).toHaveLength(1);
  });

  test('while a session runs, no secret is in an argument or a log', () => {
    const { secret } = JSON.parse(read('stack.json')) as { secret: string };
    const commands = ours().map((file) => readFileSync(file.replace('environ', 'cmdline'), 'utf8'));
    expect(commands.join('\n')).toContain('CoarseGrainedExecutorBackend');
    const logs = readdirSync(join(stackFolder, 'logs')).map((name) => read(join('logs', name)));
    for (const shown of [...commands, ...logs]) expect(shown).not.toMatch(new RegExp(`${token}|${secret}`));
  });

  test('the master refuses a client without the secret', async () => {
    const output = await kernel.run(
      [
        'import subprocess, sys',
        "program = \"from pyspark.sql import SparkSession; SparkSession.builder.config('spark.authenticate.secret', 'guess').getOrCreate()\"",
        'shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)',
        'print(shown.returncode, [line for line in shown.stderr.splitlines() if "master" in line.lower()])',
      ].join('\n'),
    );
    expect(output).toMatch(/^1 /);
    expect(output).toMatch(/masters are unresponsive|failed to connect to master/i);
  });

  test('the worker has the packages that a notebook installs, and no other stack has them', async () => {
    const output = await kernel.run(
      [
        '%pip install --quiet --disable-pip-version-check inflection==0.5.1',
        '!pip install --quiet --disable-pip-version-check --no-deps toolz==1.0.0',
        'import inflection, toolz',
        'there = lambda _: [__import__(name).__file__ for name in ("inflection", "toolz")]',
        'print("installed", inflection.__file__, toolz.__file__, *sc.parallelize([0], 1).flatMap(there).collect())',
      ].join('\n'),
    );
    const paths = /installed (.*)/.exec(output)?.[1]?.split(' ') ?? [];
    expect(paths, output).toHaveLength(4);
    for (const path of paths) expect(path).toContain(`${stackFolder}/`);
  });

  test('after spark.stop() a cell gets a new session, and prints the address of its pages', async () => {
    await kernel.run('spark.stop()');
    const output = await kernel.run('print("count", spark.range(5).count(), sc is spark.sparkContext)');
    expect(output).toMatch(/^starting a Spark session …$/m);
    const [, pages = ''] = /its pages: (\S+)/.exec(output) ?? [];
    expect((await fetch(`${pages}/api/v1/applications`)).status).toBe(200);
    expect(output).toMatch(/^count 5 True$/m);
    expect(output).not.toContain(' WARN ');
  });

  test('a file made in a notebook is in the folder, as the user', async () => {
    await kernel.run('open("made.txt", "w").write("here")');
    const made = join(notebooks, 'made.txt');
    expect(readFileSync(made, 'utf8')).toBe('here');
    expect(statSync(made).uid).toBe(process.getuid?.());
  });

  test('master and worker have the machine learning packages of notebooks', async () => {
    const output = await kernel.run(
      [
        'names = ("keras", "tensorflow", "elephas", "matplotlib")',
        'there = lambda _: [__import__("importlib").import_module(name).__name__ for name in names]',
        'print("on both:", there(0) == sc.parallelize([0], 1).flatMap(there).collect() == list(names))',
      ].join('\n'),
    );
    expect(output).toMatch(/^on both: True$/m);
  });

  test('a second up changes nothing, and one with another folder is refused', async () => {
    const had = ours().sort();
    const { code, output } = await dev('up', notebooks, '--local');
    expect(output).toMatch(/Write the settings of the dev stack: the stack is running/);
    expect(output).toMatch(/↷ Start JupyterLab: already running as process \d+/);
    expect(code).toBe(0);
    expect(ours().sort()).toEqual(had);
    const other = await dev('up', box.data, '--local');
    expect(other.output).toMatch(/a dev stack of processes with \S+notebooks is running: stop it: firesteel dev down/);
    expect(other.code).toBe(2);
  });

  test('status shows what runs and where, also to programs', async () => {
    const { output } = await dev('status', '--json');
    const done = output.split('\n').find((line) => line.includes('"event":"done"')) ?? '{}';
    const { lines, dev: shown } = JSON.parse(done) as { lines: string[]; dev: { parts: Record<string, number> } };
    expect(shown).toMatchObject({ kind: 'processes', healthy: true, notebooks, lab: address, kernels: 1 });
    expect(Object.keys(shown.parts)).toEqual(['master', 'worker', 'lab']);
    const own = ours().map((path) => Number(path.split('/')[2]));
    expect(own).toEqual(expect.arrayContaining(Object.values(shown.parts)));
    expect(lines).toEqual(
      expect.arrayContaining(['dev stack of processes: healthy', `JupyterLab at ${address}, 1 kernel`]),
    );
    expect(output).not.toContain(token);
  });

  test('ended processes are started again', async () => {
    const lab = ours().find((path) => readFileSync(path.replace('environ', 'cmdline'), 'utf8').includes('jupyterlab'));
    process.kill(Number(lab?.split('/')[2]), 'SIGKILL');
    expect((await dev('status')).output).toContain('JupyterLab does not answer yet');
    const { code, output } = await dev('up', notebooks, '--local');
    expect(output).toContain('✔ Start JupyterLab');
    expect(code).toBe(0);
  });

  test('down ends the stack and keeps the notebooks', async () => {
    const { code, output } = await dev('down');
    expect(code).toBe(0);
    expect(output).toMatch(/Stopped JupyterLab with \d+ kernels?, and Spark\./);
    expect(output).toContain(`Notebooks stay in ${notebooks}`);
    expect(ours()).toEqual([]);
    expect(existsSync(stackFolder)).toBe(false);
    expect(readFileSync(join(notebooks, 'made.txt'), 'utf8')).toBe('here');
    expect(listening()).not.toContain(`127.0.0.1:${new URL(address).port} `);
    expect(hostState().mounts).toEqual(before.mounts);
  });

  test('after Ctrl-C the next up continues', async () => {
    const running = box.start('dev', 'up', notebooks, '--local');
    await running.seen(/✔ Start Spark master/);
    running.interrupt();
    expect((await running.ended).code).toBe(130);
    expect((await dev('up', notebooks, '--local')).code).toBe(0);
    expect((await dev('down')).code).toBe(0);
    expect(ours()).toEqual([]);
  });
});
