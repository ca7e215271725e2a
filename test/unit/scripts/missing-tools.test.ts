// On a machine without a cluster's programs: a look asks for none of them, and a dry run says which would be installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { firesteelCommand } from '../../built-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-missing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bin = join(folder, 'bin');
mkdirSync(bin);
symlinkSync(process.execPath, join(bin, 'node'));
symlinkSync('/bin/bash', join(bin, 'bash'));
// Requested, and never run.
writeFileSync(join(bin, 'apt-get'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });

function firesteel(...words: string[]) {
  const data = join(folder, 'data');
  const env = { PATH: bin, HOME: folder, XDG_DATA_HOME: data, XDG_CACHE_HOME: join(folder, 'cache') };
  const [, bundle] = firesteelCommand;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...words], {
    encoding: 'utf8',
    cwd: projectPath(),
    env,
  });
  return { code: status, output: stdout + stderr };
}

describe('a look', () => {
  test.each([
    [['status', '--profile', 'kind'], 0, /^kind: absent /],
    [['status', '--profile', 'minikube-vm'], 0, /^minikube-vm: absent /],
    [['runs', '--profile', 'kind'], 0, /^no runs yet/],
    [['data', 'list', '--profile', 'kind'], 0, /^NAME +WAY/],
    [['conf', '--for', 'deps', '--profile', 'kind'], 0, /org\.apache\.spark\/spark-core/],
    [['data', 'remove', 'nothing', '--profile', 'kind'], 2, /^✖ data nothing: you have no such data set/],
    [['kubeconfig', 'remove', '--profile', 'kind'], 0, /nothing to remove/],
    [['dns', 'check', '--profile', 'kind'], 1, /; create or start it: firesteel deploy --profile kind/],
  ])('%j', (words, code, output) =>
    expect(firesteel(...words)).toMatchObject({ code, output: expect.stringMatching(output) }),
  );
});

test('a dry run shows the installation, and counts it as a change', () => {
  const { code, output } = firesteel('deploy', '--profile', 'kind', '--dry-run', '--exit-code');
  expect(output).toMatch(
    /^▸ Install host packages\n {2}\$ .*apt-get .* install --yes --no-install-recommends .*docker\.io/,
  );
  expect(output.indexOf('apt-get')).toBeLessThan(output.indexOf('kind create cluster'));
  expect(code).toBe(3);
  expect(existsSync(join(folder, 'data'))).toBe(false);
});
