// The files of every node but its keys: settings of the programs, service folders, and what the first process reads.
import { join } from 'node:path';
import type { Profile } from '../../lib/schema.ts';
import type { FileContent } from '../../lib/types.ts';
import { componentsOf } from './components.ts';
import { type Layout, type NodeLayout, outsideAddresses } from './layout.ts';
import { registryFiles } from './registries.ts';
import { serviceFiles } from './services.ts';
import {
  auditPolicy,
  cniConfiguration,
  containerdToml,
  kubeletConfiguration,
  kubeProxyConfiguration,
} from './settings.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/** Proxy settings of this shell for image pulls, with the cluster's own networks left out. */
function proxyEnv(layout: Layout): Record<string, string> {
  const found = proxyVariables.flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value] as const] : [];
  });
  if (found.length === 0) return {};
  const direct = [
    process.env['NO_PROXY'],
    'localhost',
    '127.0.0.1',
    layout.nodeNetwork,
    layout.podSubnet,
    layout.serviceSubnet,
  ];
  return { ...Object.fromEntries(found), NO_PROXY: direct.filter(Boolean).join(',') };
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** What docker/node/init.sh reads. */
function nodeEnv(layout: Layout, node: NodeLayout): string {
  const { gateway, dns, node: outside } = outsideAddresses(layout);
  const settings = {
    NODE_NAME: node.name,
    NODE_ADDRESS: node.address,
    NODE_CGROUP: node.cgroup,
    NODE_BINARIES: layout.binaries,
    NODE_VOLUMES: layout.volumes,
    HOST_LINK: node.number === 1 ? layout.hostLink : '',
    HOST_ADDRESS: layout.hostAddress,
    RESOLVER_ADDRESS: layout.resolver.address,
    RESOLVER_PORT: String(layout.resolver.port),
    OUTSIDE_ADDRESS: outside,
    OUTSIDE_GATEWAY: gateway,
    OUTSIDE_DNS: dns,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
}

function nodeFiles(profile: Profile, layout: Layout, node: NodeLayout, snapshotter: string): FileContent[] {
  const config = (name: string) => join(node.folder, 'config', name);
  const resolv = layout.upstreamDns.map((address) => `nameserver ${address}\n`).join('');
  return [
    { path: config('node.env'), content: nodeEnv(layout, node) },
    { path: config('resolv.conf'), content: resolv },
    { path: config('containerd.toml'), content: containerdToml(snapshotter) },
    ...registryFiles(profile.local.registries, node),
    {
      path: config('kubelet.json'),
      content: json(kubeletConfiguration(layout, node, profile.local)),
      // CIS 4.1.9.
      mode: 0o600,
    },
    { path: config('kube-proxy.json'), content: json(kubeProxyConfiguration(layout, node)) },
    { path: config('cni/10-firesteel.conflist'), content: json(cniConfiguration(node)) },
    { path: config('audit-policy.json'), content: json(auditPolicy) },
    ...componentsOf(layout, node, proxyEnv(layout)).flatMap((component) =>
      serviceFiles(join(node.folder, 'services'), component),
    ),
    { path: join(node.folder, 'logs', '.keep'), content: '' },
  ];
}

/** Everything but keys; made from the profile and the files it names alone, so that a change of them is seen. */
export const configurationFiles = (profile: Profile, layout: Layout, snapshotter: string): FileContent[] =>
  layout.nodes.flatMap((node) => nodeFiles(profile, layout, node, snapshotter));
