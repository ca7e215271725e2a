// What a submit reads and leaves, by the command itself: everything once, and nothing in a dry run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cachePath } from '../../tasks/core/paths.ts';
import { firesteelCommand } from '../built-command.ts';
import { callsOf } from '../calls.ts';
import { nowhere } from '../nowhere.ts';
import { ownFolder } from '../own-folder.ts';
import { notebook, ownConverter } from './notebooks/job/converter.ts';

ownConverter();
// Before the folder below is in the place of the user's own.
const converter = cachePath('notebook');
const folder = ownFolder({});
const places = { HOME: 'home', XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache', TMPDIR: 'tmp' };
const [node, bundle] = firesteelCommand;

/** Folders of a user who has nothing yet but a job of each sort; their path. */
function newUser(name: string, hasConverter: boolean): string {
  const user = join(folder, name);
  for (const place of [...Object.values(places), 'folder']) mkdirSync(join(user, place), { recursive: true });
  writeFileSync(join(user, 'config'), nowhere);
  for (const path of ['my_job.py', 'folder/main.py']) writeFileSync(join(user, path), 'print(1)\n');
  writeFileSync(join(user, 'folder', 'job.yaml'), 'main: main.py\n');
  writeFileSync(join(user, 'x.ipynb'), JSON.stringify(notebook(['%pip install numpy==2.4.6\nprint(1)'])));
  mkdirSync(join(user, 'cache', 'firesteel'));
  if (hasConverter) symlinkSync(converter, join(user, 'cache', 'firesteel', 'notebook'));
  return user;
}

/** Every file with its time, and every folder: a folder that came and went is fine. The converter is another's. */
const filesOf = (user: string) =>
  readdirSync(user, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('firesteel/notebook'))
    .sort()
    .map((path) => [path, statSync(join(user, path))] as const)
    .map(([path, stat]) => [path, stat.isFile() && stat.mtimeMs]);

const counted = ['readProfile', 'readJob', 'planJob', 'readJobYaml', 'convertNotebook'];

test.each<[word: string, hasConverter: boolean, calls: number[], steps: string]>([
  ['my_job.py', true, [1, 1, 1, 0, 0], '▸ Submit my_job.py'],
  ['./folder', true, [1, 1, 1, 1, 0], '▸ Submit ./folder'],
  ['x.ipynb', true, [1, 1, 1, 1, 1], '▸ Submit x.ipynb'],
  // Nothing can convert it before the converter is fetched.
  ['x.ipynb', false, [1, 0, 0, 0, 0], '▸ Convert the notebook'],
])('a dry run of submit %s (converter: %s) reads everything once, and leaves no file', (word, has, calls, steps) => {
  const user = newUser(`${word}-${has}`, has);
  const coverage = join(folder, 'coverage');
  const before = filesOf(user);
  for (const more of [[], ['--json']]) {
    rmSync(coverage, { recursive: true, force: true });
    const env = {
      ...process.env,
      ...Object.fromEntries(Object.entries(places).map(([name, place]) => [name, join(user, place)])),
      NODE_V8_COVERAGE: coverage,
    };
    const sets = ['context.context=nowhere', 'context.kubeconfig=config'].flatMap((set) => ['--set', set]);
    const words = ['submit', word, '--profile', 'context', ...sets, '--dry-run', ...more];
    const { status, stdout, stderr } = spawnSync(node, [bundle, ...words], { cwd: user, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    if (more.length === 0) expect(stdout).toContain(steps);
    expect(callsOf(counted, coverage)).toEqual(Object.fromEntries(counted.map((name, i) => [name, calls[i]])));
    expect(filesOf(user)).toEqual(before);
  }
});
