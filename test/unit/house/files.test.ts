// The rules for each file: one for each package, short, with a first line that says what it is.
import { describe, expect, test } from 'vitest';
import { importsOf, isLocal, packageOf, sources } from '../../sources.ts';

/** Files over 250 lines, and why each is one idea all the same. */
const longFiles: Record<string, string> = {
  'test/unit/classroom/roster/exports.test.ts': 'one table of exports and who is in them',
  'test/unit/causes/diagnosis.test.ts': 'one table of causes and their lines',
  'test/unit/clusters/gke/api/failures.test.ts': 'one table of refusals and their lines',
  'test/cluster/kube.test.ts': 'one API, asked in every way',
  'test/unit/notebooks/job/conversion.test.ts': 'one table of notebooks and what becomes of them',
  'test/unit/profile/read.test.ts': 'one table of bad input and its lines',
  'test/cluster/verify-rows.test.ts': 'one table of rows and what makes each fail',
};

/** Packages that more than one file imports, and why. */
const sharedPackages: Record<string, string> = {
  fflate: 'zip files of jobs and the directory of a workbook have little in common',
  undici: 'connections to clusters and requests to the web have little in common',
  zod: 'every reader of a kind of file has its schema',
};

test('sources and their imports are found', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(importsOf("import a from 'a';\nimport type { B } from '../b.ts';\nimport 'c';\nawait import('d');\n")).toEqual(
    [
      { from: 'a', isType: false },
      { from: '../b.ts', isType: true },
      { from: 'c', isType: false },
      { from: 'd', isType: false },
    ],
  );
  expect(
    importsOf("import {\n  a,\n  type B,\n} from './a.ts';\nexport * from './e.ts';\n").map(({ from }) => from),
  ).toEqual(['./a.ts', './e.ts']);
});

test('each package is imported by one file', () => {
  const importers = new Map<string, Set<string>>();
  for (const { path, imports } of sources.filter((source) => /^(scripts|tasks)\//.test(source.path)))
    for (const { from, isType } of imports) {
      if (isLocal(from) || isType || from.startsWith('node:')) continue;
      importers.set(packageOf(from), (importers.get(packageOf(from)) ?? new Set()).add(path));
    }
  const shared = [...importers]
    .filter(([name, files]) => files.size > 1 && !Object.hasOwn(sharedPackages, name))
    .map(([name, files]) => [name, ...files].join(' '));
  expect(importers.size).toBeGreaterThan(3);
  expect(shared).toEqual([]);
});

test('of zod, the bundle takes what is used: all of it has messages in fifty languages', () => {
  const whole = sources.filter(({ text }) => /import (?:type )?\{ z \} from 'zod'/.test(text));
  expect(whole.map(({ path }) => path)).toEqual([]);
});

test('sources are imported with their .ts', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ from }) => isLocal(from) && !/\.(ts|js)$/.test(from))
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

/** Where programs of GNU are there: nodes and packages of Debian. */
const onLinux = ['tasks/clusters/local/', 'tasks/clusters/minikube/none/', 'tasks/classroom/git.ts'];

test('commands on files are given in words that macOS has as well', () => {
  const long = sources
    .filter(({ path }) => path.startsWith('tasks/') && !onLinux.some((place) => path.startsWith(place)))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/'(cp|mv|rm|ln|mkdir|chmod|touch)', '(--[^']+)'/g)].map(([, ...words]) =>
        [path, ...words].join(' '),
      ),
    );
  expect(long).toEqual([]);
});

describe('files', () => {
  test('are at most 250 lines long, or state a reason', () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > 250).map(({ path }) => path);
    expect(long.sort()).toEqual(Object.keys(longFiles).sort());
  });

  test('say in their first line what they are', () => {
    const silent = sources
      .filter(({ path }) => !path.startsWith('test/'))
      .filter(({ path, text }) => !/^\/\/ \S/.test(text) && !isFrontEnd(path, text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('have no default export and re-export nothing', () => {
    const found = sources.filter(({ text }) => /^export (default\b|\*|\{[^}]*\} from)/m.test(text));
    // vitest takes a reporter by the default export of its file.
    expect(found.map(({ path }) => path)).toEqual(['test/outcome.ts']);
  });
});

/** The two lines of a verb's own script say what they are by themselves. */
const isFrontEnd = (path: string, text: string) => path.startsWith('scripts/') && text.trim().split('\n').length <= 3;
