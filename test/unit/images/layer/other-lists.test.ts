// Lists of packages that other programs write: each is refused with one line that says how to write one for pip.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRequirements } from '../../../../tasks/images/layer/requirements.ts';

const folder = mkdtempSync(join(tmpdir(), 'firesteel-lists-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each<[name: string, text: string, problem: string]>([
  ['environment.yml', 'name: x\ndependencies:\n  - six=1.16\n', 'a file of conda, not a requirements file; write one'],
  ['spec.txt', '# platform: linux-64\nsix=1.16.0=py_0\nxz=5=h_1\n', 'a list of conda, not a requirements file'],
  ['explicit.txt', '# platform: linux-64\n@EXPLICIT\nhttps://x.org/six-1.16.0.conda\n', 'a list of conda'],
  ['shown.txt', '# packages in environment at /opt/conda:\n#\nsix   1.16.0   py_0\n', 'pip list --format=freeze'],
  ['table.txt', 'Package    Version\n---------- -------\nsix        1.16.0\n', 'a table, not a requirements file'],
  [
    'pyproject.toml',
    '[project]\ndependencies = ["six"]\n',
    'write a list for pip: pip-compile, uv export or poetry export',
  ],
  ['Pipfile', '[packages]\nsix = "*"\n', 'pipenv requirements'],
  ['poetry.lock', '[[package]]\nname = "six"\n', 'poetry export'],
  ['uv.lock', 'version = 1\n', 'uv export'],
])('%s', (name, text, problem) => {
  writeFileSync(join(folder, name), text);
  const found = readRequirements([`-r ${name}`], folder);
  expect(found.lines).toEqual([]);
  expect(found.problems).toEqual([expect.stringContaining(problem)]);
  expect(found.problems.join()).toContain(join(folder, name));
});

test.each(['own.txt', 'requirements.lock', 'requirements.in'])(
  '%s, with a comment about an environment, is one of pip',
  (name) => {
    writeFileSync(join(folder, name), '# platform linux\n# made by pip freeze in environment x\nsix\n');
    expect(readRequirements([`-r ${name}`], folder)).toMatchObject({ lines: ['six'], problems: [] });
  },
);
