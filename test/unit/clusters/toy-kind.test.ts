// A new kind of cluster: one folder, its block, and a line wherever the types ask for one. A copy of the project gets a toy.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';

const copy = mkdtempSync(join(tmpdir(), 'fs-toy-'));
afterAll(() => rmSync(copy, { recursive: true }));

const folder = {
  'tasks/clusters/toy/cluster.ts': `// A cluster of wooden blocks.
import { dataPath } from '../../core/paths.ts';
import type { Cluster } from '../../steps/cluster.ts';

export const toy: Cluster = {
  tools: () => [],
  preflights: [],
  kubeconfig: ({ clusterName }) => ({ path: dataPath('clusters', clusterName, 'kubeconfig'), context: clusterName }),
  status: async ({ profile }) => ({
    state: 'absent',
    detail: \`\${profile.toy.blocks} blocks lie in their box\`,
    components: [],
  }),
  up: ({ toy }) => [{ title: \`Put \${toy.blocks} blocks on each other\`, run: async () => {} }],
  down: () => [{ title: 'Put the blocks in their box', skip: () => 'they are in their box', run: async () => {} }],
  publish: () => [],
};
`,
  'tasks/clusters/toy/setup.ts': `// Wooden blocks in the set-up wizard.
import type { SetupKind } from '../../steps/setup.ts';

export const toySetup: SetupKind = {
  offers: () => [{ name: 'toy', title: 'Toy', fit: 'ready', reason: 'blocks are here', values: { cluster: 'toy' } }],
  questions: [],
};
`,
  'profiles/toy.yaml': 'cluster: toy\ntoy:\n  blocks: 4\n',
};

/** Lines in files of all kinds: what stands there, and what stands behind it with the toy. */
const lines: [file: string, before: string, after: string][] = [
  ['tasks/profile/schema.ts', "clusterKinds = ['local', ", "clusterKinds = ['toy', 'local', "],
  [
    'tasks/profile/schema.ts',
    '  local: local.prefault({})',
    "  toy: z.strictObject({ blocks: z.int().default(3) }).prefault({}).describe('Settings of cluster: toy.'),\n  local: local.prefault({})",
  ],
  [
    'tasks/clusters/index.ts',
    "import { local } from './local/cluster.ts';",
    "import { local } from './local/cluster.ts';\nimport { toy } from './toy/cluster.ts';",
  ],
  ['tasks/clusters/index.ts', '  local,\n', '  local,\n  toy,\n'],
  [
    'tasks/clusters/offers.ts',
    "import { localSetup } from './local/setup.ts';",
    "import { localSetup } from './local/setup.ts';\nimport { toySetup } from './toy/setup.ts';",
  ],
  ['tasks/clusters/offers.ts', '  local: localSetup,', '  toy: toySetup,\n  local: localSetup,'],
];

function addToy(): void {
  for (const name of ['scripts', 'tasks', 'profiles', 'test/unit/clusters/index.test.ts', 'test/dry-run.ts'])
    cpSync(projectPath(name), join(copy, name), { recursive: true });
  for (const name of ['docker', 'templates', 'node_modules']) symlinkSync(projectPath(name), join(copy, name));
  for (const name of ['package.json', 'tsconfig.json']) cpSync(projectPath(name), join(copy, name));
  mkdirSync(join(copy, 'tasks', 'clusters', 'toy'));
  for (const [path, text] of Object.entries(folder)) writeFileSync(join(copy, path), text);
  for (const [path, before, after] of lines) {
    const text = readFileSync(join(copy, path), 'utf8');
    expect(text.split(before), `${path} has ${before} once`).toHaveLength(2);
    writeFileSync(join(copy, path), text.replace(before, after));
  }
}

/** What a program of node_modules prints in the copy. It fails with what it printed. */
async function inCopy(program: string, ...words: string[]): Promise<string> {
  const path = join(copy, 'node_modules', '.bin', program);
  const env = { ...process.env, NO_COLOR: '1', VITEST: undefined };
  const { stdout } = await promisify(execFile)(path, words, { cwd: copy, env }).catch((error) => {
    throw new Error(`${program}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

test('a kind is a folder, its block and its lines: types fit, and the contract holds', {
  timeout: 300_000,
}, async () => {
  addToy();
  const [, report] = await Promise.all([
    inCopy('tsc', '--project', copy),
    inCopy('vitest', 'run', '--root', copy, '--reporter', 'verbose', '-t', 'toy|every kind'),
  ]);
  expect(report).toMatch(/✓ .*every kind has a profile that ships/);
  expect(report).toMatch(/✓ .*toy > titles of steps are at most 50 characters/);
  expect(report).toMatch(/✓ .*toy > destroying a missing cluster changes nothing/);
  expect(report).not.toMatch(/^\s*[×✗]/m);
});
