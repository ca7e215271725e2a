// What keeps a local cluster from running, as its problems tell before anything is changed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { layoutOf, type NodeLayout } from '../../../../tasks/clusters/local/layout.ts';
import { networkClaim } from '../../../../tasks/clusters/local/network/networks.ts';
import { localProblems } from '../../../../tasks/clusters/local/problems.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { ownFolder } from '../../../own-folder.ts';
import { answering, profileWith, routesCommand, startLookalike } from './fixtures.ts';

const folder = ownFolder();
const mayMakeNamespaces = { 'unshare --mount --pid --fork true': '' };
const routes = (...dst: string[]) => ({
  [routesCommand]: JSON.stringify(dst.map((one) => ({ dst: one, dev: 'eth0' }))),
});

const problems = async (answers: Record<string, string>, ...sets: string[]) =>
  localProblems(await profileWith(...sets), answering(answers));

test('another operating system is a problem before anything else', async () => {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  onTestFinished(() => void Object.defineProperty(process, 'platform', own));
  Object.defineProperty(process, 'platform', { ...own, value: 'darwin' });
  expect(await problems({})).toEqual([
    'a local cluster needs Linux, this is darwin: use --profile context with an existing cluster',
  ]);
});

describe.skipIf(process.platform !== 'linux')('a machine', () => {
  test('that can run a node has no problem', async () =>
    expect(await problems({ ...mayMakeNamespaces, ...routes('10.0.0.0/8') })).toEqual([]));

  test('without the right to make namespaces has a profile to take in its place', async () => {
    const [problem, ...others] = await problems(routes());
    expect(problem).toMatch(/^a local cluster needs root, or sudo .*: use --profile context/);
    expect(others).toEqual([]);
  });

  test('that uses all ranges names what each network of the first meets, and the key to set', async () => {
    const all = ['198.18.0.0/15', '10.0.0.0/8', '172.16.0.0/12', '100.64.0.0/10'];
    const found = await problems({ ...mayMakeNamespaces, ...routes(...all) });
    expect(found).toEqual(
      [
        'local.nodeNetwork 198.18.0.0/24',
        'local.podSubnet 198.19.0.0/17',
        'local.serviceSubnet 198.19.128.0/20',
        'the outside network 198.18.255.0/24',
      ].map((one) => `${one} is in use on this machine (198.18.0.0/15): choose another local.range`),
    );
  });
});

describe.skipIf(process.platform !== 'linux')('a profile', () => {
  test('that asks for a network in use names the network in the way', async () => {
    const found = await problems({ ...mayMakeNamespaces, ...routes('10.9.0.0/16') }, 'local.nodeNetwork=10.9.8.0/24');
    expect(found).toEqual([
      expect.stringMatching(/^local\.nodeNetwork 10\.9\.8\.0\/24 is in use .*\(10\.9\.0\.0\/16\)/),
    ]);
  });

  test('cannot give nodes the network of the way out', async () => {
    const found = await problems({ ...mayMakeNamespaces, ...routes() }, 'local.nodeNetwork=198.18.255.0/24');
    expect(found).toEqual([expect.stringContaining('overlaps the outside network 198.18.255.0/24')]);
  });

  test('with a registry whose files are missing names both files', async () => {
    const credentials = { username: 'me', passwordFile: '/absent/password' };
    const registries = { 'docker.io': { endpoint: 'https://mirror:5000', ca: '/absent/ca.pem', credentials } };
    const file = join(folder, 'mirrored.yaml');
    writeFileSync(file, JSON.stringify({ local: { registries } }));
    const found = await localProblems(await readProfile(file, []), answering({ ...mayMakeNamespaces, ...routes() }));
    expect(found).toEqual([
      'local.registries docker.io: ca /absent/ca.pem: no such file',
      'local.registries docker.io: credentials.passwordFile /absent/password: no such file',
    ]);
  });

  test('has all its problems in one answer', async () => {
    const found = await problems(routes('10.9.8.0/24'), 'local.nodeNetwork=10.9.8.0/24', 'local.binaries=/absent');
    expect(found.map((line) => line.split(' ')[0])).toEqual(['a', 'local.binaries:', 'local.nodeNetwork']);
  });

  test.each([
    ['podSubnet', '10.8.0.0/16', ['10.8.4.0/22']],
    ['serviceSubnet', '10.8.0.0/16', ['10.0.0.0/8']],
  ])('whose %s %s is in use names the network in the way', async (key, network, dst) => {
    const found = await problems({ ...mayMakeNamespaces, ...routes(...dst) }, `local.${key}=${network}`);
    expect(found).toEqual([
      `local.${key} ${network} is in use on this machine (${dst}): choose another network, or remove the key`,
    ]);
  });

  test('cannot have a network that overlaps one of its range', async () => {
    const found = await problems({ ...mayMakeNamespaces, ...routes() }, 'local.serviceSubnet=198.19.64.0/20');
    expect(found).toEqual([
      'local.podSubnet 198.19.0.0/17 overlaps local.serviceSubnet 198.19.64.0/20: choose another network',
    ]);
  });

  const there = async (...sets: string[]) => {
    const layout = await layoutOf(await profileWith(...sets), answering({}));
    const { name, nodes, kubeconfig } = layout;
    for (const node of nodes) mkdirSync(node.folder, { recursive: true });
    await writeFiles([{ path: kubeconfig, content: '' }, networkClaim(name, layout)]);
    return layout;
  };

  test('whose cluster runs keeps its network, whatever else uses that now', async () => {
    const sets = ['clusterName=there', 'local.nodeNetwork=10.9.8.0/24'];
    const { nodes } = await there(...sets);
    const { end } = await startLookalike(nodes[0] as NodeLayout);
    const found = await problems({ ...mayMakeNamespaces, ...routes('10.9.8.0/24') }, ...sets);
    await end();
    expect(found).toEqual([]);
  });

  test('whose cluster is down may find its network in use', async () => {
    const sets = ['clusterName=down', 'local.nodeNetwork=10.7.8.0/24'];
    await there(...sets);
    expect(await problems({ ...mayMakeNamespaces, ...routes('10.7.0.0/16') }, ...sets)).toEqual([
      'cluster down is stopped, and its network 10.7.8.0/24 is in use (10.7.0.0/16): destroy that cluster first',
    ]);
  });

  test.each([
    ['nodeNetwork', '10.9.8.0/24', '198.18.0.0/24'],
    ['podSubnet', '10.8.0.0/16', '198.19.0.0/17'],
    ['serviceSubnet', '10.8.0.0/16', '198.19.128.0/20'],
    ['range', '10.88.0.0/16', '198.18.255.0/24'],
  ])('with another %s than its cluster was made with has to destroy the cluster first', async (key, wanted, made) => {
    await there('clusterName=fixed');
    const found = await problems({ ...mayMakeNamespaces, ...routes() }, 'clusterName=fixed', `local.${key}=${wanted}`);
    expect(found).toEqual([
      `local.${key} is ${wanted}, cluster fixed was created with ${made}: destroy that cluster first, or choose another clusterName`,
    ]);
    expect(await problems({ ...mayMakeNamespaces, ...routes() }, 'clusterName=fixed')).toEqual([]);
  });

  test('whose cluster exists with another number of nodes has to destroy the cluster first', async () => {
    await there('clusterName=grown', 'local.nodes=1');
    const found = await problems({ ...mayMakeNamespaces, ...routes() }, 'clusterName=grown', 'local.nodes=3');
    expect(found).toEqual([
      'local.nodes is 3, cluster grown was created with 1: set local.nodes=1, or choose another clusterName; to change the number, first remove the cluster: firesteel destroy',
    ]);
  });

  test('whose cluster was begun with more nodes cannot get fewer, one begun with fewer gets more', async () => {
    const begun = await layoutOf(await profileWith('clusterName=begun', 'local.nodes=2'), answering({}));
    for (const node of begun.nodes) mkdirSync(node.folder, { recursive: true });
    const found = (nodes: number) =>
      problems({ ...mayMakeNamespaces, ...routes() }, 'clusterName=begun', `local.nodes=${nodes}`);
    expect(await found(1)).toEqual([expect.stringMatching(/^local\.nodes is 1, cluster begun was created with 2: /)]);
    expect(await found(3)).toEqual([]);
  });

  test('whose name a cluster of another data folder has needs another, until the cluster is its own', async () => {
    const linkIsThere = { ...mayMakeNamespaces, ...routes(), 'ip link show fs-taken': '9: fs-taken: <BROADCAST,UP>' };
    expect(await problems(linkIsThere, 'clusterName=taken')).toEqual([
      'a cluster taken of another user or data folder runs on this machine (network link fs-taken): choose another clusterName',
    ]);
    await there('clusterName=taken');
    expect(await problems(linkIsThere, 'clusterName=taken')).toEqual([]);
  });
});
