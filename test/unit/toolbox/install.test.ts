// Installing a program: the first source that has it, whole or not at all, once.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExec } from '../../../tasks/core/exec.ts';
import { cachePath, projectPath, toolsFolder } from '../../../tasks/core/paths.ts';
import type { Exec } from '../../../tasks/core/types.ts';
import type { SingleStep } from '../../../tasks/steps/types.ts';
import { hostTools, installStep, installSteps } from '../../../tasks/toolbox/install.ts';
import { readRecord, toolLink, versionIn } from '../../../tasks/toolbox/installed.ts';
import type { Source, ToolRow } from '../../../tasks/toolbox/table.ts';
import { commandContext, helloRow, ownCache, releaseOnDisk, scriptTelling, sha256, writeProgram } from './fixtures.ts';

const folder = ownCache();
const good = (): Source => releaseOnDisk(join(folder, 'good'), scriptTelling('1.2.3'));
const context = commandContext();

async function install(row: ToolRow, with_ = context): Promise<string[]> {
  const lines: string[] = [];
  await installStep(row).run(with_, { line: (text) => lines.push(text) });
  return lines;
}

const left = (): string[] => (existsSync(cachePath('tools')) ? readdirSync(cachePath('tools')) : []);

describe('a program', () => {
  test('is installed, called by its name, and known', async () => {
    await install(helloRow([good()]));
    expect(await createExec(context.signal)(['hello'])).toBe('hello version 1.2.3\n');
    expect(readRecord('hello')).toEqual({ name: 'hello', version: 'v1.2.3', from: 'official release' });
    expect(left().sort()).toEqual(['bin', 'hello']);
    expect(readdirSync(cachePath('tools', 'hello')).sort()).toEqual(['hello', 'record.json']);
  });

  test('that is installed is not installed again', async () => {
    const row = helloRow([good()]);
    const step = installStep(row);
    expect(await step.skip?.(context)).toBe(false);
    await install(row);
    expect(await step.skip?.(context)).toBe('v1.2.3 is installed, from: official release');
  });

  test('of another version takes the place of the old one', async () => {
    await install(helloRow([good()]));
    const newer = helloRow([releaseOnDisk(join(folder, 'newer'), scriptTelling('1.3.0'))], 'v1.3.0');
    expect(await installStep(newer).skip?.(context)).toBe(false);
    await install(newer);
    expect(await createExec(context.signal)(['hello'])).toBe('hello version 1.3.0\n');
    expect(readRecord('hello')?.version).toBe('v1.3.0');
  });

  test.each([
    ['whose link is gone', () => ['rm', toolLink('hello')]],
    ['that is gone itself', () => ['rm', cachePath('tools', 'hello', 'hello')]],
    ['without a record', () => ['rm', cachePath('tools', 'hello', 'record.json')]],
    ['with half a record', () => ['truncate', '--size=9', cachePath('tools', 'hello', 'record.json')]],
  ] as [string, () => [string, ...string[]]][])('%s is installed again', async (_, spoil) => {
    const row = helloRow([good()]);
    await install(row);
    await context.run(spoil());
    expect(await installStep(row).skip?.(context)).toBe(false);
    await install(row);
    expect(readRecord('hello')?.version).toBe('v1.2.3');
  });

  test('that says another version than the pinned one is a failure and leaves nothing', async () => {
    const row = helloRow([releaseOnDisk(join(folder, 'other'), scriptTelling('1.2.2'))]);
    await expect(install(row)).rejects.toThrow('hello reports v1.2.2, expected v1.2.3');
    expect(left()).toEqual([]);
  });

  test('that says no version is a failure', async () => {
    const row = helloRow([releaseOnDisk(join(folder, 'silent'), '#!/bin/sh\n')]);
    await expect(install(row)).rejects.toThrow('hello reports no version, expected v1.2.3');
  });

  test('that differs from the published file is a failure: no other source is asked, and the old program stays', async () => {
    await install(helloRow([good()]));
    const tampered = releaseOnDisk(join(folder, 'tampered'), scriptTelling('1.3.0'), sha256('another'));
    await expect(install(helloRow([tampered, good()], 'v1.3.0'))).rejects.toThrow('is not the published file');
    expect(readRecord('hello')?.version).toBe('v1.2.3');
    expect(left().sort()).toEqual(['bin', 'hello']);
  });
});

describe('sources', () => {
  const outOfReach = (): Source => {
    const address = 'file:///none/hello';
    return { kind: 'release', release: { programs: ['hello'], address, checksums: `${address}.sha256` } };
  };
  /** A Go that is new enough and builds nothing. */
  const brokenGo = () => {
    writeProgram(
      join(toolsFolder(), 'go'),
      '#!/bin/sh\n[ "$1" = version ] && exec echo "go version go9.0.0"\necho "no such module" >&2; exit 1\n',
    );
    return { kind: 'build', build: { folder: projectPath('docker', 'tools', 'kind'), packages: ['x/hello'] } } as const;
  };

  test('are asked in their order', async () => {
    const second = releaseOnDisk(join(folder, 'second'), scriptTelling('1.1.0'));
    const lines = await install(helloRow([outOfReach(), brokenGo(), { ...second, version: 'v1.1.0' }]));
    expect(lines).toEqual(['this machine cannot reach the release', 'the build failed', 'hello']);
    expect(readRecord('hello')?.version).toBe('v1.1.0');
  });

  test('of another version than the row count as installed', async () => {
    const row = helloRow([
      outOfReach(),
      { ...releaseOnDisk(join(folder, 'old'), scriptTelling('1.1.0')), version: 'v1.1.0' },
    ]);
    await install(row);
    expect(await installStep(row).skip?.(context)).toBe('v1.1.0 is installed, from: official release');
  });

  test('that all refuse are a failure that says what each of them said', async () => {
    const row = helloRow([outOfReach(), brokenGo()]);
    await expect(install(row)).rejects.toMatchObject({
      message: 'cannot install hello v1.2.3: this machine cannot reach the release; the build failed',
      output: expect.stringContaining('no such module'),
    });
    expect(left()).toEqual(['bin']);
  });

  test('are built in the folder of their pins, with a cache that goes in the end', async () => {
    const noted = join(folder, 'noted');
    writeProgram(
      join(toolsFolder(), 'go'),
      [
        '#!/bin/sh',
        '[ "$1" = version ] && exec echo "go version go9.0.0"',
        '[ "$1" = list ] && exec echo x/hello',
        `echo "$PWD $CGO_ENABLED $GOFLAGS $GOTOOLCHAIN $GOCACHE" > ${noted}`,
        'mkdir -p "$GOCACHE"',
        '[ "$1" = build ] || exit 0',
        'while [ "$1" != -o ]; do shift; done',
        `printf '%s' '${scriptTelling('1.2.3')}' > "$2/hello"; chmod 755 "$2/hello"`,
      ].join('\n'),
    );
    const where = projectPath('docker', 'tools', 'kind');
    const row = helloRow([{ kind: 'build', build: { folder: where, packages: ['x/hello'] } }]);
    for (const step of installSteps([row]) as SingleStep[]) await step.run(context, { line: () => {} });
    expect(readFileSync(noted, 'utf8')).toBe(`${where} 0 -mod=readonly local ${cachePath('tools', 'go-build')}\n`);
    expect(readRecord('hello')?.from).toBe('Go module proxy');
    expect(left().sort()).toEqual(['bin', 'hello']);
  });

  describe('need of the host', () => {
    const answers =
      (...known: string[]): Exec =>
      async ([program, ...args]) => {
        if (known.includes(program)) return `${program} ${args.at(-1)}`;
        throw new Error(`${program}: not found`);
      };
    const row = () => helloRow([good(), { kind: 'npm', npm: npmPackage }]);
    const npmPackage = { name: '@a/b', version: '1.0.0', integrity: 'sha512-', archive: 'a.zip', path: 'hello' };
    const names = async (read: Exec) => (await hostTools(row(), read)).map(({ name }) => name);

    test('curl for a release that is within reach', async () => expect(await names(context.read)).toEqual(['curl']));
    test('curl before it is known whether it is', async () => expect(await names(answers())).toEqual(['curl']));
    test('those of the next source where it is not', async () =>
      expect(
        await names(async (command) => {
          if (command.includes('--version')) return 'curl 8';
          throw new Error('out of reach');
        }),
      ).toEqual(['npm', 'unzip']));
  });
});

describe('two installs at once', () => {
  test('wait for each other, and the second has nothing left to do', async () => {
    const row = helloRow([good()]);
    const [first, second] = await Promise.all([install(row), install(row)]);
    expect([...first, ...second].filter((line) => line === 'hello')).toHaveLength(1);
    expect([...first, ...second]).toContain(`process ${process.pid} is installing`);
    expect([...first, ...second]).toContain('another run installed the program');
  });
});

test('an install that is interrupted leaves nothing', async () => {
  const controller = new AbortController();
  writeProgram(
    join(toolsFolder(), 'go'),
    '#!/bin/sh\n[ "$1" = version ] && exec echo "go version go9.0.0"\n[ "$1" = list ] && exit\nwhile [ "$1" != -o ]; do shift; done\n: > "$2/half"\necho started; exec sleep 60\n',
  );
  const build = { folder: projectPath('docker', 'tools', 'kind'), packages: ['x/hello'] };
  const line = () => {};
  const running = installStep(helloRow([{ kind: 'build', build }, good()])).run(commandContext(controller.signal), {
    line,
  });
  const isBuilding = () => left().some((name) => existsSync(cachePath('tools', name, 'half')));
  await expect.poll(isBuilding, { timeout: 30_000 }).toBe(true);
  controller.abort(new Error('interrupted'));
  await expect(running).rejects.toThrow('interrupted');
  expect(left()).toEqual(['bin']);
});

describe('the version in', () => {
  test.each([
    ['v1.38.1\n', 'v1.38.1'],
    ['Client Version: v1.36.3\nKustomize Version: v5.8.1\n', 'v1.36.3'],
    ['kind v0.33.0 go1.26.8 linux/amd64\n', 'v0.33.0'],
    ['v4.1.4+g0123456\n', 'v4.1.4'],
    ['crictl version 1.36.0\n', 'v1.36.0'],
    ['cri-dockerd 0.4.0 (HEAD)\n', 'v0.4.0'],
    ['Client Version: v1.32.4-dispatcher\n', 'v1.32.4-dispatcher'],
    ['v1.38.1-beta.0\n', 'v1.38.1-beta.0'],
    ['crictl version unknown\n', undefined],
    ['', undefined],
  ])('%j is %s', (text, expected) => expect(versionIn(text)).toBe(expected));
});
