// Where a local cluster is: names, addresses, and a network that nobody else uses.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  addressIn,
  isOverlapping,
  layoutOf,
  layoutOn,
  networkClaim,
  usedNetworks,
} from '../../../tasks/clusters/local/layout.ts';
import { writeFiles } from '../../../tasks/lib/files.ts';
import { ownFolder } from '../../own-folder.ts';
import { answering, clusterOf, profileWith } from './fixtures.ts';

const data = ownFolder();
const clusters = join(data, 'firesteel', 'clusters');

const routes = (...found: { dst: string; dev?: string }[]) => answering({ 'ip -json route': JSON.stringify(found) });

function claim(cluster: string, network: string): void {
  mkdirSync(join(clusters, cluster), { recursive: true });
  writeFileSync(join(clusters, cluster, 'node-network'), `${network}\n`);
}

afterEach(() => rmSync(clusters, { recursive: true, force: true }));

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
    });
    const row = (number: number) => ({
      number,
      name: `local-${number}`,
      address: `198.18.7.${number + 1}`,
      podCidr: `198.19.${number - 1}.0/24`,
      folder: join(clusters, 'local', 'nodes', String(number)),
      cgroup: `firesteel/local-${number}`,
    });
    expect(layout.nodes).toEqual([row(1), row(2), row(3)]);
  });

  test('a pod network that begins elsewhere is cut from its beginning', async () => {
    const profile = await profileWith('local.nodes=2', 'local.podSubnet=10.8.4.0/22');
    expect(layoutOn(profile, '198.18.7.0/24').nodes.map(({ podCidr }) => podCidr)).toEqual([
      '10.8.4.0/24',
      '10.8.5.0/24',
    ]);
  });

  test('name servers of the profile take the place of the built-in one', async () => {
    const profile = await profileWith('dns.upstream=[9.9.9.9,1.1.1.1]');
    expect(layoutOn(profile, '198.18.7.0/24').upstreamDns).toEqual(['9.9.9.9', '1.1.1.1']);
  });

  test.each([
    ['198.18.7.0/24', 2, '198.18.7.2'],
    ['10.0.0.0/8', 10, '10.0.0.10'],
    ['198.19.128.0/20', 1, '198.19.128.1'],
  ])('in %s number %i is %s', (network, last, address) => expect(addressIn(network, last)).toBe(address));
});

describe('the link', () => {
  const linkOf = async (name: string) => layoutOn(await profileWith(`clusterName=${name}`), '198.18.7.0/24').hostLink;

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

describe('networks overlap', () => {
  test.each([
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '11.0.0.0/8', false],
    ['198.18.0.0/24', '198.18.1.0/24', false],
    ['198.18.0.0/23', '198.18.1.0/24', true],
    ['198.18.0.0/24', '198.18.0.7', true],
    ['198.18.0.7', '198.18.0.8', false],
    ['0.0.0.0/0', '198.18.0.0/24', true],
    ['255.255.255.0/24', '127.0.0.0/8', false],
  ])('%s and %s: %s', (one, other, expected) => expect(isOverlapping(one, other)).toBe(expected));
});

describe('the node network', () => {
  test('is the first that neither the host routes to nor another cluster holds', async () => {
    claim('other', '198.18.1.0/24');
    const read = routes(
      { dst: 'default', dev: 'eth0' },
      { dst: '198.18.0.128/25', dev: 'eth0' },
      { dst: '198.18.2.9', dev: 'tun0' },
      { dst: '10.0.0.0/8', dev: 'eth0' },
    );
    expect((await layoutOf(await profileWith(), read)).nodeNetwork).toBe('198.18.3.0/24');
  });

  test("is not taken away by the cluster's own link", async () => {
    const read = routes({ dst: '198.18.0.0/24', dev: 'fs-local' });
    expect((await layoutOf(await profileWith(), read)).nodeNetwork).toBe('198.18.0.0/24');
  });

  test('is found on a machine that lacks ip', async () => {
    expect((await layoutOf(await profileWith(), answering({}))).nodeNetwork).toBe('198.18.0.0/24');
  });

  test("never is the one of the way out, the range's last", async () => {
    const taken = Array.from({ length: 254 }, (_, third) => ({ dst: `198.18.${third}.0/24`, dev: 'eth0' }));
    expect((await layoutOf(await profileWith(), routes(...taken))).nodeNetwork).toBe('198.18.254.0/24');
  });

  test("is the profile's if it names one", async () => {
    const profile = await profileWith('local.nodeNetwork=10.9.8.0/24');
    expect((await layoutOf(profile, answering({}))).nodeNetwork).toBe('10.9.8.0/24');
  });

  test('stays the claimed one, whatever routes and profile say', async () => {
    const profile = await profileWith();
    await writeFiles([networkClaim(layoutOn(profile, '198.18.9.0/24'))]);
    const read = routes({ dst: '198.18.9.0/24', dev: 'eth0' });
    expect((await layoutOf(profile, read)).nodeNetwork).toBe('198.18.9.0/24');
    const named = await profileWith('local.nodeNetwork=10.9.8.0/24');
    expect((await layoutOf(named, read)).nodeNetwork).toBe('198.18.9.0/24');
  });
});

test('a default route in two halves, as tunnels set it, uses no network', async () => {
  const read = routes({ dst: '0.0.0.0/1', dev: 'tun0' }, { dst: '128.0.0.0/1', dev: 'tun0' }, { dst: '10.8.0.0/24' });
  expect(await usedNetworks('local', read)).toEqual(['10.8.0.0/24']);
});
