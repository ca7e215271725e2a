// What keeps a local cluster from running, as its problems tell before anything is changed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../tasks/clusters/local/layout.ts';
import { localProblems } from '../../../tasks/clusters/local/problems.ts';
import { ownFolder } from '../../own-folder.ts';
import { answering, profileWith } from './fixtures.ts';

ownFolder();
const mayMakeNamespaces = { 'unshare --mount --pid --fork true': '' };
const routes = (...dst: string[]) => ({
  'ip -json route': JSON.stringify(dst.map((one) => ({ dst: one, dev: 'eth0' }))),
});

const problems = async (answers: Record<string, string>, ...sets: string[]) =>
  localProblems(await profileWith(...sets), answering(answers));

describe.skipIf(process.platform !== 'linux')('a machine', () => {
  test('that can run a node has no problem', async () =>
    expect(await problems({ ...mayMakeNamespaces, ...routes('10.0.0.0/8') })).toEqual([]));

  test('without the right to make namespaces is told which profile to take', async () => {
    const [problem, ...others] = await problems(routes());
    expect(problem).toMatch(/^a local cluster needs root, or sudo .*: take --profile context/);
    expect(others).toEqual([]);
  });

  test('without a free network is told to choose one', async () => {
    const found = await problems({ ...mayMakeNamespaces, ...routes('198.18.0.0/15') });
    expect(found).toEqual([
      expect.stringMatching(/^local\.nodeNetwork 198\.18\.0\.0\/24 is in use .*198\.18\.0\.0\/15/),
    ]);
  });
});

describe.skipIf(process.platform !== 'linux')('a profile', () => {
  test('that asks for a network in use is told by what', async () => {
    const found = await problems({ ...mayMakeNamespaces, ...routes('10.9.0.0/16') }, 'local.nodeNetwork=10.9.8.0/24');
    expect(found).toEqual([
      expect.stringMatching(/^local\.nodeNetwork 10\.9\.8\.0\/24 is in use .*\(10\.9\.0\.0\/16\)/),
    ]);
  });

  test('whose network is the one of the way out is told so', async () => {
    const found = await problems({ ...mayMakeNamespaces, ...routes() }, 'local.nodeNetwork=198.18.255.0/24');
    expect(found).toEqual([expect.stringContaining('overlaps the way out 198.18.255.0/24')]);
  });

  test('has all its problems told at once', async () => {
    const found = await problems(routes('10.9.8.0/24'), 'local.nodeNetwork=10.9.8.0/24', 'local.binaries=/absent');
    expect(found.map((line) => line.split(' ')[0])).toEqual(['a', 'local.binaries:', 'local.nodeNetwork']);
  });

  const there = async (...sets: string[]) => {
    const { nodes, kubeconfig } = await layoutOf(await profileWith(...sets), answering({}));
    for (const node of nodes) mkdirSync(node.folder, { recursive: true });
    writeFileSync(kubeconfig, '');
  };

  test('whose cluster exists keeps its network, whatever else uses that now', async () => {
    const sets = ['clusterName=there', 'local.nodeNetwork=10.9.8.0/24'];
    await there(...sets);
    expect(await problems({ ...mayMakeNamespaces, ...routes('10.9.8.0/24') }, ...sets)).toEqual([]);
  });

  test('whose cluster exists with another number of nodes is told to destroy it first', async () => {
    await there('clusterName=grown', 'local.nodes=1');
    const found = await problems({ ...mayMakeNamespaces, ...routes() }, 'clusterName=grown', 'local.nodes=3');
    expect(found).toEqual([
      expect.stringMatching(/^local\.nodes is 3, cluster grown was made with 1: destroy it first/),
    ]);
  });
});
