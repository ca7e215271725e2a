// Packages for another Python: the host's own pip with wheels made here, and what its failures become.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fileSum } from '../../../../tasks/images/layer/files.ts';
import { madeTarget, type PythonTarget, parseAnswer } from '../../../../tasks/images/layer/image-python.ts';
import { pipFailure } from '../../../../tasks/images/layer/pip-failure.ts';
import { fetchPackages } from '../../../../tasks/images/layer/python.ts';
import { readRequirements } from '../../../../tasks/images/layer/requirements.ts';
import { type Profile, profileSchema } from '../../../../tasks/profile/schema.ts';
import { plainContext } from '../../../plain-context.ts';

const target: PythonTarget = { python: '3.12', machine: 'x86_64', glibc: '2.28', spark: '4.3.0' };

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;

describe.skipIf(!hasPip)("with the host's pip (skipped where there is none)", () => {
  const context = plainContext();
  let folder: string;
  let said: string[];
  const out = { line: (text: string) => void said.push(text) };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'firesteel-pip-'));
    said = [];
    mkdirSync(join(folder, 'index'));
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', join(folder, 'index'));
    vi.stubEnv('PIP_USER', '1');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  /** Puts a wheel into the index: a module with the name of the package, and a program. */
  function makeWheel(name: string, { tag = 'py3-none-any', needs = [] as string[] } = {}): string {
    const file = `${name}-1.0-${tag}.whl`;
    const info = `${name}-1.0.dist-info`;
    const entries = {
      [`${name}/__init__.py`]: 'answer = 42\n',
      [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${needs.map((need) => `Requires-Dist: ${need}\n`).join('')}`,
      [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
      [`${info}/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n`,
      [`${info}/RECORD`]: '',
    };
    const script =
      'import json,sys,zipfile\nwith zipfile.ZipFile(sys.argv[1],"w") as z:\n for n,t in json.load(sys.stdin).items(): z.writestr(n,t)';
    execFileSync('python3', ['-c', script, join(folder, 'index', file)], { input: JSON.stringify(entries) });
    return join(folder, 'index', file);
  }

  async function fetch(...lines: string[]): Promise<string[]> {
    const to = join(folder, 'cache', 'python-0123456789ab');
    await fetchPackages(to, target, readRequirements(lines), context, out);
    return readdirSync(to).sort();
  }

  test('packages come with their dependencies, and without programs', async () => {
    makeWheel('first', { needs: ['second'] });
    makeWheel('second');
    expect(await fetch('first')).toEqual(['first', 'first-1.0.dist-info', 'second', 'second-1.0.dist-info']);
    expect(said.at(-1)).toBe('Successfully installed first-1.0 second-1.0');
  });

  test('packages after --no-deps come without their dependencies', async () => {
    makeWheel('first', { needs: ['pyspark==3.1.3', 'second'] });
    expect(await fetch('--no-deps', 'first')).toEqual(['first', 'first-1.0.dist-info']);
  });

  test('missing packages come from the index that the requirements name', async () => {
    vi.stubEnv('PIP_NO_INDEX', undefined);
    vi.stubEnv('PIP_FIND_LINKS', undefined);
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9');
    writeFileSync(join(folder, 'index', 'first-1.0.tar.gz'), '');
    await expect(fetch('--no-index', `--find-links ${join(folder, 'index')}`, 'first')).rejects.toThrow(
      'pip: first: only source, no wheel',
    );
  });

  test("a wheel is chosen and a marker is read for the image's Python and C library", async () => {
    makeWheel('here', { tag: 'cp312-cp312-manylinux_2_27_x86_64' });
    makeWheel('elsewhere');
    const lines = ['here; python_version == "3.12" and sys_platform == "linux"', 'elsewhere; python_version != "3.12"'];
    expect(await fetch(...lines)).toEqual(['here', 'here-1.0.dist-info']);
  });

  test('wheels for other platforms are refused, and leave nothing behind', async () => {
    for (const tag of [
      'cp311-cp311-manylinux_2_17_x86_64',
      'cp312-cp312-manylinux_2_34_x86_64',
      'cp312-cp312-win_amd64',
    ])
      makeWheel('other', { tag });
    await expect(fetch('other')).rejects.toThrow('pip: other: no wheel for Python 3.12 on x86_64 with glibc 2.28');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  test('a package that needs pyspark uses that of the image', async () => {
    makeWheel('needy', { needs: ['pyspark>=4'] });
    expect(await fetch('needy')).toEqual(['needy', 'needy-1.0.dist-info', 'pyspark-4.3.0.dist-info']);
    expect(said.at(-1)).toBe('left out, because the image has Spark 4.3.0: pyspark');
  });

  test('one that needs another pyspark is refused by name', async () => {
    makeWheel('needy', { needs: ['pyspark<4'] });
    await expect(fetch('needy')).rejects.toThrow('pip: pyspark<4, which needy needs: the image has Spark 4.3.0');
  });

  test('with hashes, pyspark has that of its stand-in', async () => {
    const sum = await fileSum(makeWheel('needy', { needs: ['pyspark'] }));
    const pinned = [`needy==1.0 --hash=sha256:${sum}`, `pyspark==4.3.0 --hash=sha256:${'0'.repeat(64)}`];
    expect(await fetch(...pinned)).toContain('needy');
    const wrong = [`needy==1.0 --hash=sha256:${'0'.repeat(64)}`, pinned[1] ?? ''];
    rmSync(join(folder, 'cache'), { recursive: true });
    await expect(fetch(...wrong)).rejects.toThrow(/^pip: a file does not match its hash; needy==1\.0$/);
  });

  test('no file contains a path of this machine, and everyone can read all files', async () => {
    const wheel = makeWheel('mine');
    const before = process.umask(0o077);
    try {
      await fetch(wheel);
    } finally {
      process.umask(before);
    }
    const home = join(folder, 'cache', 'python-0123456789ab');
    expect(existsSync(join(home, 'mine-1.0.dist-info', 'direct_url.json'))).toBe(false);
    expect(statSync(join(home, 'mine', '__init__.py')).mode & 0o777).toBe(0o644);
    expect(statSync(home).mode & 0o777).toBe(0o755);
  });
});

const profile = (image: object): Profile => ({ ...profileSchema.parse({ image }), name: 'x', clusterName: 'x' });

test('the default base is known, and another base is inspected', () => {
  expect(madeTarget(profile({}))).toMatchObject({ python: '3.11', glibc: '2.36', spark: '4.3.0' });
  expect(madeTarget(profile({ base: 'debian:12' }))).toBeUndefined();
  const answer = ['sha256:0', 'image-has 3.13 aarch64 glibc 2.39', 'done'];
  expect(parseAnswer(answer, '4.3.0')).toEqual({ python: '3.13', machine: 'aarch64', glibc: '2.39', spark: '4.3.0' });
  expect(parseAnswer([], '4.3.0')).toBeUndefined();
});

const none = (name: string, by = '') => [
  `ERROR: Could not find a version that satisfies the requirement ${name}${by} (from versions: none)`,
  `ERROR: No matching distribution found for ${name}`,
];

test.each<[what: string, printed: string[], looked: string[], message: string, hint: string]>([
  [
    'versions that are there',
    [
      'ERROR: Could not find a version that satisfies the requirement numpy==99 (from versions: 2.4.5, 2.4.6)',
      'ERROR: No matching distribution found for numpy==99',
    ],
    [],
    'numpy==99: no wheel for Python 3.12 on x86_64 with glibc 2.28',
    'there are 2.4.5, 2.4.6: choose one',
  ],
  [
    'source alone',
    none('docopt>=0.6', ' (from mine)'),
    ['  Skipping link: No sources permitted for docopt: https://example.org/docopt-0.6.2.tar.gz'],
    'docopt>=0.6, which mine needs: only source, no wheel',
    "build one, pip wheel --no-deps 'docopt>=0.6', and name the .whl file instead",
  ],
  [
    'a Python that is too old for it',
    none('young'),
    ["  Link requires a different Python (3.12.0 not in: '>=3.13'): https://example.org/young-1.0-py3-none-any.whl"],
    'young: no wheel for Python 3.12 on x86_64 with glibc 2.28',
    'choose another version or package',
  ],
  [
    'a wheel of this machine for another',
    ['ERROR: mine-1.0-cp310-cp310-win_amd64.whl is not a supported wheel on this platform.'],
    [],
    'mine-1.0-cp310-cp310-win_amd64.whl: not a wheel for Python 3.12 on x86_64 with glibc 2.28',
    'build the wheel for that platform, or as pure Python',
  ],
  ['no such name', none('nosuch'), [], 'nosuch: the package index has no such package', 'correct the name'],
  [
    'no network',
    [
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('…')': /simple/six/",
      ...none('six'),
    ],
    [],
    'six: the package index cannot be reached',
    "check this machine's network, and the index and proxy of its pip",
  ],
  [
    'two that do not go together',
    [
      'ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.',
      'The conflict is caused by:',
      '    a 1 depends on c<2',
      '    b 2 depends on c>=2',
    ],
    [],
    'Cannot install a==1 and b==2: their requirements conflict; a 1 depends on c<2; b 2 depends on c>=2',
    'request other versions',
  ],
  [
    'anything else',
    ['ERROR: HTTP error 403 while getting https://example.org/x.whl'],
    [],
    'HTTP error 403 while getting https://example.org/x.whl',
    'run the command again; if it fails again, read the output above',
  ],
])('pip reports %s', (_, printed, looked, message, hint) => {
  const failure = pipFailure(new Error('exit code 1'), printed, looked, target);
  expect(failure.message).toBe(`pip: ${message}`);
  expect(failure.hint).toBe(hint);
});
