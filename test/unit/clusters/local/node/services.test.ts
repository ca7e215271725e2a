// Service folders as s6 runs them, with stand-ins for the programs that would need root.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { Component } from '../../../../../tasks/clusters/local/node/components.ts';
import { serviceFiles } from '../../../../../tasks/clusters/local/node/services.ts';
import { createExec } from '../../../../../tasks/core/exec.ts';
import { writeFiles } from '../../../../../tasks/core/files/changes.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-services-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that does what this shell text says. */
function standIn(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

standIn(join(folder, 'nsenter'), 'shift 2; exec "$@"');
// The process that is in the host's mounts.
standIn(join(folder, 'cat'), 'echo 1');

const PATH = `${folder}:${process.env['PATH']}`;
const exec = createExec(new AbortController().signal);

async function runScript(component: Component): Promise<string> {
  await writeFiles(serviceFiles(folder, component));
  return join(folder, component.name, 'run');
}

const names = (component: Component) => serviceFiles('/s', component).map(({ path }) => path);

const hostile = [
  '',
  ' a  b ',
  "it's",
  '"',
  '$(id)',
  '`id`',
  '$HOME',
  'a;b&c|d',
  '*',
  '\\',
  '-n',
  '--',
  'two\nlines',
  'é😀',
];

describe('the run script', () => {
  test.each([
    ['in the network of the node', {}],
    ['in the network of the host', { host: 'network' as const }],
    ['in the mounts of the host', { host: 'mounts' as const }],
  ])('hands every argument and setting on unchanged, %s', async (_, where) => {
    const print = 'printf "%s\\0" "$SETTING" "$@"';
    const env = { SETTING: `it's $(id)\n"` };
    const script = await runScript({ name: 'printer', command: ['sh', '-c', print, 'sh', ...hostile], env, ...where });
    const output = await exec([script], { env: { PATH } });
    expect(output.split('\0').slice(0, -1)).toEqual([env.SETTING, ...hostile]);
    // Everybody can read the words of a command, and a proxy's address can hold a password.
    expect(readFileSync(script, 'utf8').split('exec ').at(-1)).not.toContain('SETTING=');
    expect(statSync(script).mode & 0o777).toBe(0o700);
  });

  test('becomes the program, so that a signal reaches it', async () => {
    const script = await runScript({ name: 'self', command: ['sh', '-c', 'echo $$'] });
    const child = spawn(script, { env: { PATH }, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await child.stdout.toArray();
    expect(Number(output)).toBe(child.pid);
  });

  test('sends errors where the log is', async () => {
    const script = await runScript({ name: 'complainer', command: ['sh', '-c', 'echo oops >&2'] });
    expect(await exec([script], { env: { PATH } })).toBe('oops\n');
  });

  test('waits for the socket it needs', async () => {
    const socket = join(folder, 'socket');
    const script = await runScript({ name: 'waiter', command: ['echo', 'there'], awaits: [socket] });
    let ended = false;
    const output = exec([script], { env: { PATH } }).finally(() => {
      ended = true;
    });
    await sleep(150);
    expect(ended).toBe(false);
    writeFileSync(socket, '');
    expect(await output).toBe('there\n');
  });
});

test('only what needs the API server is down until the start of the API server', () => {
  expect(names({ name: 'one', command: ['true'] })).not.toContain('/s/one/down');
  expect(names({ name: 'one', command: ['true'], needsApi: true })).toContain('/s/one/down');
});

test('scripts can be run, and the log is named after its program', () => {
  const files = serviceFiles('/s', { name: 'one', command: ['true'] });
  const scripts = files.filter(({ mode = 0 }) => (mode & 0o100) !== 0).map(({ path }) => path);
  expect(scripts).toEqual(['/s/one/run', '/s/one/finish', '/s/one/log/run']);
  expect(files.find(({ path }) => path === '/s/one/log/run')?.content).toContain('/run/node/logs/one\n');
});

test('a program that all connections wait for is started again without a pause', async () => {
  await writeFiles(serviceFiles(folder, { name: 'urgent', command: ['true'], isUrgent: true, onEnd: 'echo ended' }));
  const output = await exec([join(folder, 'urgent', 'finish')], { env: { PATH } });
  expect(output).toBe('ended\n');
});

describe('the pause after a death grows to ten seconds', () => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  standIn(join(bin, 'sleep'), 'echo "$1"');
  test.each([
    [0, '0'],
    [1, '0'],
    [2, '1'],
    [9, '4'],
    [20, '10'],
    [500, '10'],
  ])('%i deaths: %s', async (deaths, seconds) => {
    standIn(join(bin, 's6-svdt'), `i=0; while [ $i -lt ${deaths} ]; do echo death; i=$((i + 1)); done`);
    await writeFiles(serviceFiles(folder, { name: 'dying', command: ['true'] }));
    const output = await exec([join(folder, 'dying', 'finish')], { env: { PATH: `${bin}:${PATH}` } });
    expect(output.trim()).toBe(seconds);
  });
});
