// Builds: which Go does, and its arguments.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createExec } from '../../../tasks/core/exec.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import {
  buildCommand,
  buildTools,
  goSettings,
  isGoNewEnough,
  kubernetesStamps,
  listCommand,
} from '../../../tasks/toolbox/go.ts';
import { ownCache } from './fixtures.ts';

ownCache();
afterEach(() => void vi.unstubAllEnvs());

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

test('a build strips, stamps and tags', () =>
  expect(
    buildCommand(
      '/opt/go',
      { folder: '/m', packages: ['a.b/c'], stamps: { 'a.b/v.Version': 'v1', 'a.b/v.X': 'y' }, tags: 't' },
      '/into',
    ),
  ).toEqual([
    ...['/opt/go', 'build', '-v', '-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false', '-tags', 't'],
    ...['-o', '/into/', '-ldflags', '-s -w -X a.b/v.Version=v1 -X a.b/v.X=y', 'a.b/c'],
  ]));

test('a build without stamps or tags says nothing of them', () =>
  expect(buildCommand('go', { folder: '/m', packages: ['tool'] }, '/into').slice(6)).toEqual([
    ...['-o', '/into/', '-ldflags', '-s -w', 'tool'],
  ]));

test('a build counts the packages that its tags select', () =>
  expect(listCommand('go', { folder: '/m', packages: ['tool'], tags: 't' })).toEqual([
    ...['go', 'list', '-deps', '-tags', 't', 'tool'],
  ]));

test('a build does not depend on settings of the user for other projects', async () => {
  const own = { GO111MODULE: 'off', GOWORK: '/other/go.work', GOOS: 'windows', GOARCH: 'mips', GOFLAGS: '-mod=vendor' };
  for (const [name, value] of Object.entries({ ...own, GOPROXY: 'https://proxy.a.io' })) vi.stubEnv(name, value);
  const names = [...Object.keys(own), 'GOPROXY'];
  const show = createExec(new AbortController().signal);
  const env = goSettings({}, '/cache');
  const seen = await show(['sh', '-c', `echo ${names.map((name) => `$${name}`).join(' ')}`], { env });
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  expect(seen.trim()).toBe(`on off ${process.platform} ${arch} -mod=readonly https://proxy.a.io`);
});

test('Kubernetes is stamped with what it would not know else', () =>
  expect(kubernetesStamps('v1.36.3')).toEqual({
    'k8s.io/component-base/version.gitVersion': 'v1.36.3',
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '36',
    'k8s.io/client-go/pkg/version.gitVersion': 'v1.36.3',
  }));

describe('a build needs of the host', () => {
  const withGo =
    (version: string): Exec =>
    async () =>
      `go version go${version} linux/amd64`;
  const folder = projectPath('docker', 'tools', 'kind');
  const packagesOf = async (cgo: true | undefined, read: Exec) =>
    (await buildTools({ folder, packages: [], ...(cgo ? { cgo } : {}) }, read)).map((tool) => tool.package);

  test('nothing where Go is new enough', async () => expect(await packagesOf(undefined, withGo('1.99.0'))).toEqual([]));

  test('pip where Go is too old', async () =>
    expect(await packagesOf(undefined, withGo('1.23.9'))).toEqual(['python3-pip']));

  test('pip where there is no Go', async () =>
    expect(
      await packagesOf(undefined, async () => {
        throw new Error('go: not found');
      }),
    ).toEqual(['python3-pip']));

  test('a C compiler and its headers where there is C in it', async () =>
    expect(await packagesOf(true, withGo('1.99.0'))).toEqual(['gcc', 'libc6-dev']));
});
