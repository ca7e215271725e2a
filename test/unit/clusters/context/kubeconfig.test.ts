// What about a context profile's kubeconfig cannot work: each fault has its line, before anything is asked.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contextProblems, contextSource } from '../../../../tasks/clusters/context/kubeconfig.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'fs-context-'));
const before = { HOME: process.env['HOME'], KUBECONFIG: process.env['KUBECONFIG'] };
const usual = join(folder, '.kube', 'config');
const other = join(folder, 'other');

const text = `apiVersion: v1
kind: Config
current-context: production
clusters: [{ name: c, cluster: { server: https://127.0.0.1:1 } }]
users: [{ name: u, user: { token: t } }]
contexts:
  - { name: production, context: { cluster: c, user: u } }
  - { name: sandbox, context: { cluster: c, user: u } }
  - { name: no-cluster, context: { cluster: gone, user: u } }
  - { name: nothing, context: { cluster: gone, user: away } }
  - { name: proxy, context: { cluster: c } }
  - { name: quiet, context: { cluster: c, user: "" } }
  - { name: bare, context: { user: u } }
`;

beforeAll(() => {
  mkdirSync(join(folder, '.kube'));
  writeFileSync(usual, text);
  writeFileSync(other, text.replaceAll('sandbox', 'elsewhere'));
  writeFileSync(join(folder, 'broken'), 'contexts: [\n  - {');
  writeFileSync(join(folder, 'empty'), '');
});

beforeEach(() => {
  process.env['HOME'] = folder;
  delete process.env['KUBECONFIG'];
});

afterAll(() => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(folder, { recursive: true });
});

const problems = async (...sets: string[]) =>
  contextProblems(await readProfile('context', sets)).map((line) => line.replaceAll(`${folder}/`, '~/'));

const has = 'it has production, sandbox, no-cluster, nothing, proxy, quiet, bare';

test.each([
  ['a context that is there', ['context.context=sandbox'], []],
  [
    'none, though the file has a current one',
    [],
    [`context.context is not set: name the kubeconfig context to use (~/.kube/config: ${has})`],
  ],
  [
    'one that is almost there',
    ['context.context=sandbx'],
    [`kubeconfig ~/.kube/config has no context "sandbx"; did you mean "sandbox"? (${has})`],
  ],
  ['one that is not', ['context.context=x'], [`kubeconfig ~/.kube/config has no context "x" (${has})`]],
  [
    'one of a cluster that the file lacks',
    ['context.context=no-cluster'],
    ['cluster "gone" of context "no-cluster" is not in ~/.kube/config'],
  ],
  [
    'one of neither cluster nor user',
    ['context.context=nothing'],
    [
      'cluster "gone" of context "nothing" is not in ~/.kube/config',
      'user "away" of context "nothing" is not in ~/.kube/config',
    ],
  ],
  ['one without a user, as of kubectl proxy', ['context.context=proxy'], []],
  ['one whose user has no name', ['context.context=quiet'], []],
  ['one without a cluster', ['context.context=bare'], ['context "bare" of ~/.kube/config names no cluster']],
  [
    'a file that is not there',
    ['context.context=a', `context.kubeconfig=${folder}/absent`],
    ['kubeconfig ~/absent: no such file'],
  ],
  [
    'a file without contexts',
    ['context.context=a', `context.kubeconfig=${folder}/empty`],
    ['kubeconfig ~/empty has no context "a" (it has none)'],
  ],
])('%s', async (_, sets, expected) => expect(await problems(...sets)).toEqual(expected));

test('a file that is not YAML is reported with its place', async () => {
  const [problem] = await problems('context.context=a', `context.kubeconfig=${folder}/broken`);
  expect(problem).toMatch(/^kubeconfig ~\/broken:\d+:\d+: /);
});

test('a missing context and a missing file are two lines', async () => {
  process.env['HOME'] = join(folder, 'nobody');
  expect(await problems()).toEqual([
    'context.context is not set: name the kubeconfig context to use',
    'kubeconfig ~/nobody/.kube/config: no such file: set context.kubeconfig to the file to use',
  ]);
});

test('a context in a later file of $KUBECONFIG is reported with that file', async () => {
  process.env['KUBECONFIG'] = `${usual}:${other}`;
  expect(await problems('context.context=elsewhere')).toEqual([
    `kubeconfig ~/.kube/config has no context "elsewhere"; ~/other has it: set context.kubeconfig (${has})`,
  ]);
});

test.each([
  ['nothing', true, 'user "away" of context "nothing" is not in ~/.kube/config; ~/parts has it'],
  ['nothing', false, 'user "away" of context "nothing" is not in ~/.kube/config'],
])('a user of context %s in another file of $KUBECONFIG: %s', async (context, isListed, expected) => {
  writeFileSync(join(folder, 'parts'), 'users: [{ name: away, user: {} }]\nclusters: [{ name: gone, cluster: {} }]\n');
  if (isListed) process.env['KUBECONFIG'] = `${usual}:${join(folder, 'parts')}`;
  const cure = `: kubectl config view --flatten --minify --context=${context} > FILE, then set context.kubeconfig to FILE`;
  const found = await problems(`context.context=${context}`);
  expect(found).toEqual([expect.stringMatching(/^cluster "gone"/), `${expected}${isListed ? cure : ''}`]);
});

test('the file is the profile’s, else the first of $KUBECONFIG, else the usual one', async () => {
  const path = async (...sets: string[]) =>
    contextSource(await readProfile('context', ['context.context=sandbox', ...sets])).path;
  expect(await path()).toBe(usual);
  process.env['KUBECONFIG'] = `${other}:${usual}`;
  expect(await path()).toBe(other);
  expect(await path('context.kubeconfig=/a')).toBe('/a');
});

test('a profile without a context is refused, whatever the file’s current one is', async () => {
  const profile = await readProfile('context', []);
  expect(() => contextSource(profile)).toThrow('context.context is not set');
});
