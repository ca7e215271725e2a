// The files that the programs of a node read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { layoutOn } from '../../../../../tasks/clusters/local/layout.ts';
import { configurationFiles, proxyNotes } from '../../../../../tasks/clusters/local/node/configuration.ts';
import {
  auditPolicy,
  cniConfiguration,
  containerdToml,
  kubeletConfiguration,
  kubeProxyConfiguration,
} from '../../../../../tasks/clusters/local/node/settings.ts';
import { createExec } from '../../../../../tasks/core/exec.ts';
import { writeFiles } from '../../../../../tasks/core/files/changes.ts';
import { loopbackNamesIn } from '../../../../../tasks/core/network/proxy.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { abilities, clusterOf, networks, profileWith } from '../fixtures.ts';

const data = ownFolder();
const exec = createExec(new AbortController().signal);
const { layout, first, last } = await clusterOf(2);
const { local } = await profileWith();

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'])
    for (const spelled of [name, name.toLowerCase()]) vi.stubEnv(spelled, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function filesOf(...sets: string[]) {
  const profile = await profileWith('local.nodes=2', ...sets);
  return configurationFiles(profile, layoutOn(profile, networks()), abilities);
}

describe('the kubelet', () => {
  const kubelet = kubeletConfiguration(layout, last, {
    systemReserved: { cpu: '500m', memory: '1Gi' },
    containerLogs: { ...local.containerLogs, maxFiles: 3 },
  });

  test('is where its node is', () =>
    expect(kubelet).toMatchObject({
      address: '198.18.7.3',
      cgroupRoot: '/firesteel/local-2',
      clusterDNS: ['198.19.128.10'],
      containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    }));

  test('keeps from pods what the profile says', () =>
    expect(kubelet).toMatchObject({ systemReserved: { cpu: '500m', memory: '1Gi' } }));

  test('keeps as much of a log as the profile says, so that a run that nobody follows loses none of millions of lines', () =>
    expect(kubelet).toMatchObject({ containerLogMaxSize: '64Mi', containerLogMaxFiles: 3 }));

  test('never collects an image, because no registry would have it', () =>
    expect(kubelet).toMatchObject({ imageGCHighThresholdPercent: 100 }));

  test("reads name servers from a file of ours, never the host's", async () => {
    expect(kubelet).toMatchObject({ resolvConf: '/run/node/config/resolv.conf' });
    const resolv = (await filesOf()).filter(({ path }) => path.endsWith('/config/resolv.conf'));
    expect(resolv.map(({ content }) => content)).toEqual(Array(2).fill('nameserver 198.18.255.3\n'));
  });

  test('starts on both versions of cgroups and with swap', () =>
    expect(kubelet).toMatchObject({ cgroupDriver: 'cgroupfs', failCgroupV1: false, failSwapOn: false }));
});

test('kube-proxy leaves alone the sysctls that belong to the host', () => {
  expect(kubeProxyConfiguration(layout, last)).toMatchObject({
    hostnameOverride: 'local-2',
    clusterCIDR: '198.19.0.0/17',
    nodePortAddresses: ['primary'],
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  });
});

test("pods get addresses of their node's network", () => {
  for (const node of [first, last])
    expect(cniConfiguration(node)).toMatchObject({
      plugins: [{ type: 'ptp', ipam: { ranges: [[{ subnet: node.podCidr }]] } }, { type: 'portmap' }],
    });
  expect(first.podCidr).not.toBe(last.podCidr);
});

test.each(['overlayfs', 'native'])('containerd unpacks with %s and runs where -998 is refused', (snapshotter) => {
  const toml = containerdToml(snapshotter);
  expect(toml).toContain(`snapshotter = "${snapshotter}"`);
  expect(toml).toContain('restrict_oom_score_adj = true');
  expect(toml).toContain('sandbox = "firesteel.dev/pause:1"');
});

test('the audit log never holds contents', () => {
  const { rules } = auditPolicy as { rules: { level: string }[] };
  expect(rules.map(({ level }) => level)).toEqual(['None', 'Metadata']);
});

describe('what the first process of a node reads', () => {
  const read = async (path: string, ...names: string[]) => {
    const values = names.map((name) => `"$${name}"`).join(' ');
    const output = await exec(['sh', '-euc', `. "$1"; printf '%s\\0' ${values}`, 'sh', path]);
    return output.split('\0').slice(0, -1);
  };

  test('only the first node holds the link of the host', async () => {
    await writeFiles(await filesOf());
    const env = (number: number) =>
      join(data, 'firesteel', 'clusters', 'local', 'nodes', `${number}`, 'config/node.env');
    const names = ['NODE_NAME', 'NODE_ADDRESS', 'NODE_CGROUP', 'HOST_LINK', 'HOST_ADDRESS', 'RESOLVER_ADDRESS'];
    expect(await read(env(1), ...names)).toEqual([
      'local-1',
      '198.18.7.2',
      'firesteel/local-1',
      'fs-local',
      '198.18.7.1',
      '198.18.7.254',
    ]);
    const second = ['local-2', '198.18.7.3', 'firesteel/local-2', '', '198.18.7.1', '198.18.7.254'];
    expect(await read(env(2), ...names)).toEqual(second);
  });

  test.each(["/it's a/folder", '/$(id)/`id`', '/a"b\\c', '/two\nlines'])(
    'the folder %j comes through',
    async (folder) => {
      const profile = await profileWith();
      const files = configurationFiles(profile, { ...layout, binaries: folder }, abilities).filter(({ path }) =>
        path.endsWith('/node.env'),
      );
      await writeFiles(files);
      expect(await read(files[0]?.path ?? '', 'NODE_BINARIES')).toEqual([folder]);
    },
  );
});

describe("this shell's proxy", () => {
  const runOf = async (program: string) => {
    const file = (await filesOf()).find(({ path }) => path.endsWith(`/nodes/1/services/${program}/run`));
    return String(file?.content);
  };

  test("is for image pulls, and the cluster's own networks are left out of it", async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://me:secret@proxy:3128');
    vi.stubEnv('NO_PROXY', 'intranet');
    expect(await runOf('containerd')).toContain("export HTTPS_PROXY='http://me:secret@proxy:3128'\n");
    expect(await runOf('containerd')).toContain(
      "export NO_PROXY='intranet,localhost,127.0.0.1,198.18.7.0/24,198.19.0.0/17,198.19.128.0/20'\n",
    );
    expect(await runOf('kubelet')).not.toContain('proxy:3128');
  });

  test.each([
    ['in small letters', { https_proxy: 'proxy:3128', no_proxy: 'registry.corp' }],
    ['for all addresses', { all_proxy: 'http://proxy:3128', NO_PROXY: 'registry.corp' }],
  ])('is taken %s, with its exceptions', async (_, env) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(await runOf('containerd')).toMatch(
      /export HTTPS_PROXY='http:\/\/proxy:3128'\nexport NO_PROXY='registry\.corp,localhost,/,
    );
    expect(proxyNotes(layout)).toEqual([]);
  });

  test.each(['http://me:secret@127.0.0.1:3128', 'localhost:3128', 'http://[::1]:3128'])(
    'at %s is left out, and a note says what to do',
    async (address) => {
      vi.stubEnv('HTTPS_PROXY', address);
      expect(await runOf('containerd')).not.toContain('3128');
      expect(proxyNotes(layout)).toEqual([
        expect.stringMatching(/^Nodes pull images without HTTPS_PROXY=.*:3128: .* listen on 198\.18\.7\.1 as well/),
      ]);
      expect(proxyNotes(layout).join()).not.toContain('secret');
    },
  );

  test('of a scheme that containerd does not speak is left out, and a note says so', async () => {
    vi.stubEnv('ALL_PROXY', 'socks4://me:secret@proxy:1080');
    expect(await runOf('containerd')).not.toContain('1080');
    expect(proxyNotes(layout).join()).toMatch(
      /HTTPS_PROXY=socks4:\/\/\*\*\*@proxy:1080: containerd supports only proxies of http, https and socks5\./,
    );
  });

  test('at a name of this machine itself is left out', async () => {
    const [own] = loopbackNamesIn(readFileSync('/etc/hosts', 'utf8'));
    vi.stubEnv('HTTPS_PROXY', `http://${own}:3128`);
    expect(await runOf('containerd')).not.toContain('3128');
  });

  test('leaves out registries with addresses inside', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy:3128');
    const registries = {
      'a.test': { endpoint: 'http://10.0.0.5:5000' },
      'b.test': { endpoint: 'https://[fd00::7]' },
      'c.test': { endpoint: 'https://mirror.corp' },
    };
    const profile = await profileWith();
    const files = configurationFiles({ ...profile, local: { ...local, registries } }, layout, abilities);
    const run = files.find(({ path }) => path.endsWith('/nodes/1/services/containerd/run'));
    expect(run?.content).toMatch(/export NO_PROXY='\S*,10\.0\.0\.5,fd00::7'\n/);
  });

  test('is not there when there is none', async () => {
    expect(await runOf('containerd')).not.toContain('NO_PROXY');
  });
});
