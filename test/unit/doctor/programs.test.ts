// Checks of programs on a machine that lacks them: an empty PATH, programs of another version, a silent index.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { createExec } from '../../../tasks/core/exec.ts';
import { toolsFolder } from '../../../tasks/core/paths.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { findProgram } from '../../../tasks/toolbox/installed.ts';
import { toolRow } from '../../../tasks/toolbox/table.ts';
import { look } from '../../check-of.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';
import { ownFiles } from '../own-files.ts';

const profile = await readProfile('local', []);
const { path, put } = ownFiles({ XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: 'data' });
const bin = () => path('bin');

/** Puts a program on PATH, which has nothing else. */
const program = (name: string, body = '') => chmodSync(put(`bin/${name}`, `#!/bin/sh\n${body}\n`), 0o755);
/** Puts a program of this machine there. */
const takeOver = (name: string, from: string) => symlinkSync(from, join(bin(), name));

beforeEach(() => {
  mkdirSync(bin(), { recursive: true });
  vi.stubEnv('PATH', bin());
});
afterEach(() => vi.unstubAllEnvs());

const context = (read: Exec = async () => '') => plainContext({ profile, cluster: clusters.local, read });

describe.skipIf(process.platform !== 'linux')('on a PATH without programs', () => {
  test.each([
    ['image-tools', ['docker', 'pip3', 'mmdebstrap'], 'docker.io'],
    ['notebook-tools', ['pip3'], 'python3-pip'],
    ['class-tools', ['kubectl', 'mmdebstrap'], 'mmdebstrap'],
  ])('%s are missing until they are there', async (name, programs, debian) => {
    program('apt-get');
    const found = await look(name, context());
    expect(found.state).toBe('partial');
    const lines = [found.seen, ...(found.more ?? [])];
    for (const one of programs) expect(lines).toContainEqual(expect.stringMatching(`^${one} is not installed \\(`));
    expect(found.remedies?.map((remedy) => ('command' in remedy ? remedy.command.slice(0, 2) : []))).toContainEqual([
      'apt-get',
      'install',
    ]);
    expect(JSON.stringify(found.remedies)).toContain(debian);
    for (const line of lines) program(line.split(' ')[0] ?? '');
    expect(await look(name, context())).toMatchObject({ state: 'ok' });
  });

  test('and without apt-get nothing can be installed, and the cure says so', async () => {
    expect((await look('notebook-tools', context())).remedies).toEqual([
      { text: 'install them and run the command again' },
    ]);
  });
});

/** As `firesteel tools install kubectl` leaves it. */
const installed = (version: string): void => {
  chmodSync(put('cache/firesteel/tools/bin/kubectl', '#!/bin/sh\n'), 0o755);
  put('cache/firesteel/tools/kubectl/record.json', JSON.stringify({ name: 'kubectl', version, from: 'a test' }));
};
const present = toolRow('kubectl')?.version ?? '';

test('a program that firesteel installed long ago is cured by installing it again', async () => {
  installed('v1.20.0');
  expect(await look('versions', context())).toMatchObject({
    state: 'partial',
    seen: `kubectl is v1.20.0, ${present} is current`,
    remedies: [{ command: ['firesteel', 'tools', 'install', 'kubectl'] }],
  });
  installed(present);
  expect(await look('versions', context())).toMatchObject({ state: 'ok', seen: `kubectl ${present}` });
});

test('a PATH without the folder of installed programs is named, which is no fault', async () => {
  expect(await look('path', context())).toMatchObject({ seen: 'firesteel has installed none' });
  installed(present);
  expect(await look('path', context())).toMatchObject({
    state: 'not available',
    seen: `to call them by name: export PATH=${toolsFolder()}:$PATH`,
  });
  vi.stubEnv('PATH', `${bin()}:${toolsFolder()}`);
  expect(await look('path', context())).toMatchObject({ state: 'ok' });
});

describe('the index of Python packages', () => {
  const read = createExec(new AbortController().signal);

  test('that refuses connections is a finding without the password in its address', async () => {
    vi.unstubAllEnvs();
    vi.stubEnv('PIP_INDEX_URL', 'http://me:canary-password@127.0.0.1:9/simple');
    vi.stubEnv('PIP_RETRIES', '0');
    const found = await look('packages', context(read));
    expect(found).toMatchObject({ state: 'partial', seen: expect.stringMatching(/^no answer: ERROR: /) });
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  test('cannot be asked without pip3, which is no fault of the index', async () => {
    for (const one of ['bash', 'timeout']) {
      const from = await findProgram(one, ['/bin', '/usr/bin']);
      if (from) takeOver(one, from);
    }
    expect(await look('packages', context(read))).toMatchObject({
      state: 'not available',
      seen: 'needs pip3, which is missing',
    });
  });

  test('is asked without timeout(1), which macOS lacks', async () => {
    const bash = await findProgram('bash', ['/bin', '/usr/bin']);
    if (bash) takeOver('bash', bash);
    program('pip3', `echo 'pyspark (${profile.spark.version})'`);
    expect(await look('packages', context(read))).toMatchObject({ state: 'ok' });
  });

  test('cannot be asked by an old pip', async () => {
    program('pip3', `echo 'ERROR: unknown command "index"' >&2; exit 1`);
    expect(await look('packages', context(read))).toMatchObject({
      state: 'not available',
      seen: 'needs pip 21.2 or newer: an older one cannot ask the index',
    });
  });
});

test('a kubectl of another version on PATH is a finding', async () => {
  program('kubectl', 'echo "Client Version: v1.20.3"');
  const { kube } = memoryKube([]);
  const raw = async () => JSON.stringify({ gitVersion: 'v1.36.0' });
  const cluster = {
    ...clusters.local,
    status: async () => ({ state: 'running' as const, detail: 'up', components: [] }),
  };
  const asking = plainContext({
    profile,
    cluster,
    kube: { ...kube, raw },
    read: async ([path = '']) => execFileSync('/bin/sh', [path], { encoding: 'utf8' }),
  });
  expect(await look('skew', asking)).toMatchObject({
    state: 'partial',
    seen: 'kubectl on PATH is v1.20.3, more than one minor version from API server v1.36.0',
  });
});
