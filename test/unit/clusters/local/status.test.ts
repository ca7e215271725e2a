// What is shown of the programs of a cluster, from their supervisor's words and their logs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { layoutOf } from '../../../../tasks/clusters/local/layout.ts';
import { componentStatus, endingProgram, lastErrorIn, localStatus } from '../../../../tasks/clusters/local/status.ts';
import { createExec } from '../../../../tasks/core/exec.ts';
import { projectPath } from '../../../../tasks/core/paths.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import { ownFolder } from '../../../own-folder.ts';
import { answering, profileWith, startLookalike } from './fixtures.ts';

ownFolder();
const stamp = '2026-11-21 15:42:27.123456789  ';
const now = '2026-11-21 15:43:30';

describe('an error in a log', () => {
  test.each([
    ['klog error', 'E1121 15:42:27.0012   4242 reflector.go:205] "Failed to watch" err="refused"'],
    ['klog fatal', 'F1121 15:42:27.0012       1 server.go:73] cannot bind'],
    ['containerd error', 'time="2026-11-21T15:42:27Z" level=error msg="copy shim log" error="reading failed"'],
    ['containerd fatal', 'time="2026-11-21T15:42:27Z" level=fatal msg="exiting"'],
    ['etcd error', '{"level":"error","ts":"2026-11-21T15:42:27Z","msg":"no space left"}'],
    ['etcd fatal', '{"level":"fatal","ts":"2026-11-21T15:42:27Z","msg":"discovery failed"}'],
    ['Go panic', 'panic: runtime error: index out of range [1]'],
    ['Go fatal error', 'fatal error: concurrent map writes'],
    ['flag that a program does not know', 'Error: unknown flag: --nonsense'],
    ['program that may not run', 'nsenter: failed to execute etcd: Permission denied'],
    ['program that is not there', './run: 3: exec: kubelet: not found'],
    ['library that is not there', 'etcd: error while loading shared libraries: libc.so.6'],
  ])('%s is shown without its time', (_, line) => {
    const log = `${stamp}${line}\n${stamp}I1121 15:42:28.0000 1 all.go:1] fine\n`;
    expect(lastErrorIn(log, now)).toEqual({ text: line, age: 63 });
  });

  test.each([
    ['klog information', 'I1121 15:42:27.0012   4242 server.go:1] "Retrying" err="panic: not now"'],
    ['klog warning', 'W1121 15:42:27.0012   4242 server.go:1] deprecated'],
    ['containerd information', 'time="2026-11-21T15:42:27Z" level=info msg="no error"'],
    ['etcd warning', '{"level":"warn","ts":"2026-11-21T15:42:27Z","msg":"apply request took too long"}'],
  ])('%s is none', (_, line) => expect(lastErrorIn(`${stamp}${line}\n`, now)).toBeUndefined());

  test('is the newest, and short', () => {
    const log = [`E1121 15:00:00.1 1 a.go:1] old`, `E1121 15:42:27.1 1 a.go:1] ${'x'.repeat(500)}`];
    const found = lastErrorIn(log.map((line) => `${stamp}${line}\n`).join(''), now)?.text;
    expect(found).toMatch(/^E1121 15:42:27\.1 1 a\.go:1\] x+$/);
    expect(found).toHaveLength(200);
  });

  test('is not found in an empty log', () => expect(lastErrorIn('', now)).toBeUndefined());
});

describe('a program', () => {
  test.each([
    ['runs', 'true true 4242 9\n', { state: 'running', pid: 4242 }],
    ['waits for its next start', 'false true -1 9\n', { state: 'restarting' }],
    ['is held down', 'false false -1 9\n', { state: 'stopped' }],
    ['is not supervised', '', { state: 'stopped' }],
  ])('%s', (_, svstat, expected) =>
    expect(componentStatus('etcd', { svstat, deaths: 3, log: '', now })).toEqual({
      name: 'etcd',
      restarts: 3,
      ...expected,
    }),
  );

  const log = `${stamp}panic: oh no\n`;
  const error = 'panic: oh no';
  // It complained at 15:42:27.
  test.each([
    ['a minute ago shows it', 'true true 7 600', 0, '2026-11-21 15:43:30', error],
    ['long ago does not', 'true true 7 9000', 0, '2026-11-21 15:53:30', undefined],
    ['in its first seconds does not', 'true true 7 70', 0, '2026-11-21 15:43:30', undefined],
    ['a while after its start shows it', 'true true 7 100', 0, '2026-11-21 15:43:30', error],
    ['before it was started again shows it', 'true true 7 5', 1, '2026-11-21 15:43:30', error],
    ['and does not run shows it for ever', 'false true -1 5', 1, '2026-11-22 15:43:30', error],
  ])('that complained %s', (_, svstat, deaths, at, expected) =>
    expect(componentStatus('etcd', { svstat, deaths, log, now: at }).lastError).toBe(expected),
  );
});

test('the words of each supervisor, the deaths and the log come from one command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  const program = (name: string, script: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  program('s6-svstat', 'case $3 in */etcd) echo true true 7 9 ;; *) echo no supervisor >&2; exit 1 ;; esac');
  program('s6-svdt', 'case $1 in */etcd) echo one; echo two ;; esac');
  mkdirSync(join(folder, 'logs', 'etcd'), { recursive: true });
  writeFileSync(join(folder, 'logs', 'etcd', 'current'), `${'old\n'.repeat(300)}a\0b\n`);
  const script = projectPath('docker', 'node', 'programs.sh');
  const said = execFileSync('sh', [script, folder, 'etcd', 'kubelet'], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env['PATH']}` },
  });
  rmSync(folder, { recursive: true });
  expect(said.split('\0').map((text) => text.trim())).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    'true true 7 9',
    '2',
    `${'old\n'.repeat(199)}ab`,
    '',
    '0',
    '',
    '',
  ]);
});

describe('a wait for a program that ends again and again', () => {
  const asked: Exec = async () => [now, 'false true -1 1\n', '3\n', `${stamp}panic: no space left\n`, ''].join('\0');

  test('names it with its last error, from the second look on', async () => {
    const layout = await layoutOf(await profileWith(), answering({}));
    expect(await endingProgram(layout, asked)()).toBe('');
    expect(await endingProgram(layout, asked, 0)()).toBe('etcd on local-1 has ended 3 times: panic: no space left');
  });
});

describe('a cluster', () => {
  const real = createExec(new AbortController().signal);
  const end: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of end.splice(0)) await stop();
    rmSync((await layoutOf(await profileWith(), answering({}))).folder, { recursive: true, force: true });
  });

  /** A cluster of two nodes that has been made, and of which this many run. */
  async function made(running: number) {
    const profile = await profileWith('local.nodes=2');
    const layout = await layoutOf(profile, answering({}));
    mkdirSync(layout.folder, { recursive: true });
    writeFileSync(layout.kubeconfig, '');
    for (const node of layout.nodes.slice(0, running)) end.push((await startLookalike(node)).end);
    return profile;
  }

  /** The supervisor of every program says this; only what needs no node is requested real. */
  const supervised =
    (svstat: (node: string, name: string) => string): Exec =>
    async (command, options) => {
      const [, script = '', folder = '', ...names] = command;
      if (script.endsWith('programs.sh'))
        return [now, ...names.flatMap((name) => [svstat(folder, name), '0\n', '']), ''].join('\0');
      return command[0] === 'sh' || command[0] === 'ip' ? real(command, options) : '';
    };

  test('that was never made is absent', async () => {
    const status = await localStatus(await profileWith(), { read: real });
    expect(status).toEqual({ state: 'absent', detail: 'no cluster named local on this machine', components: [] });
  });

  test('whose processes have ended is stopped', async () => {
    const status = await localStatus(await made(0), { read: real });
    expect(status.state).toBe('stopped');
    expect(status.detail).toBe('its processes have ended; deploy starts them again');
    expect(status.components).toEqual([]);
  });

  test('whose processes said why they ended says so too', async () => {
    const profile = await made(0);
    const [first] = (await layoutOf(profile, answering({}))).nodes;
    mkdirSync(join(first?.folder ?? '', 'logs'), { recursive: true });
    writeFileSync(join(first?.folder ?? '', 'logs', 'init.log'), 'mkdir: Read-only file system\n');
    const { detail } = await localStatus(profile, { read: real });
    expect(detail).toBe('its processes have ended (mkdir: Read-only file system); deploy starts them again');
  });

  test('that lacks a node is broken', async () => {
    const status = await localStatus(await made(1), { read: supervised(() => 'true true 7 9') });
    expect(status.state).toBe('broken');
    expect(status.detail).toMatch(/^1 of 2 nodes run/);
    expect(status.components).toHaveLength(10);
  });

  test('that lacks a program is broken and names it', async () => {
    const read = supervised((node, name) =>
      node.endsWith('2') && name === 'kubelet' ? 'false true -1' : 'true true 7 9',
    );
    const status = await localStatus(await made(2), { read });
    expect(status.state).toBe('broken');
    expect(status.detail).toBe('not running: kubelet on local-2');
  });

  test('of which all run is running', async () => {
    const status = await localStatus(await made(2), { read: supervised(() => 'true true 7 9') });
    expect(status.state).toBe('running');
    expect(status.detail).toMatch(/^API server at https:\/\/198\.18\.\d+\.2:6443$/);
    expect(status.components).toHaveLength(15);
  });
});
