// Rooms and their order: who imports whom, what stands in tasks/ itself, how wide a folder is.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verbs } from '../../../scripts/cli/verbs.ts';
import { projectPath } from '../../../tasks/core/paths.ts';
import { importsOf, type Source, sources, targetsOf } from '../../sources.ts';

/** The rooms of tasks/: each imports only itself and those below it. */
const rooms = [
  'doctor',
  'setup',
  'classroom',
  'standalone',
  'connect',
  'notebooks',
  'servers',
  'shells',
  'storage',
  'runs',
  'submission',
  'causes',
  'record',
  'jobs',
  'access',
  'clusters',
  'coredns',
  'toolbox',
  'host',
  'images',
  'spark',
  'steps',
  'profile',
  'kube',
  'core',
];

/** Imports that point up all the same, and why: this table only shrinks. */
const upwardImports: Record<string, string> = {};

const mostFiles = 20;

/** Folders with more files, and why: this table only shrinks. */
const wideFolders: Record<string, string> = {
  scripts: 'one script of two lines for each verb',
  tasks: 'one file for each verb',
  'test/cluster': 'one list of tests for an API server, each run alone',
  'test/e2e/setup/screens': 'one screen for each scene',
  'test/e2e': 'one list of journeys, which the lanes of vitest take from',
};

/** `kube` of `tasks/kube/logs/files.ts`, `verbs` of `tasks/submit.ts`. */
const roomOf = (path: string): string => {
  const [top = '', room = '', ...rest] = path.split('/');
  return top !== 'tasks' ? top : rest.length > 0 ? room : 'verbs';
};

/** How far up a file stands; tests above all. */
const order = ['test', 'scripts', 'verbs', ...rooms];

/** Whether a file may not import another: one further up, or a verb's another verb. */
const isUpward = (path: string, target: string): boolean => {
  const [from, to] = [roomOf(path), roomOf(target)];
  return from === to ? from === 'verbs' : order.indexOf(to) < order.indexOf(from);
};

describe('rooms', () => {
  test.each([
    ['tasks/kube/client.ts', 'tasks/jobs/job.ts', true],
    ['tasks/jobs/job.ts', 'tasks/kube/client.ts', false],
    ['tasks/kube/client.ts', 'tasks/kube/logs/files.ts', false],
    ['tasks/demo.ts', 'tasks/submit.ts', true],
    ['tasks/core/paths.ts', 'tasks/submit.ts', true],
    ['tasks/submit.ts', 'tasks/core/paths.ts', false],
    ['tasks/submit.ts', 'scripts/cli/verbs.ts', true],
    ['scripts/cli/verbs.ts', 'tasks/submit.ts', false],
  ])('an import of %s from %s is upward: %s', (path, target, upward) => {
    expect(isUpward(path, target)).toBe(upward);
  });

  test('are all in the order', () => {
    const unknown = new Set(sources.map(({ path }) => roomOf(path)).filter((room) => !order.includes(room)));
    expect([...unknown]).toEqual([]);
  });

  test('import only lower rooms, and no verb imports another', () => {
    const upward = sources.flatMap((source) =>
      targetsOf(source)
        .filter((target) => isUpward(source.path, target))
        .map((target) => `${source.path} imports ${target}`),
    );
    expect([...new Set(upward)].sort()).toEqual(Object.keys(upwardImports).sort());
  });

  test('hold the tests of their files in the same place', () => {
    const strays = sources
      .filter(({ path }) => path.startsWith('test/unit/'))
      .map(({ path }) => dirname(path).replace('test/unit', 'tasks'))
      .filter((folder) => !existsSync(projectPath(folder)) && !/^tasks\/(house|scripts|test)$/.test(folder));
    expect([...new Set(strays)]).toEqual([]);
  });
});

test('the files that stand directly in tasks/ are the verbs', () => {
  const files = sources.filter(({ path }) => roomOf(path) === 'verbs').map(({ path }) => path);
  expect(files.sort()).toEqual(
    Object.keys(verbs)
      .map((name) => `tasks/${name}.ts`)
      .sort(),
  );
});

test('no folder holds more than 20 files', () => {
  const counts = new Map<string, number>();
  for (const path of execFileSync('git', ['ls-files', '-z'], { cwd: projectPath(), encoding: 'utf8' }).split('\0'))
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  const wide = [...counts].filter(([, count]) => count > mostFiles).map(([folder]) => folder);
  expect(wide.sort()).toEqual(Object.keys(wideFolders).sort());
});

describe('circles', () => {
  const isOurs = ({ path }: Source) => /^(scripts|tasks)\//.test(path);
  /** What each file imports, also late, but for types alone: those are gone when it runs. */
  const importsByFile = (files: readonly Source[]) =>
    new Map(
      files.map((file) => [file.path, targetsOf({ ...file, imports: file.imports.filter((one) => !one.isType) })]),
    );

  test('are found', () => {
    const source = (path: string, text: string): Source => ({ path, text, imports: importsOf(text) });
    const late = source('tasks/b.ts', "await import('./c.ts');");
    const first = source('tasks/a.ts', "import { b } from './b.ts';\nimport type { D } from './d.ts';");
    const typed = source('tasks/d.ts', "import { a } from './a.ts';");
    expect(circleIn(importsByFile([first, late, typed]))).toBeUndefined();
    const back = source('tasks/c.ts', "import { a } from './a.ts';");
    expect(circleIn(importsByFile([first, late, typed, back]))).toEqual([
      'tasks/a.ts',
      'tasks/b.ts',
      'tasks/c.ts',
      'tasks/a.ts',
    ]);
  });

  test('of files that import each other there are none', () =>
    expect(circleIn(importsByFile(sources.filter(isOurs)))).toBeUndefined());
});

/** The first circle among these imports, from a file back to that file. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const from = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const target of imports.get(path) ?? []) {
      const circle = from(target, [...way, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of imports.keys()) {
    const circle = from(path, []);
    if (circle) return circle;
  }
  return undefined;
}
