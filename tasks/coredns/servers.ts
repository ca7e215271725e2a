// Chooses the servers for a repair of CoreDNS: those of the profile, or those of the cluster's host.
import { Failure } from '../core/failure.ts';
import type { Context } from '../steps/types.ts';
import { mostServers } from './corefile.ts';
import { isLoopback } from './upstreams.ts';

export interface RepairServers {
  addresses: string[];
  /** Who named them, for people: the key dns.upstream, or the kind of cluster. */
  from: string;
}

/** Failure that names the key to set if nobody knows any. Only reads. */
export async function repairServers({ profile, cluster, read }: Pick<Context, 'profile' | 'cluster' | 'read'>) {
  const { upstream } = profile.dns;
  if (upstream) return { addresses: upstream, from: 'dns.upstream' } satisfies RepairServers;
  const found = (await cluster.upstreamDns?.(profile, read)) ?? [];
  const addresses = found.filter((address) => !isLoopback(address)).slice(0, mostServers);
  if (addresses.length === 0)
    throw new Failure(`firesteel knows no name servers that CoreDNS of ${profile.clusterName} could forward to`, {
      hint: 'add the name servers of your network: --set dns.upstream=[192.0.2.1]',
    });
  return { addresses, from: `cluster: ${profile.cluster}` } satisfies RepairServers;
}
