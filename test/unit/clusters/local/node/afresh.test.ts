// What a node does not inherit from the shell that starts it.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { afresh } from '../../../../../tasks/clusters/local/node/nodes.ts';

/** What a command says that is started afresh by a shell after `before`. */
function said(before: string, ...command: [string, ...string[]]): string {
  const start = ['-c', `${before}; exec "$@"`, 'sh', ...afresh(command)];
  return execFileSync('sh', start, { encoding: 'utf8' }).trim();
}

/** The ignored signals of a line of /proc, but for 32 and 33: the C library keeps them, so no program can set them. */
const ignored = (line: string): bigint => BigInt(`0x${line.split(/\s+/)[1]}`) & ~(3n << 31n);

const hard = (limit: string): string =>
  execFileSync('prlimit', ['--raw', '--noheadings', '--output', 'HARD', `--${limit}`], { encoding: 'utf8' }).trim();
const soft = (limit: string) => ['prlimit', '--raw', '--noheadings', '--output', 'SOFT', `--${limit}`] as const;

describe.skipIf(process.platform !== 'linux')('a node does not inherit', () => {
  test.each(['000', '022', '027', '077'])('umask %s', (umask) =>
    expect(said(`umask ${umask}`, 'sh', '-c', 'umask')).toBe('0022'),
  );

  test('the current folder', () => expect(said('cd /tmp', 'pwd')).toBe('/'));

  test.each([
    ['nofile', 'ulimit -S -n 200'],
    ['fsize', 'ulimit -S -f 1000'],
    ['cpu', 'ulimit -S -t 1000'],
    ['nproc', 'prlimit --pid $$ --nproc=5000:'],
    ['sigpending', 'prlimit --pid $$ --sigpending=100:'],
  ])('a limit for %s that may be raised', (limit, before) =>
    // Root may raise the hard limit too.
    expect([hard(limit), '1048576', 'unlimited']).toContain(said(before, ...soft(limit))),
  );

  test.each([
    ['stack', 'ulimit -S -s 256', '8388608'],
    ['core', 'ulimit -S -c unlimited', '0'],
    ['memlock', 'ulimit -S -l 64', '8388608'],
  ])('a limit for %s, be it low or high', (limit, before, usual) =>
    expect([hard(limit), usual]).toContain(said(before, ...soft(limit))),
  );

  test.each(['HUP', 'INT', 'PIPE', 'QUIT', 'TERM'])('that %s is ignored', (signal) =>
    expect(ignored(said(`trap '' ${signal}`, 'grep', 'SigIgn:', '/proc/self/status'))).toBe(0n),
  );

  test('processors alone', () =>
    expect(said('taskset --pid --cpu-list 0 $$ >/dev/null', 'nproc')).toBe(
      execFileSync('nproc', ['--all'], { encoding: 'utf8' }).trim(),
    ));

  test('a scheduling policy', () =>
    expect(said('chrt --batch --pid 0 $$', 'sh', '-c', 'chrt --pid $$')).toContain('SCHED_OTHER'));

  test.skipIf(process.getuid?.() !== 0)('a priority, and being the first that memory is taken from', () =>
    expect(
      said('renice 7 $$ >/dev/null; echo 500 >/proc/$$/oom_score_adj', 'sh', '-c', 'nice; cat /proc/$$/oom_score_adj'),
    ).toBe('0\n0'),
  );
});
