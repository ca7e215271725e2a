// The dev stack as containers of a real Docker engine in its own namespaces, for a user whom the image does not know.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createExec } from '../../tasks/core/exec.ts';
import { imageArchive, projectPath } from '../../tasks/core/paths.ts';
import { containerTools } from '../../tasks/dev.ts';
import { buildSteps } from '../../tasks/images/build-steps.ts';
import { layerSteps } from '../../tasks/images/layer/layer.ts';
import { devLayer } from '../../tasks/notebooks/layer.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import type { Step } from '../../tasks/steps/types.ts';
import { type Ended, installTools, launch, perform, sandbox, whyNoNodes } from './firesteel.ts';
import { fetchingCell, tinyWheel } from './kernel.ts';

const reason = (await whyNoNodes()) ?? (process.getuid?.() === 0 ? undefined : 'needs root for its own engine');
const suite = reason ? describe.skip : describe;
const uid = 12_345;
const imdb = projectPath('notebooks', 'imdb_sentiment_analysis_keras_spark');

// What the real bridge of Docker needs, beside whatever engine the machine has.
const engineScript = `
mount -t tmpfs -o mode=0755 tmpfs /run
ip link set lo up
exec dockerd --data-root "$0" --exec-root /run/docker --pidfile /run/docker.pid --host unix:///run/docker.sock \\
  --group ${uid} --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent /firesteel-dev-test
`;

suite(`the dev stack as containers${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const notebooks = join(box.data, 'my notebooks');
  const stackFolder = join(box.data, 'firesteel', 'dev');
  let engine: ChildProcess | undefined;
  let inside: string[] | undefined;
  let address = '';

  const run = (...words: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const [program = '', ...args] = [...(inside ?? []), ...words];
      const child = spawn(program, args, { cwd: projectPath(), env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.on('close', (code) => resolve({ code, output }));
    });
  const environment = () => ({
    ...process.env,
    HOME: box.data,
    XDG_DATA_HOME: box.data,
    XDG_CACHE_HOME: join(box.data, 'cache'),
    DOCKER_HOST: 'unix:///run/docker.sock',
  });
  /** By a user whose files are for nobody else. */
  const careful = ['sh', '-c', 'umask 077; exec "$@"', 'sh'];
  const dev = (...words: string[]) =>
    launch(['dev', ...words], { env: environment(), before: [...(inside ?? []), ...careful] }).ended;
  const docker = async (...words: string[]) => (await run('docker', ...words)).output.trim();
  /** Runs cells as a notebook of the stack. */
  const cells = async (...sources: string[]): Promise<Ended> => {
    const path = join(box.data, 'cells.ipynb');
    writeFileSync(path, JSON.stringify({ cells: sources.map((source) => ({ cell_type: 'code', source })) }));
    return notebook(path);
  };
  const notebook = (path: string) =>
    run('node', '--import', 'tsx', projectPath('test', 'e2e', 'cells.ts'), address, join(stackFolder, 'token'), path);

  beforeAll(async () => {
    const profile = await readProfile('local', []);
    await installTools(await containerTools(profile, createExec(new AbortController().signal)));
    const images: string[] = [];
    const note: Step = { title: 'Note the image', run: async ({ state }) => void images.push(state.image ?? '') };
    await perform([...buildSteps(profile), note, ...layerSteps(profile, devLayer), note]);
    // The user's own cache, with what was built.
    const archives = join(box.data, 'cache', 'firesteel', 'images');
    mkdirSync(archives, { recursive: true });
    for (const image of images) copyFileSync(imageArchive(image), join(archives, basename(imageArchive(image))));
    mkdirSync(notebooks);
    copyFileSync(`${imdb}.txt`, join(notebooks, basename(`${imdb}.txt`)));
    // There is no way out of the namespace: the cell that fetches the sentences finds them.
    execFileSync('python3', ['-c', fetchingCell(readFileSync(`${imdb}.ipynb`, 'utf8'))], { cwd: notebooks });
    chmodSync(box.data, 0o755);
    execFileSync('chown', ['--recursive', `${uid}:${uid}`, box.data]);
    chownSync(notebooks, uid, uid);

    engine = spawn(
      'unshare',
      [
        '--mount',
        '--pid',
        '--net',
        '--ipc',
        '--fork',
        '--kill-child',
        '--mount-proc',
        '--propagation',
        'private',
      ].concat(['sh', '-euc', engineScript, join(box.data, 'engine')]),
      { stdio: 'ignore' },
    );
    const child = () => execFileSync('pgrep', ['--parent', `${engine?.pid}`], { encoding: 'utf8' }).trim();
    await vi.waitFor(child, 10_000);
    const enter = ['nsenter', '--target', child(), '--mount', '--net', '--pid', '--ipc', `--wd=${projectPath()}`];
    inside = [...enter, 'setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    await vi.waitFor(async () => expect((await run('docker', 'version')).code).toBe(0), {
      timeout: 60_000,
      interval: 500,
    });
  }, 1_800_000);

  afterAll(async () => {
    if (inside) await dev('down');
    if (engine) {
      const end = new Promise((resolve) => engine?.on('exit', resolve));
      // unshare is deaf to a gentle word while it waits for what it has started.
      engine.kill('SIGKILL');
      await end;
      await vi.waitFor(() => box.remove(), { timeout: 20_000, interval: 500 });
    } else box.remove();
  });

  test('up brings master, worker and JupyterLab up', async () => {
    const { code, output } = await dev('up', notebooks, '--yes');
    expect(output).toContain('dev stack of containers: healthy');
    address = /Open (http:\S+)\/lab\?token=/.exec(output)?.[1] ?? '';
    expect(code, output).toBe(0);
    const names = await docker('ps', '--format', '{{.Names}}');
    expect(names.split('\n')).toHaveLength(3);
  });

  test('what is published is published on 127.0.0.1', async () => {
    const ports = (await docker('ps', '--format', '{{.Ports}}')).split('\n').filter(Boolean);
    for (const port of ports.flatMap((line) => line.split(', '))) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test("a notebook's session is on the master, its work in another container, and its file the user's", async () => {
    const { code, output } = await cells(
      'import os, random, socket',
      'n = 100_000\nhit = lambda _: random.random() ** 2 + random.random() ** 2 < 1',
      'print("pi is", 4 * spark._sc.parallelize(range(n), 4).filter(hit).count() / n, spark.sparkContext.master)',
      'hosts = sc.parallelize([0], 1).map(lambda _: socket.gethostname()).collect()',
      'print("from", socket.gethostname(), "to", *hosts)',
      'open("made.txt", "w").write("here")',
    );
    expect(output).toMatch(/pi is 3\.1\d+ spark:\/\/master:7077/);
    expect(output).toContain('from lab to worker');
    expect(code).toBe(0);
    expect(statSync(join(notebooks, 'made.txt')).uid).toBe(uid);
  });

  test('the worker has the packages that a notebook installs, and pip is a program', async () => {
    const { name, content } = tinyWheel();
    writeFileSync(join(notebooks, name), content);
    const { output } = await cells(
      `%pip install --quiet ${name}`,
      `!pip install ${name}`,
      'import tiny\nthere = lambda _: __import__("tiny").word\nprint("installed", tiny.word, *sc.parallelize([0], 1).map(there).collect())',
    );
    expect(output).toContain('tiny is already installed');
    expect(output).toMatch(/installed tiny tiny/);
  });

  test('while a session runs, no secret is in an argument or a log', async () => {
    const session = cells('import time\nsc.parallelize([0], 1).map(lambda _: time.sleep(20)).count()');
    const ids = (await docker('ps', '--quiet')).split('\n');
    const tops = async () => (await Promise.all(ids.map((id) => docker('top', id)))).join('\n');
    const running = await vi.waitFor(
      async () => {
        const commands = await tops();
        expect(commands).toContain('CoarseGrainedExecutorBackend');
        return commands;
      },
      { timeout: 120_000, interval: 500 },
    );
    const token = readFileSync(join(stackFolder, 'token'), 'utf8');
    const { secret } = JSON.parse(readFileSync(join(stackFolder, 'stack.json'), 'utf8')) as { secret: string };
    const shown = await Promise.all(ids.map(async (id) => `${await docker('inspect', id)}${await docker('logs', id)}`));
    for (const text of [running, ...shown]) expect(text).not.toMatch(new RegExp(`${token}|${secret}`));
    expect((await session).code).toBe(0);
  });

  test('the notebook of film reviews learns on master and worker', async () => {
    const { output } = await notebook(`${imdb}.ipynb`);
    expect(Number(/test accuracy: (\d\.\d+)/.exec(output)?.[1]), output).toBeGreaterThan(0.7);
  });

  test('a second up changes nothing', async () => {
    const before = await docker('ps', '--quiet');
    const { code, output } = await dev('up', notebooks);
    expect(output).toContain('Write the settings of the dev stack: the stack is running');
    expect(code).toBe(0);
    expect(await docker('ps', '--quiet')).toBe(before);
  });

  test('down ends and removes all of it, and keeps the notebooks', async () => {
    const { code } = await dev('down');
    expect(code).toBe(0);
    expect(await docker('ps', '--all', '--quiet')).toBe('');
    expect(await docker('network', 'ls', '--quiet', '--filter', 'type=custom')).toBe('');
    expect(existsSync(stackFolder)).toBe(false);
    expect(readFileSync(join(notebooks, 'made.txt'), 'utf8')).toBe('here');
  });
});
