// Where the programs of a node come from, and how it is known which are wanted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  binariesFolder,
  binariesProblem,
  buildCommand,
  fetchBinaries,
  isGoNewEnough,
  missingPrograms,
  programs,
} from '../../../tasks/clusters/local/binaries.ts';
import { kubernetesVersion, pinnedVersion } from '../../../tasks/clusters/local/pins.ts';
import { publishedSum } from '../../../tasks/clusters/local/releases.ts';
import { cachePath } from '../../../tasks/lib/paths.ts';
import type { Context, SingleStep } from '../../../tasks/lib/types.ts';
import { profileWith } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-binaries-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('Go is new enough', () => {
  test.each([
    ['go version go1.26.8 linux/amd64', '1.26.8', true],
    ['go version go1.26.7 linux/amd64', '1.26.8', false],
    ['go version go1.27 linux/arm64', '1.26.8', true],
    ['go version go1.26 linux/amd64', '1.26.0', true],
    ['go version go1.26 linux/amd64', '1.26.1', false],
    ['go version go1.9.7 linux/amd64', '1.26.0', false],
    ['go version go2.0 linux/amd64', '1.26.8', true],
    ['go version devel go1.28-abcdef linux/amd64', '1.26.8', true],
    ['', '1.26.8', false],
    ['bash: go: command not found', '1.26.8', false],
  ])('%j for %s: %s', (line, required, expected) => expect(isGoNewEnough(line, required)).toBe(expected));
});

describe('pins', () => {
  test('are read from go.mod', () => expect(kubernetesVersion()).toMatch(/^v1\.\d+\.\d+$/));

  test('of an unknown module are a failure that names it', () =>
    expect(() => pinnedVersion('example.com/none')).toThrow('docker/node/go.mod does not pin example.com/none'));

  test('of a module whose name begins alike are not taken for it', () =>
    expect(() => pinnedVersion('k8s.io/kube')).toThrow('does not pin'));
});

test('a build stamps the pinned version, which it would not know else', () => {
  const command = buildCommand('/opt/go', '/into');
  const version = kubernetesVersion();
  const [, minor] = version.slice(1).split('.');
  expect(command).toEqual([
    '/opt/go',
    'build',
    '-v',
    '-trimpath',
    '-buildvcs=false',
    '-gcflags=all=-dwarf=false',
    '-o',
    '/into/',
    '-ldflags',
    command[9],
    'tool',
  ]);
  for (const stamp of ['component-base/version.gitVersion', 'client-go/pkg/version.gitVersion'])
    expect(command[9]).toContain(`-X k8s.io/${stamp}=${version}`);
  expect(command[9]).toContain(`-X k8s.io/component-base/version.gitMinor=${minor}`);
});

describe('programs', () => {
  test('are all missing from an empty folder, and from none', () => {
    expect(missingPrograms(folder)).toEqual([...programs]);
    expect(missingPrograms(join(folder, 'absent'))).toEqual([...programs]);
  });

  test('that a folder of the user lacks are named', async () => {
    const profile = await profileWith(`local.binaries=${folder}`);
    for (const program of programs.filter((name) => name !== 'ctr' && name !== 'etcd'))
      writeFileSync(join(folder, program), '');
    expect(binariesProblem(profile)).toBe(`local.binaries: ${folder} lacks ctr, etcd`);
  });

  test('that are all there are no problem and need no fetching', async () => {
    const profile = await profileWith(`local.binaries=${folder}`);
    for (const program of programs) writeFileSync(join(folder, program), '');
    expect(binariesProblem(profile)).toBeUndefined();
    expect(await (fetchBinaries(profile) as SingleStep).skip?.({} as Context)).toBe(`in ${folder}`);
  });

  test('are in the cache, by their pins, if the profile names no folder', async () => {
    const profile = await profileWith();
    expect(binariesFolder(profile)).toMatch(/[0-9a-f]{12}$/);
    expect(binariesFolder(profile).startsWith(cachePath('node'))).toBe(true);
    expect(binariesProblem(profile)).toBeUndefined();
  });
});

describe('a published checksum', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  test.each([
    ['is the only word', a, 'kubelet', a],
    ['is the only word of a line', `${a}\n`, 'kubelet', a],
    ['is beside its name', `${a}  containerd-2.4.4-linux-amd64.tar.gz\n`, 'containerd-2.4.4-linux-amd64.tar.gz', a],
    ['is in a list', `${b}  etcd-arm64.tar.gz\n${a}  etcd-amd64.tar.gz\n`, 'etcd-amd64.tar.gz', a],
    ['is in a list of binary files', `${b} *etcd-arm64.tar.gz\n${a} *etcd-amd64.tar.gz\r\n`, 'etcd-amd64.tar.gz', a],
    ['is not in a list without the file', `${b}  one\n${a}  other\n`, 'kubelet', undefined],
    ['is not one that is too short', 'a'.repeat(63), 'kubelet', undefined],
    ['is not one that is too long', 'a'.repeat(128), 'kubelet', undefined],
    ['is not in a page that says no', '<html>\n<body>not found</body>\n', 'kubelet', undefined],
    ['is not in an empty answer', '', 'kubelet', undefined],
  ])('%s', (_, list, file, expected) => expect(publishedSum(list, file)).toBe(expected));
});
