// firesteel tools: what it lists, what it refuses, what it would install; and what other verbs lack.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import { asRoot } from '../../../tasks/core/exec.ts';
import { toolsFolder } from '../../../tasks/core/paths.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import { profileNames, readProfile } from '../../../tasks/profile/read.ts';
import type { SingleStep, Tool } from '../../../tasks/steps/types.ts';
import { installMissing, missingTools } from '../../../tasks/toolbox/host-packages.ts';
import { toolbox, toolRow } from '../../../tasks/toolbox/table.ts';
import { toolList, tools } from '../../../tasks/tools.ts';
import { plainContext } from '../../plain-context.ts';
import { planFor, planIn } from '../../plan-of.ts';
import { commandContext, ownCache, writeProgram } from './fixtures.ts';

const folder = ownCache();
const { read, write } = commandContext();
afterEach(() => void vi.unstubAllEnvs());

/** Only what is in this folder, and what the scripts in it need, is on PATH. */
function onPath(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  vi.stubEnv('PATH', `${path}:/bin`);
  return path;
}

describe('the list', () => {
  const rowsOf = async () => (await toolList(read)).map((line) => line.split(/ {2,}/));
  const rowOf = async (name: string) => (await rowsOf()).find(([first]) => first === name);

  test('has a heading and a line for each program', async () => {
    const rows = await rowsOf();
    expect(rows[0]).toEqual(['NAME', 'VERSION', 'FROM', 'PATH', 'PURPOSE']);
    expect(rows.slice(1).map(([name]) => name)).toEqual(toolbox().map(({ name }) => name));
  });

  test('says what is not installed, at which version it would be, and what it is for', async () => {
    onPath('empty');
    expect(await rowOf('helm')).toEqual(['helm', toolRow('helm')?.version, 'not installed', 'installs charts']);
  });

  test('reports a program of the machine its version and where it is', async () => {
    const path = onPath('theirs');
    writeProgram(join(path, 'helm'), '#!/bin/sh\n[ "$*" = "version --short" ] && echo v3.0.1+g1\n');
    expect(await rowOf('helm')).toEqual(['helm', 'v3.0.1', 'this machine', join(path, 'helm'), 'installs charts']);
  });

  test('reports a program that does not answer that its version is unknown', async () => {
    const path = onPath('broken');
    writeProgram(join(path, 'helm'), '#!/bin/sh\nexit 1\n');
    expect(await rowOf('helm')).toEqual(['helm', 'unknown', 'this machine', join(path, 'helm'), 'installs charts']);
  });

  test('prefers what was installed, by its record', async () => {
    writeProgram(join(onPath('both'), 'helm'), '#!/bin/sh\necho v3.0.1\n');
    const record = { name: 'helm', version: 'v4.0.0', from: 'Go module proxy' };
    await write([{ path: join(toolsFolder(), '..', 'helm', 'record.json'), content: JSON.stringify(record) }]);
    writeProgram(join(toolsFolder(), 'helm'), '#!/bin/sh\n');
    expect(await rowOf('helm')).toEqual([
      'helm',
      'v4.0.0',
      'Go module proxy',
      join(toolsFolder(), 'helm'),
      'installs charts',
    ]);
  });
});

describe('words that cannot work', () => {
  test.each([
    [
      'names that are near',
      ['install', 'kind', 'minkube', 'sparkle'],
      [
        'tool "minkube": expected one of minikube, kubectl, kubeadm, kind, helm, crictl, cri-dockerd; did you mean "minikube"?',
        'tool "sparkle": expected one of minikube, kubectl, kubeadm, kind, helm, crictl, cri-dockerd',
      ],
    ],
    ['those that do work', ['install', 'kind'], []],
    ['install alone', ['install'], []],
    ['remove alone', ['remove'], ['tools remove: expected the name of a program, such as kubectl']],
  ])('%s', async (_, words, expected) => {
    const profile = await readProfile('local', []);
    expect((await planFor(tools, profile, words)).problems ?? []).toEqual(expected);
  });
});

test('remove takes what firesteel installed, and nothing else', async () => {
  const context = commandContext();
  const file = join(toolsFolder(), '..', 'kind', 'record.json');
  await write([{ path: file, content: JSON.stringify({ name: 'kind', version: 'v1.0.0', from: 'npm' }) }]);
  writeProgram(join(toolsFolder(), 'kind'), '#!/bin/sh\n');
  const plan = await planFor(tools, await readProfile('local', []), ['remove', 'kind', 'crictl']);
  const [kind, crictl] = plan.steps as SingleStep[];
  expect(await crictl?.skip?.(context)).toBe('firesteel has not installed the program');
  expect(await kind?.skip?.(context)).toBe(false);
  await kind?.run(context, { line: () => {}, lines: () => {}, table: () => {} });
  expect([existsSync(file), existsSync(join(toolsFolder(), 'kind'))]).toEqual([false, false]);
});

describe('install', () => {
  const titles = async (profileName: string, ...words: string[]) => {
    const profile = await readProfile(profileName, []);
    return (await planFor(tools, profile, words)).steps.map(({ title }) => title);
  };

  test('installs what is named, once', async () =>
    expect(await titles('local', 'install', 'kind', 'crictl', 'kind')).toEqual([
      `Install kind ${toolRow('kind')?.version}`,
      `Install crictl ${toolRow('crictl')?.version}`,
      'Remove build files',
    ]));

  test('without names has nothing to do for a cluster that needs none, and says so', async () => {
    const profile = await readProfile('local', []);
    const [step, ...others] = (await planFor(tools, profile, ['install'])).steps as SingleStep[];
    expect(others).toEqual([]);
    expect(await step?.skip?.(commandContext())).toBe('cluster local needs no programs from firesteel');
  });

  test('ends with the line that puts installed programs on PATH', async () => {
    writeProgram(join(toolsFolder(), 'helm'), '#!/bin/sh\n');
    onPath('none');
    const local = await readProfile('local', []);
    const lines = async (action: string) => {
      const context = plainContext({ profile: local, cluster: clusters.local, read });
      return (await (await planIn(tools, context, [action])).done?.(context)) ?? [];
    };
    const line = `To call them by name: export PATH=${toolsFolder()}:$PATH`;
    expect((await lines('install')).at(-1)).toBe(line);
    expect(await lines('list')).not.toContain(line);
  });

  test('is not what list does', async () => expect(await titles('local', 'list')).toEqual([]));
});

test('every program that a cluster needs and no package brings is in the table', async () => {
  const sets: Record<string, string[]> = { context: ['context.context=somewhere'] };
  for (const name of await profileNames()) {
    const profile = await readProfile(name, sets[name] ?? []);
    for (const tool of clusters[profile.cluster].tools(profile))
      if (!tool.package) expect(toolRow(tool.name), `${tool.name} of ${name}`).toBeDefined();
  }
});

describe('what a verb lacks', () => {
  const nothing: Exec = async () => {
    throw new Error('out of reach');
  };
  const purpose = 'is needed';
  const lacking = async (...needed: Tool[]) => {
    writeProgram(join(onPath('bare'), 'apt-get'), '#!/bin/sh\n');
    const { packages, programs } = await missingTools(needed, nothing);
    return { packages: packages.map((tool) => tool.package), programs: programs.map(({ name }) => name) };
  };

  test('is nothing where all is there', async () =>
    expect(
      await lacking(
        { name: 'sh', package: 'dash', purpose },
        { name: '/etc/passwd', package: 'base-passwd', purpose },
        { name: '/etc', package: 'base-files', purpose },
      ),
    ).toEqual({ packages: [], programs: [] }));

  test('is split into packages and programs, with the packages that bring the programs', async () =>
    expect(
      await lacking(
        { name: 'no-such-1', package: 'a', purpose },
        { name: 'no-such-2', package: 'a', purpose },
        { name: '/no/such', package: 'b', purpose },
        { name: 'kubeadm', purpose },
        { name: 'kubeadm', purpose },
      ),
    ).toEqual({ packages: expect.arrayContaining(['a', 'b']), programs: ['kubeadm'] }));

  test('is not what was installed before', async () => {
    writeProgram(join(toolsFolder(), 'kubeadm'), '#!/bin/sh\n');
    expect(await lacking({ name: 'kubeadm', purpose })).toEqual({ packages: [], programs: [] });
  });

  test('is a usage failure where no source has it', async () =>
    await expect(lacking({ name: 'no-such', purpose: 'does wonders' })).rejects.toMatchObject({
      message: 'this machine lacks no-such (does wonders)',
      exitCode: 2,
    }));

  test('is a usage failure that names all of it where packages come another way', async () => {
    vi.stubEnv('PATH', join(folder, 'no-such-folder'));
    const tools = [
      { name: 'no-such', package: 'a', purpose: 'does wonders' },
      { name: '/no/such', package: 'b', purpose },
    ];
    await expect(missingTools(tools, nothing)).rejects.toMatchObject({
      message: 'this machine lacks no-such (does wonders), /no/such (is needed), and has no apt-get to install them',
      exitCode: 2,
    });
  });

  test('comes in the order in which it is needed', () => {
    const packages = [{ name: 'gcc', package: 'gcc', purpose }];
    const missing = { packages, upgrades: [], programs: [{ name: 'kind', purpose }] };
    const steps = installMissing(missing) as SingleStep[];
    expect(steps.map(({ title }) => title)).toEqual([
      'Install host packages',
      `Install kind ${toolRow('kind')?.version}`,
      'Remove build files',
    ]);
  });
});

test('sudo gets the path of a program that firesteel installed', () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  try {
    writeProgram(join(toolsFolder(), 'crictl'), '#!/bin/sh\n');
    expect(asRoot(['crictl', 'info'])).toEqual(['sudo', '-n', join(toolsFolder(), 'crictl'), 'info']);
    expect(asRoot(['ip', 'link'])).toEqual(['sudo', '-n', 'ip', 'link']);
  } finally {
    vi.restoreAllMocks();
  }
});
