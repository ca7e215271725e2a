// Commands really run: words, input, output, failures, and their end.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { asRoot, createExec, shown } from '../../../tasks/core/exec.ts';
import { Failure } from '../../../tasks/core/failure.ts';
import { toolsFolder } from '../../../tasks/core/paths.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'fs-exec-'));
afterAll(() => rmSync(folder, { recursive: true }));

const exec = createExec(new AbortController().signal);

const hostile = [
  '',
  ' ',
  '-rf',
  '--version',
  '$(id)',
  '`id`',
  '$HOME',
  '"; id; "',
  "'; id; '",
  "it's",
  '\\',
  '\\n',
  'two\nlines',
  '\t',
  '*',
  '~',
  '!!',
  '{a,b}',
  'a && b || c | d > e < f & g',
  '# none',
  'é😀',
  '\u001b[31m',
];

describe('words', () => {
  test('reach the program unchanged', async () => {
    const output = await exec(['printf', '%s\\0', ...hostile]);
    expect(output.split('\0').slice(0, -1)).toEqual(hostile);
  });

  test('are shown as a shell would take them', async () => {
    const typed = shown(['printf', '%s\\0', ...hostile]);
    const output = await exec(['bash', '--norc', '-c', typed]);
    expect(output.split('\0').slice(0, -1)).toEqual(hostile);
  });

  test('that need no quotes are shown without', () =>
    expect(shown(['ip', '-n', 'node', 'addr=1', 'a b'])).toBe("ip -n node addr=1 'a b'"));
});

describe('a command', () => {
  test('answers its stdout alone', async () =>
    expect(await exec(['sh', '-c', 'echo out; echo err >&2'])).toBe('out\n'));

  test('reads its input to the end', async () => {
    const input = `${'x'.repeat(300_000)}\n'$(id)'\n`;
    expect(await exec(['cat'], { input })).toBe(input);
    expect(await exec(['cat'], { input: '' })).toBe('');
  });

  test('may end without reading its input', async () => {
    const input = 'x'.repeat(1_000_000);
    await expect(exec(['sh', '-c', 'exit 3'], { input })).rejects.toMatchObject({ programExitCode: 3 });
    expect(await exec(['true'], { input })).toBe('');
  });

  test('that is given no input finds none', async () => expect(await exec(['cat'])).toBe(''));

  test('gets settings beside those of this process, and its folder', async () => {
    const print = 'printf "%s|" "$SETTING" "$PATH" "$PWD"';
    const output = await exec(['sh', '-c', print], { env: { SETTING: '$(id)' }, cwd: folder });
    expect(output).toBe(`$(id)|${toolsFolder()}:${process.env['PATH']}|${folder}|`);
  });

  test.each([
    ['without the folders of root', '/bin', '/bin:/usr/local/sbin:/usr/sbin:/sbin'],
    ['with them', '/sbin:/bin', '/sbin:/bin:/usr/local/sbin:/usr/sbin'],
    ['that is empty', '', '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'],
  ])('finds programs of root from a PATH %s', async (_, before, after) => {
    vi.stubEnv('PATH', before);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await exec(['/bin/sh', '-c', 'printf %s "$PATH"'])).toBe(`${toolsFolder()}:${after}`);
  });

  test('has its lines reported as they come, from both outputs', async () => {
    const seen: { line: string; at: number }[] = [];
    await exec(['sh', '-c', 'echo one; sleep 0.3; echo two >&2; sleep 0.2; printf three'], {
      onLine: (line) => seen.push({ line, at: performance.now() }),
    });
    expect(seen.map(({ line }) => line)).toEqual(['one', 'two', 'three']);
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(200);
  });

  test('that fails says how, and its last twenty lines', async () => {
    const error = await exec(['sh', '-c', 'seq 1 30; exit 7']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({
      message: "sh -c 'seq 1 30; exit 7': exit code 7",
      output: Array.from({ length: 20 }, (_, index) => String(index + 11)).join('\n'),
      exitCode: 1,
    });
  });

  test('that is killed says by what', () =>
    expect(exec(['sh', '-c', 'kill -KILL $$'])).rejects.toThrow(/ended by SIGKILL$/));

  test('that is not installed says so', () =>
    expect(exec(['no-such-program', '--help'])).rejects.toMatchObject({
      message: 'no-such-program: not found',
      hint: 'install no-such-program or put it on PATH',
    }));
});

test("root's rights are taken through sudo, which must not ask, by all but root", () =>
  expect(asRoot(['ip', 'link'])).toEqual(process.getuid?.() === 0 ? ['ip', 'link'] : ['sudo', '-n', 'ip', 'link']));

/** Whether a process does anything still; one that only waits to be collected does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('an abort', () => {
  test('ends the command and all it started', async () => {
    const controller = new AbortController();
    const pids: number[] = [];
    const family = 'sh -c "sleep 60 & echo \\$!; wait" & echo $!; sleep 60 & echo $!; wait';
    const running = createExec(controller.signal)(['sh', '-c', family], { onLine: (line) => pids.push(Number(line)) });
    while (pids.length < 3) await sleep(10);
    expect(pids.filter(isAlive)).toEqual(pids);
    const reason = new Failure('interrupted');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  test('that came before keeps a command from starting', async () => {
    const path = join(folder, 'never');
    const reason = new Failure('interrupted');
    await expect(createExec(AbortSignal.abort(reason))(['touch', path])).rejects.toBe(reason);
    expect(existsSync(path)).toBe(false);
  });
});

test('a detached program that is not there is named', () =>
  expect(exec(['no-such-program'], { detachedTo: join(folder, 'none.log') })).rejects.toThrow(
    'no-such-program: not found',
  ));

test('a program whose own end is exit code 127 is not called missing', () =>
  expect(exec(['sh', '-c', 'exit 127'])).rejects.toThrow('exit code 127'));

test('a detached command outlives us, answers its process id, and has both outputs in its file', async () => {
  const log = join(folder, 'logs', 'detached.log');
  const controller = new AbortController();
  const start = performance.now();
  const words = ['sh', '-c', 'echo "$SETTING"; sleep 1; echo err >&2; pwd'] as const;
  const answer = await createExec(controller.signal)(words, { detachedTo: log, env: { SETTING: 'here' }, cwd: folder });
  expect(answer).toMatch(/^\d+$/);
  expect(performance.now() - start).toBeLessThan(900);
  controller.abort();
  await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 5000 }).toBe(`here\nerr\n${folder}\n`);
});
