// The npm package as a user gets it: packed, installed into an empty folder without a network, and run there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { nowhere } from '../../nowhere.ts';

interface Packed {
  filename: string;
  /** Bytes of all files. */
  unpackedSize: number;
  files: { path: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'fs-test-'));
const home = join(folder, 'home');
const user = join(folder, 'user');
let packed: Packed;
/** How long npm takes to install it, in seconds: it depends on the machine, so it is shown alone. */
let installed = 0;

/** A command of the user, with separate folders and settings; returns what it prints. */
const run = (program: string, ...words: string[]): string =>
  execFileSync(program, words, {
    cwd: user,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CACHE_HOME: join(home, 'cache'),
      FIRESTEEL_PROFILE: undefined,
      npm_config_offline: 'true',
      npm_config_cache: join(home, 'npm'),
    },
  });

const paths = (): string[] => packed.files.map(({ path }) => path);
const lacking = (wanted: string[]): string[] => wanted.filter((path) => !paths().includes(path));

beforeAll(() => {
  for (const path of [home, user]) mkdirSync(path);
  // The bundle is there: the project's tests make it before they begin.
  const words = ['pack', projectPath(), '--json', '--ignore-scripts', '--pack-destination', folder];
  [packed] = JSON.parse(run('npm', ...words)) as [Packed];
  const began = performance.now();
  run('npm', 'install', join(folder, packed.filename));
  installed = (performance.now() - began) / 1000;
  writeFileSync(join(user, 'my_job.py'), 'print(1)\n');
  writeFileSync(join(user, 'config'), nowhere);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the npm package', () => {
  test('holds the bundle, and of the project only what git has', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: projectPath(), encoding: 'utf8' }).split('\0');
    const made = paths().filter((path) => path.startsWith('dist/'));
    expect(made).toEqual(expect.arrayContaining(['dist/firesteel.js', 'dist/LICENSES.txt']));
    expect(paths().filter((path) => !tracked.includes(path) && !made.includes(path))).toEqual([]);
  });

  test('holds every folder that commands read, whole', () => {
    const read = ['docker', 'notebooks', 'profiles', 'templates'];
    const tracked = execFileSync('git', ['ls-files', ...read], { cwd: projectPath(), encoding: 'utf8' });
    expect(lacking(tracked.trim().split('\n'))).toEqual([]);
  });

  test('holds every file that its README links to', () => {
    const readme = readFileSync(projectPath('README.md'), 'utf8');
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(5);
    expect(lacking(links)).toEqual([]);
  });

  test('depends on no other package, and has less than 15 MB', () => {
    expect(readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['firesteel']);
    expect(packed.unpackedSize).toBeLessThan(15e6);
    process.stdout.write(`npm installs ${(packed.unpackedSize / 1e6).toFixed(1)} MB in ${installed.toFixed(1)} s\n`);
  });

  test('contains the licenses of everything that it bundles', () => {
    const licenses = readFileSync(join(user, 'node_modules/firesteel/dist/LICENSES.txt'), 'utf8');
    expect(licenses).toMatch(/^commander 14.*\(MIT\)$/m);
    expect(licenses).toMatch(/^@google-cloud\/container .*\(Apache-2\.0\)\n\n *Apache License/m);
  });
});

describe('in an empty folder', () => {
  test('npx firesteel --help lists the verbs', () =>
    expect(run('npx', 'firesteel', '--help')).toMatch(/^ {2}destroy\b[\s\S]*^ {2}submit\b/m));

  // A local cluster would need root.
  const cluster = ['--profile', 'context', '--set', 'context.context=nowhere', '--set', 'context.kubeconfig=config'];

  test('npx firesteel deploy --dry-run lists all steps', () =>
    expect(run('npx', 'firesteel', 'deploy', ...cluster, '--dry-run')).toMatch(/^▸ .*[\s\S]*kind: ServiceAccount/m));

  test('npx firesteel submit my_job.py --dry-run shows the driver pod', () =>
    expect(run('npx', 'firesteel', 'submit', 'my_job.py', ...cluster, '--dry-run')).toMatch(/^▸ Submit my_job\.py$/m));
});
