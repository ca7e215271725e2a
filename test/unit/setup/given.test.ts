// What files and flags answer before the first question.
import { expect, test } from 'vitest';
import { readProfile } from '../../../tasks/profile/read.ts';
import { checkDraft } from '../../../tasks/setup/draft.ts';
import { fileText, placeOf } from '../../../tasks/setup/file.ts';
import { readTree, takeFile } from '../../../tasks/setup/given.ts';
import { ownFiles } from '../own-files.ts';
import { draftOf } from './machine.ts';

const { put } = ownFiles();

test.each([
  'classroom:\n  seat:\n    cores: 1\n',
  'spark:\n  version: 3.5.7\n  conf:\n    spark.executor.instances: 2\n    spark.dynamicAllocation.enabled: false\n',
])('a file may have a text without quotes, which stays: %j', async (text) => {
  const path = put('lab.yaml', text);
  const draft = draftOf('local');
  takeFile(draft, await readTree(path, text));
  expect(checkDraft(draft).problems).toEqual([]);
  expect(fileText(draft, placeOf(path), text)).toBe(text);
});

const gke = 'cluster: gke\ngke:\n  project: spark-school\n';
const vm = 'cluster: minikube\nminikube:\n  driver: kvm2\n';

test.each([
  ['minikube-none', 'cluster: minikube\nminikube:\n  driver: docker\n', 'minikube', { driver: 'none' }],
  ['minikube-vm', vm, 'minikube', { driver: 'kvm2' }],
  ['minikube-docker', vm, 'minikube', { driver: 'docker' }],
  ['gke', `${gke}  mode: autopilot\n`, 'gke', { mode: 'standard', project: 'spark-school' }],
  ['gke-autopilot', `${gke}  mode: standard\n`, 'gke', { mode: 'autopilot', project: 'spark-school' }],
  ['local', gke, 'local', { nodes: 1 }],
] as const)('--kind %s wins over a file with %j', async (kind, text, block, values) => {
  const path = put('lab.yaml', text);
  const tree = await readTree(path, text);
  const byAnswers = draftOf(kind);
  takeFile(byAnswers, tree);
  for (const [draft, before] of [[byAnswers, undefined] as const, [draftOf(kind, tree), text] as const]) {
    const { profile, problems } = checkDraft(draft);
    expect(problems).toEqual([]);
    expect(profile[block]).toMatchObject(values);
    const written = put('written.yaml', fileText(draft, placeOf(path), before));
    expect((await readProfile(written, []))[block]).toMatchObject(values);
  }
});

test('the same kind of cluster leaves a default that a file says', async () => {
  const text = `${gke}  mode: standard\n`;
  const draft = draftOf('gke', await readTree(put('lab.yaml', text), text));
  expect(fileText(draft, placeOf('lab.yaml'), text)).toBe(text);
});
