// Where a local cluster is: names, addresses, folders.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { addressIn, layoutOf, layoutOn } from '../../../../tasks/clusters/local/layout.ts';
import { ownFolder } from '../../../own-folder.ts';
import { answering, clusterOf, networks, profileWith } from './fixtures.ts';

const data = ownFolder();
const clusters = join(data, 'firesteel', 'clusters');

describe('addresses', () => {
  test('host, nodes and pods of three nodes', async () => {
    const { layout } = await clusterOf(3);
    expect(layout).toMatchObject({
      name: 'local',
      folder: join(clusters, 'local'),
      hostAddress: '198.18.7.1',
      hostLink: 'fs-local',
      server: 'https://198.18.7.2:6443',
      kubeconfig: join(clusters, 'local', 'kubeconfig'),
      apiService: '198.19.128.1',
      dnsService: '198.19.128.10',
      upstreamDns: ['198.18.255.3'],
      resolver: { address: '198.18.7.254', port: 5318 },
    });
    const row = (number: number) => ({
      number,
      name: `local-${number}`,
      address: `198.18.7.${number + 1}`,
      podCidr: `198.19.${(number - 1) * 32}.0/19`,
      folder: join(clusters, 'local', 'nodes', String(number)),
      cgroup: `firesteel/local-${number}`,
    });
    expect(layout.nodes).toEqual([row(1), row(2), row(3)]);
  });

  test('a pod network that begins elsewhere is cut from its beginning', async () => {
    const profile = await profileWith('local.nodes=2');
    expect(layoutOn(profile, { ...networks(), podSubnet: '10.8.4.0/22' }).nodes.map(({ podCidr }) => podCidr)).toEqual([
      '10.8.4.0/23',
      '10.8.6.0/23',
    ]);
  });

  test.each([
    [1, '198.19.0.0/17', ['198.19.0.0/17']],
    [2, '198.19.0.0/17', ['198.19.0.0/18', '198.19.64.0/18']],
    [3, '10.9.8.7/16', ['10.9.0.0/18', '10.9.64.0/18', '10.9.128.0/18']],
    [2, '10.9.8.0/24', ['10.9.8.0/25', '10.9.8.128/25']],
  ])('%i nodes share the pod network %s', async (count, podSubnet, parts) => {
    const found = layoutOn(await profileWith(`local.nodes=${count}`), { ...networks(), podSubnet }).nodes;
    expect(found.map(({ podCidr }) => podCidr)).toEqual(parts);
  });

  test('name servers of the profile take the place of the built-in one', async () => {
    const profile = await profileWith('dns.upstream=[9.9.9.9,1.1.1.1]');
    expect(layoutOn(profile, networks()).upstreamDns).toEqual(['9.9.9.9', '1.1.1.1']);
  });

  test.each([
    ['198.18.7.0/24', 2, '198.18.7.2'],
    ['10.0.0.0/8', 10, '10.0.0.10'],
    ['198.19.128.0/20', 1, '198.19.128.1'],
  ])('in %s number %i is %s', (network, last, address) => expect(addressIn(network, last)).toBe(address));
});

describe('the link', () => {
  const linkOf = async (name: string) => layoutOn(await profileWith(`clusterName=${name}`), networks()).hostLink;

  test.each([
    ['a', 'fs-a'],
    ['twelve-chars', 'fs-twelve-chars'],
    ['thirteen-char', /^fs-[0-9a-f]{12}$/],
    ['a-name-of-forty-characters-is-the-longest', /^fs-[0-9a-f]{12}$/],
  ])('of %s has a name the kernel takes', async (name, expected) => {
    const link = await linkOf(name.slice(0, 40));
    expect(link).toMatch(expected);
    expect(Buffer.byteLength(link)).toBeLessThanOrEqual(15);
  });

  test('of two long names that begin alike is not the same', async () => {
    expect(await linkOf('statistics-course-2026-a')).not.toBe(await linkOf('statistics-course-2026-b'));
  });
});

describe('the nodes of a cluster', () => {
  beforeEach(() => rmSync(clusters, { recursive: true, force: true }));
  const nodes = async (asked: number) =>
    (await layoutOf(await profileWith(`local.nodes=${asked}`), answering({}))).nodes.map(({ number }) => number);
  const have = (...names: string[]) => {
    for (const name of names) mkdirSync(join(clusters, 'local', 'nodes', name), { recursive: true });
  };

  test('are those that the profile asks for if there is none yet', async () => expect(await nodes(2)).toEqual([1, 2]));

  test('are those with a folder once it is made, whatever the profile asks for', async () => {
    have('1', '2', '3', 'notes');
    writeFileSync(join(clusters, 'local', 'kubeconfig'), '');
    expect(await nodes(1)).toEqual([1, 2, 3]);
    expect(await nodes(9)).toEqual([1, 2, 3]);
  });

  test('are both until its creation is complete', async () => {
    have('1', '2');
    expect(await nodes(1)).toEqual([1, 2]);
    expect(await nodes(3)).toEqual([1, 2, 3]);
  });
});
