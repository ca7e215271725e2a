// Clusters of different kinds with one name: the later one is refused, and destroy leaves the files of the other.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { downSteps as gkeDown } from '../../../tasks/clusters/gke/down.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { localStatus } from '../../../tasks/clusters/local/status.ts';
import { namesakes } from '../../../tasks/clusters/namesakes.ts';
import { createFileVerbs, writeFiles } from '../../../tasks/core/files/changes.ts';
import { dataPath } from '../../../tasks/core/paths.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { type ClusterKind, profileSchema } from '../../../tasks/profile/schema.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { ownFolderOfEach } from '../../own-folder.ts';

ownFolderOfEach();

const kinds = ['local', 'minikube', 'kind', 'gke', 'digitalocean'] as const;
const at = (file: string) => dataPath('clusters', 'school', file);
const put = (files: Record<string, string>) =>
  writeFiles(Object.entries(files).map(([file, content]) => ({ path: at(file), content })));
const named = (name: string) => `current-context: ${name}\n`;
const local = { 'node-network': '198.18.7.0/24', 'nodes/1/volumes': '', kubeconfig: named('school') };

const files: [ClusterKind, Record<string, string>][] = [
  ['local', local],
  ['local', { 'node-network': '198.18.7.0/24' }],
  ['minikube', { 'minikube.json': '{}', kubeconfig: named('school') }],
  ['kind', { 'kind.json': '{}', kubeconfig: named('kind-school') }],
  ['gke', { kubeconfig: named('gke_spark-class_europe-west1-b_school') }],
  ['gke', { 'operation.json': '{}' }],
  ['digitalocean', { kubeconfig: named('do-fra1-school') }],
];

test.each(files)('the name of a cluster of kind %s is refused to every other kind: %j', async (kind, content) => {
  await put(content);
  const what = kind === 'local' ? 'a local cluster' : `a cluster of kind ${kind}`;
  for (const cluster of kinds)
    expect([cluster, namesakes({ cluster, clusterName: 'school' })]).toEqual([
      cluster,
      cluster === kind ? [] : [`cluster school is ${what}: choose another clusterName, or destroy that cluster first`],
    ]);
});

test('a local cluster with a name as in contexts of a cloud is no namesake of itself', async () => {
  await writeFiles([{ path: dataPath('clusters', 'do-x', 'kubeconfig'), content: named('do-x') }]);
  expect(namesakes({ cluster: 'local', clusterName: 'do-x' })).toEqual([]);
});

test.each(['local', 'gke', 'digitalocean'] as const)('the preflights of %s look for namesakes', async (cluster) => {
  await put({ 'kind.json': '{}' });
  const check = clusters[cluster].preflights.find(({ name }) => name === 'cluster-name');
  const profile = { ...profileSchema.parse({ cluster, clusterName: 'school' }), name: 'x' };
  const read = async () => Promise.reject(new Error('nothing is there'));
  expect(await check?.problems(profile as never, read)).toEqual([expect.stringContaining('is a cluster of kind kind')]);
});

const context = { ...createFileVerbs(), read: async () => '' } as unknown as Context;
const perform = async (step: SingleStep) => {
  const reason = await step.skip?.(context);
  if (!reason) await step.run(context, { line: () => {} });
  return reason;
};
const gke = await readProfile('gke', ['gke.project=spark-class', 'clusterName=school']);
const digitalocean = await readProfile('digitalocean', ['clusterName=school']);
const lastOf = (steps: unknown[]) => steps.at(-1) as SingleStep;
const removals: [string, () => SingleStep, string][] = [
  ['gke', () => lastOf(gkeDown(gke)), named('gke_spark-class_europe-west1-b_school')],
  ['digitalocean', () => lastOf(clusters.digitalocean.down(digitalocean)), named('do-fra1-school')],
];

test.each(removals)('destroy of %s leaves a local cluster of that name', async (_, step) => {
  await put(local);
  expect(await perform(step())).toMatch(/^there (are none|is no kubeconfig)$/);
  for (const file of Object.keys(local)) expect([file, existsSync(at(file))]).toEqual([file, true]);
});

test('destroy of gke removes its operation, and leaves the kubeconfig of a local cluster', async () => {
  await put({ ...local, 'operation.json': '{}' });
  await perform(lastOf(gkeDown(gke)));
  expect([existsSync(at('operation.json')), existsSync(at('kubeconfig'))]).toEqual([false, true]);
});

test.each(removals)('destroy of %s removes its kubeconfig, and then the empty folder', async (_, step, kubeconfig) => {
  await put({ kubeconfig, 'kubeconfig.lock': '' });
  expect(await perform(step())).toBe(false);
  expect(existsSync(dataPath('clusters', 'school'))).toBe(false);
});

test.each(removals)('destroy of %s leaves files that it does not know', async (_, step, kubeconfig) => {
  await put({ kubeconfig, notes: '' });
  await perform(step());
  expect([existsSync(at('notes')), existsSync(at('kubeconfig'))]).toEqual([true, false]);
});

test('a local profile neither shows nor destroys a cluster of another kind', async () => {
  const profile = await readProfile('local', ['clusterName=school']);
  await put({ kubeconfig: named('gke_spark-class_europe-west1-b_school') });
  const read = async ([program]: readonly string[]) => (program === 'sh' ? 'yes' : '');
  expect(await localStatus(profile, { read })).toMatchObject({ state: 'absent' });
  expect(await perform(lastOf(clusters.local.down(profile)))).toBe('a cluster of another kind has the folder');
});
