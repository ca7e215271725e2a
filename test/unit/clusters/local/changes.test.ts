// What a running cluster makes of a changed configuration: which programs are restarted, and what is refused.
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeProblems, restartDns, restartPrograms } from '../../../../tasks/clusters/local/changes.ts';
import { layoutOn } from '../../../../tasks/clusters/local/layout.ts';
import { networkClaim } from '../../../../tasks/clusters/local/network/networks.ts';
import { configurationFiles } from '../../../../tasks/clusters/local/node/configuration.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import type { Exec } from '../../../../tasks/core/types.ts';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../../own-folder.ts';
import { abilities, networks, profileWith, startLookalike } from './fixtures.ts';

ownFolderOfEach();
/** How long every program of the node has run, in seconds. */
const upFor = 100;
const read: Exec = async ([program]) => (program === 's6-svstat' ? `true ${upFor}` : '');

let end: () => Promise<void>;

/** A cluster of one node that runs, with files that are older than its programs. */
async function running() {
  const profile = await profileWith();
  const layout = layoutOn(profile, networks());
  await writeFiles([networkClaim('local', layout), ...configurationFiles(profile, layout, abilities)]);
  const before = Date.now() / 1000 - 2 * upFor;
  for (const { path } of configurationFiles(profile, layout, abilities)) utimesSync(path, before, before);
  const [first] = layout.nodes;
  if (!first) throw new Error('a cluster without nodes');
  ({ end } = await startLookalike(first));
  return { layout, first, config: (name: string) => join(first.folder, 'config', name) };
}

beforeEach(() => {
  end = async () => {};
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await end();
});

/** Deploys these settings as far as files and restarts go; returns the programs that were restarted. */
async function restarted(...sets: string[]): Promise<string[]> {
  const profile = await profileWith(...sets);
  await writeFiles(configurationFiles(profile, layoutOn(profile, networks()), abilities));
  const names: string[] = [];
  const run: Exec = async (command) => {
    names.push(`${command.slice(0, -1).join(' ')} ${command.at(-1)?.split('/').at(-1)}`);
    return '';
  };
  const step = restartPrograms(profile, () => names.push('a new kubelet is waited for'));
  const context = { read, run } as unknown as Context;
  if (!(await step.skip?.(context))) await step.run(context, { line: () => {} });
  return names;
}

const restart = (name: string, how = '-r') => `s6-svc -wr -T 60000 ${how} ${name}`;

describe.skipIf(process.platform !== 'linux')('on a running cluster', () => {
  test('a second deploy of the same restarts nothing', async () => {
    await running();
    expect(await restarted()).toEqual([]);
  });

  test('another reservation restarts the kubelet, and its new report is awaited', async () => {
    await running();
    expect(await restarted('local.systemReserved.cpu=500m')).toEqual([
      'a new kubelet is waited for',
      restart('kubelet'),
    ]);
  });

  test('another proxy restarts containerd', async () => {
    await running();
    vi.stubEnv('HTTPS_PROXY', 'http://10.77.0.1:3128');
    expect(await restarted()).toEqual([restart('containerd')]);
  });

  test('a restart that was interrupted is done in the next run', async () => {
    const { config } = await running();
    // Written by a deploy that ended before it restarted anything.
    writeFileSync(config('containerd.toml'), readFileSync(config('containerd.toml')));
    expect(await restarted()).toEqual([restart('containerd')]);
  });

  test('new certificates restart the programs that read them, but not the one that reads its token again', async () => {
    const { first } = await running();
    const issued = ['etcd.crt', 'apiserver.crt', 'kubelet.crt', 'kube-proxy.kubeconfig', 'network-policies.token'];
    for (const name of issued) await writeFiles([{ path: join(first.folder, 'pki', name), content: 'new' }]);
    expect(await restarted()).toEqual([
      restart('etcd'),
      // Asked to end, it would wait a minute for its clients.
      restart('kube-apiserver', '-k'),
      'a new kubelet is waited for',
      restart('kubelet'),
      restart('kube-proxy'),
    ]);
  });

  test('other programs are refused, and so are nodes of another version', async () => {
    const { config, layout } = await running();
    expect(await nodeProblems(await profileWith(), read)).toEqual([]);
    expect(await nodeProblems(await profileWith('local.binaries=/other'), read)).toEqual([
      'the nodes of cluster local run other programs than those in /other: destroy the cluster first, or choose another clusterName',
    ]);
    writeFileSync(config('node.env'), `NODE_BINARIES='${layout.binaries}'\n`);
    expect(await nodeProblems(await profileWith(), read)).toEqual([
      'the nodes of cluster local were started by another version of firesteel: destroy the cluster first, or choose another clusterName',
    ]);
  });

  test('nodes that enforce NetworkPolicies would have to start again to do without', async () => {
    await running();
    expect(await nodeProblems(await profileWith('local.networkPolicies=false'), read)).toEqual([
      'the nodes of cluster local were started with enforcement of NetworkPolicies: destroy the cluster first, or choose another clusterName',
    ]);
  });

  test('CoreDNS is restarted if its pods began with other name servers', async () => {
    const { config } = await running();
    const metadata = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    const deployment = {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, name: 'coredns' } },
      spec: { selector: { matchLabels: { 'k8s-app': 'kube-dns' } }, template: {} },
    };
    const creationTimestamp = new Date(Date.now() - upFor * 1000).toISOString();
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'coredns-1', creationTimestamp } };
    const { kube } = memoryKube([deployment, pod] as Manifest[]);
    const skip = async () => {
      const [step] = restartDns(await profileWith()) as SingleStep[];
      return step?.skip?.({ kube, read } as unknown as Context);
    };
    expect(await skip()).toBe('unchanged');
    writeFileSync(config('resolv.conf'), readFileSync(config('resolv.conf')));
    expect(await skip()).toBe(false);
  });
});
