// The probe's script, run by a real shell with programs that give fixed answers.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookupCommand, renderProbe } from '../../../tasks/coredns/proof.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fs-probe-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = (name: string, body: string) => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
};
const run = ([file = '', ...args]: string[]): string =>
  spawnSync(file, args, { encoding: 'utf8', env: { PATH: `${folder}${delimiter}${process.env['PATH']}` } }).stdout;
const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');

/** Returns the first name at the second time, the other name never. */
const answers = `echo "$2" >> ${'$'}{0%/*}/asked; test "$2" = inside.example. && test "$(grep -c inside ${'$'}{0%/*}/asked)" -gt 1`;
const names = { inside: 'inside.example', outside: 'outside.example' };
const printed = 'answered: inside.example\nunanswered: outside.example\n';

test('getent is asked until it answers the first name, and once for the other', () => {
  program('getent', answers);
  expect(run(lookupCommand('getent', names))).toBe(printed);
  expect(asked()).toEqual(['inside.example.', 'inside.example.', 'outside.example.']);
});

test('nslookup is a part of busybox, which is all there may be', () => {
  program('busybox', `case "$1" in nslookup) ${answers};; *) exec "$@";; esac`);
  expect(run(lookupCommand('nslookup', names))).toBe(printed);
});

test('a missing first name ends the proof', () => {
  program('getent', 'true');
  expect(run(lookupCommand('getent', { inside: 'a; echo $(id)' }))).toBe('answered: a; echo $(id)\n');
});

test('the pod has the image and the command, and no rights', async () => {
  const [pod, ...others] = await renderProbe('probe', { reference: 'spark:1', program: 'getent' }, names);
  expect(others).toEqual([]);
  expect(pod).toMatchObject({
    kind: 'Pod',
    metadata: { name: 'probe', namespace: 'kube-system' },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ image: 'spark:1', command: lookupCommand('getent', names), imagePullPolicy: 'IfNotPresent' }],
    },
  });
});
