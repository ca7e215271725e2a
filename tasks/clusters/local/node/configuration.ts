// Writes the files of every node except keys: settings, service folders, and the input of the first process.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../../../core/exec.ts';
import { withoutPasswords } from '../../../core/network/passwords.ts';
import { isLoopbackHost, isPrivateHost, loopbackNamesIn, proxiesOf } from '../../../core/network/proxy.ts';
import type { Exec, FileContent } from '../../../core/types.ts';
import type { Profile } from '../../../profile/schema.ts';
import { registryFiles } from '../images/registries.ts';
import { type Snapshotter, snapshotterFor } from '../images/snapshotter.ts';
import { type Layout, layoutOf, type NodeLayout, outsideAddresses } from '../layout.ts';
import { policyRules, rulesFile, rulesPath, whyNotEnforced } from '../network/policies.ts';
import { componentsOf } from './components.ts';
import { serviceFiles } from './services.ts';
import {
  auditPolicy,
  cniConfiguration,
  containerdToml,
  kubeletConfiguration,
  kubeProxyConfiguration,
} from './settings.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

interface NodeProxy {
  name: 'HTTP_PROXY' | 'HTTPS_PROXY';
  address: string;
  /** Why nodes cannot use it. */
  trouble?: 'loopback' | 'scheme';
}

/** Schemes that containerd speaks: https://pkg.go.dev/net/http#Transport */
const spoken = /^(?:https?|socks5h?):$/;

/** Names that lead a node to itself, as they lead this machine: nodes have its file of hosts. */
const ownNames = (): string[] => (existsSync('/etc/hosts') ? loopbackNamesIn(readFileSync('/etc/hosts', 'utf8')) : []);

/** The proxies of this shell, and whether nodes can use them. */
function nodeProxies(): NodeProxy[] {
  const { http, https } = proxiesOf();
  const found = [
    { name: 'HTTP_PROXY', url: http },
    { name: 'HTTPS_PROXY', url: https },
  ] as const;
  return found.flatMap(({ name, url }) => {
    if (!url) return [];
    const isHere = isLoopbackHost(url.hostname) || ownNames().includes(url.hostname.toLowerCase());
    const trouble = isHere ? 'loopback' : spoken.test(url.protocol) ? undefined : 'scheme';
    return [{ name, address: url.href.replace(/\/$/, ''), ...(trouble ? { trouble } : {}) }];
  });
}

/** Hosts of the profile's registries that a proxy elsewhere cannot reach. */
const privateRegistries = ({ registries }: Profile['local']): string[] =>
  Object.values(registries).flatMap(({ endpoint }) => {
    const { hostname } = new URL(endpoint);
    return isPrivateHost(hostname) ? [hostname.replace(/^\[(.*)\]$/, '$1')] : [];
  });

/** Proxy settings of this shell for image pulls, with the cluster's own networks left out. */
function proxyEnv(layout: Layout, local: Profile['local']): Record<string, string> {
  const found = nodeProxies().filter(({ trouble }) => !trouble);
  if (found.length === 0) return {};
  const own = ['localhost', '127.0.0.1', layout.nodeNetwork, layout.podSubnet, layout.serviceSubnet];
  return {
    ...Object.fromEntries(found.map(({ name, address }) => [name, address])),
    NO_PROXY: [...new Set([...proxiesOf().direct, ...own, ...privateRegistries(local)])].join(','),
  };
}

/** What nodes do not take of this shell's proxy settings, and what to do about it. */
export const proxyNotes = ({ hostAddress }: Layout): string[] =>
  nodeProxies().flatMap(({ name, address, trouble }) => {
    if (!trouble) return [];
    const why =
      trouble === 'loopback'
        ? `nodes cannot reach this machine's loopback. Let the proxy listen on ${hostAddress} as well, and deploy with that address.`
        : `containerd supports only proxies of http, https and socks5. Set ${name} to such a proxy, and deploy again.`;
    return [`Nodes pull images without ${name}=${withoutPasswords(address)}: ${why}`];
  });

/** What depends on the machine. */
interface Abilities {
  snapshotter: Snapshotter;
  /** Whether NetworkPolicies are enforced. */
  enforces: boolean;
}

/** What docker/node/init.sh reads. */
function nodeEnv(layout: Layout, node: NodeLayout, enforces: boolean): FileContent {
  const { gateway, dns, node: outside } = outsideAddresses(layout);
  const settings = {
    NODE_NAME: node.name,
    NODE_ADDRESS: node.address,
    NODE_CGROUP: node.cgroup,
    NODE_BINARIES: layout.binaries,
    NODE_VOLUMES: layout.volumes,
    POD_SUBNET: layout.podSubnet,
    SERVICE_SUBNET: layout.serviceSubnet,
    HOST_LINK: node.number === 1 ? layout.hostLink : '',
    HOST_ADDRESS: layout.hostAddress,
    RESOLVER_ADDRESS: layout.resolver.address,
    RESOLVER_PORT: String(layout.resolver.port),
    OUTSIDE_ADDRESS: outside,
    OUTSIDE_GATEWAY: gateway,
    OUTSIDE_DNS: dns,
    NETWORK_POLICIES: rulesPath(enforces),
  };
  const content = Object.entries(settings)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
  return { path: join(node.folder, 'config', 'node.env'), content };
}

function nodeFiles(
  profile: Profile,
  layout: Layout,
  node: NodeLayout,
  { snapshotter, enforces }: Abilities,
): FileContent[] {
  const config = (name: string) => join(node.folder, 'config', name);
  const resolv = layout.upstreamDns.map((address) => `nameserver ${address}\n`).join('');
  return [
    nodeEnv(layout, node, enforces),
    ...(enforces ? [{ path: config(rulesFile), content: policyRules(layout.podSubnet) }] : []),
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
    ...componentsOf(layout, node, { proxyEnv: proxyEnv(layout, profile.local), enforces }).flatMap((component) =>
      serviceFiles(join(node.folder, 'services'), component),
    ),
    { path: join(node.folder, 'logs', '.keep'), content: '' },
  ];
}

/** The files that this profile needs, and where. */
export async function readConfiguration(
  profile: Profile,
  read: Exec,
): Promise<{ layout: Layout; files: FileContent[] }> {
  const layout = await layoutOf(profile, read);
  const abilities = {
    snapshotter: await snapshotterFor(layout.nodes[0], read),
    enforces: (await whyNotEnforced(profile, layout, read)) === undefined,
  };
  return { layout, files: configurationFiles(profile, layout, abilities) };
}

/** Everything but keys; made from the profile and the files it names alone, so that a change of them is seen. */
export const configurationFiles = (profile: Profile, layout: Layout, abilities: Abilities): FileContent[] =>
  layout.nodes.flatMap((node) => nodeFiles(profile, layout, node, abilities));
