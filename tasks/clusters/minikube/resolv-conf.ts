// Prevents a CoreDNS loop in new clusters: pods must not use a loopback name server of the host.
import type { FileContent } from '../../core/types.ts';
import { hasLoopbackResolver, hostNameServers } from '../../coredns/upstreams.ts';
import type { Profile } from '../../profile/schema.ts';
import { clusterFile } from './environment.ts';
import { resolvConfKey } from './start.ts';

/** The file for kubelet's resolvConf: one of the host's, or one of ours that is to be written; nothing if none is needed. */
export interface ResolvConf {
  path?: string;
  /** The name servers in it. */
  servers?: readonly string[];
  ours?: FileContent;
  problem?: string;
}

/**
 * Only driver none: elsewhere the node has its own resolver. minikube itself looks no further than at
 * /run/systemd/resolve/resolv.conf (FlagDefaults in pkg/minikube/driver/driver.go). `root` is another place to look below.
 */
export async function chooseResolvConf(profile: Profile, root = '/'): Promise<ResolvConf> {
  const { minikube, dns } = profile;
  if (minikube.driver !== 'none' || resolvConfKey in minikube.extraConfig) return {};
  const written = (servers: readonly string[]): ResolvConf => {
    const path = clusterFile(profile, 'resolv.conf');
    return { path, servers, ours: { path, content: servers.map((server) => `nameserver ${server}\n`).join('') } };
  };
  if (dns.upstream) return written(dns.upstream);
  if (!(await hasLoopbackResolver(root))) return {};
  const files = await hostNameServers(root);
  const clean = files.find(({ hasLoopback }) => !hasLoopback);
  if (clean) return { path: clean.file, servers: clean.servers };
  if (files[0]) return written(files[0].servers);
  return {
    problem:
      '/etc/resolv.conf names only this machine, so CoreDNS would forward to itself: set dns.upstream to name servers that pods can reach',
  };
}
