// The networks of a local cluster: free ones by themselves, those of the profile, and those it was made with.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { layoutNow, layoutOf } from '../../../../../tasks/clusters/local/layout.ts';
import {
  holdNetwork,
  isOverlapping,
  networkClaim,
  usedNetworks,
} from '../../../../../tasks/clusters/local/network/networks.ts';
import { writeFiles } from '../../../../../tasks/core/files/changes.ts';
import { projectPath } from '../../../../../tasks/core/paths.ts';
import type { Exec } from '../../../../../tasks/core/types.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { answering, networks, profileWith, routesCommand } from '../fixtures.ts';

const data = ownFolder();
const clusters = join(data, 'firesteel', 'clusters');
afterEach(() => rmSync(clusters, { recursive: true, force: true }));

interface Route {
  dst: string;
  dev?: string;
  table?: string;
}

/** A machine with these routes, whose resolver has these addresses for a name outside, and is this file. */
const machine = (found: Route[], names = '', resolver = '') =>
  answering({
    [routesCommand]: JSON.stringify(found),
    'timeout 2 getent ahostsv4 example.com': names,
    'cat /etc/resolv.conf': resolver,
  });

const chosen = async (
  found: Route[],
  { sets = [], names, resolver }: { sets?: string[]; names?: string; resolver?: string } = {},
) => {
  const { nodeNetwork, podSubnet, serviceSubnet, outsideNetwork } = await layoutOf(
    await profileWith(...sets),
    machine(found, names, resolver),
  );
  return { nodeNetwork, podSubnet, serviceSubnet, outsideNetwork };
};

function claim(cluster: string, network: string): void {
  mkdirSync(join(clusters, cluster), { recursive: true });
  writeFileSync(join(clusters, cluster, 'node-network'), `${network}\n`);
}

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

describe('a profile that names no network gets', () => {
  test('those of the range for benchmarks, with the first free /24 for nodes', async () => {
    claim('other', '198.18.1.0/24');
    const found = [
      { dst: 'default', dev: 'eth0' },
      { dst: '198.18.0.0/24', dev: 'fs-one' },
      { dst: '10.0.0.0/8', dev: 'eth0' },
    ];
    expect(await chosen(found)).toEqual(networks('198.18.2.0/24'));
  });

  test('those of another range on a machine where a proxy uses a part of that one', async () => {
    const second = {
      nodeNetwork: '10.198.0.0/24',
      podSubnet: '10.199.0.0/17',
      serviceSubnet: '10.199.128.0/20',
      outsideNetwork: '10.198.255.0/24',
    };
    expect(await chosen([{ dst: '198.18.0.0/16', dev: 'tun0' }])).toEqual(second);
    expect(await chosen([{ dst: '198.18.0.0/30', dev: 'Meta' }])).toEqual(second);
    expect(await chosen([{ dst: '198.19.7.9', dev: 'Meta', table: '2022' }])).toEqual(second);
    expect(await chosen([], { names: '198.18.0.42  STREAM example.com\n198.18.0.42  DGRAM\n' })).toEqual(second);
  });

  test('those of another range where a name server or a proxy is in that one', async () => {
    const second = { nodeNetwork: '10.198.0.0/24' };
    expect(await chosen([], { resolver: 'nameserver fd00::1\nnameserver 198.18.0.2\n' })).toMatchObject(second);
    vi.stubEnv('HTTPS_PROXY', 'http://198.19.0.1:3128');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await chosen([])).toMatchObject(second);
  });

  test('those of the same range though a proxy listens at the end of a link to nodes', async () => {
    claim('other', '198.18.1.0/24');
    vi.stubEnv('HTTPS_PROXY', 'http://198.18.1.1:3128');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await chosen([])).toMatchObject({ nodeNetwork: '198.18.0.0/24' });
    expect(await usedNetworks('other', 'fs-other', machine([]))).toEqual([]);
  });

  test('those of the first range beside the many wide routes of a tunnel', async () => {
    const wide = ['0.0.0.0/1', '128.0.0.0/3', '160.0.0.0/5', '196.0.0.0/6', '198.0.0.0/7'];
    expect(await chosen(wide.map((dst) => ({ dst, dev: 'wg0' })))).toMatchObject({ nodeNetwork: '198.18.0.0/24' });
  });

  test('those of a third range where a VPN has all of the second', async () => {
    const found = [
      { dst: '198.18.0.0/15', dev: 'tun0' },
      { dst: '10.0.0.0/8', dev: 'wg0', table: '51820' },
    ];
    expect(await chosen(found)).toMatchObject({ nodeNetwork: '172.30.0.0/24', podSubnet: '172.31.0.0/17' });
  });

  test('the network of the cluster’s present link again', async () => {
    expect(await chosen([{ dst: '198.18.0.0/24', dev: 'fs-local' }])).toEqual(networks('198.18.0.0/24'));
  });

  test('those of the first range on a machine that lacks ip', async () => {
    const { nodeNetwork } = await layoutOf(await profileWith(), answering({}));
    expect(nodeNetwork).toBe('198.18.0.0/24');
  });

  test("never the network of the way out, the last of the range's lower half", async () => {
    const taken = Array.from({ length: 254 }, (_, third) => ({ dst: `198.18.${third}.0/24`, dev: `fs-${third}` }));
    expect(await chosen(taken)).toMatchObject({ nodeNetwork: '198.18.254.0/24', outsideNetwork: '198.18.255.0/24' });
  });
});

test('two runs side by side bring up clusters on different networks', async () => {
  const [first, second] = ['10.231.0.0/24', '10.231.1.0/24'];
  const holder = `
    import { holdNetwork } from '${projectPath('tasks', 'clusters', 'local', 'network', 'networks.ts')}';
    await holdNetwork('${first}');
    process.stdout.write('held');
    setInterval(() => {}, 1000);
  `;
  const child = spawn('node', ['--import', 'tsx', '--input-type=module', '--eval', holder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const read: Exec = async ([program, ...words]) => (program === 'cat' ? readFileSync(`${words}`, 'utf8') : '');
  const profile = await profileWith('local.range=10.231.0.0/16');
  const nextNetwork = async (layout = layoutNow) => (await layout(profile, read)).nodeNetwork;
  expect(await holdNetwork(first)).toBe(`process ${child.pid}`);
  expect(await nextNetwork()).toBe(second);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await nextNetwork(layoutOf), 'one choice for a run').toBe(second);
  expect(await nextNetwork()).toBe(first);
  expect(await nextNetwork(layoutOf)).toBe(first);
}, 30_000);

describe('a profile', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/24', '10.128.0.0/10', '10.192.0.0/20', '10.127.255.0/24'],
    ['10.88.0.0/16', '10.88.0.0/24', '10.88.128.0/18', '10.88.192.0/20', '10.88.127.0/24'],
    ['192.168.64.0/18', '192.168.64.0/24', '192.168.96.0/20', '192.168.112.0/20', '192.168.95.0/24'],
  ])('sets all networks by the range %s', async (range, nodeNetwork, podSubnet, serviceSubnet, outsideNetwork) =>
    expect(await chosen([{ dst: '198.18.0.0/16' }], { sets: [`local.range=${range}`] })).toEqual({
      nodeNetwork,
      podSubnet,
      serviceSubnet,
      outsideNetwork,
    }),
  );

  test('sets each network by its own key', async () => {
    const sets = ['local.nodeNetwork=10.9.8.0/24', 'local.podSubnet=10.8.0.0/16', 'local.serviceSubnet=10.7.0.0/16'];
    expect(await chosen([], { sets })).toEqual({
      nodeNetwork: '10.9.8.0/24',
      podSubnet: '10.8.0.0/16',
      serviceSubnet: '10.7.0.0/16',
      outsideNetwork: '198.18.255.0/24',
    });
  });

  test('changes nothing about a cluster that was made with others', async () => {
    const made = { ...networks('10.88.9.0/24'), podSubnet: '10.89.0.0/17', outsideNetwork: '10.88.255.0/24' };
    await writeFiles([networkClaim('local', made)]);
    const sets = ['local.nodeNetwork=10.9.8.0/24', 'local.range=172.16.0.0/15'];
    expect(await chosen([{ dst: '10.88.9.0/24', dev: 'eth0' }], { sets })).toEqual(made);
  });
});

test('a default route in two halves, as tunnels set it, counts as no used network', async () => {
  const read = machine([
    { dst: '0.0.0.0/1', dev: 'tun0' },
    { dst: '128.0.0.0/1', dev: 'tun0' },
    { dst: '10.8.0.0/24' },
  ]);
  expect(await usedNetworks('local', 'fs-local', read)).toEqual([{ network: '10.8.0.0/24', isOurs: false }]);
});
