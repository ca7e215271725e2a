// Finds name servers beside the pods of CoreDNS: NodeLocal DNSCache answers on each node.
import type { Kube } from '../../kube/types.ts';
import type { Pod } from '../../spark/pod.ts';
import { clusterDns } from '../door/cluster.ts';

/** Label of its pods. */
export const cacheLabel = { 'k8s-app': 'node-local-dns' };

/** Where it listens if its pods do not say: https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ */
const usualAddress = '169.254.20.10';

/** The addresses of its flag `-localip`. */
function listening({ spec }: Pod): string[] {
  const args = spec.containers.flatMap(({ args: own = [] }) => own);
  const at = args.findIndex((one) => /^--?localip(=|$)/.test(one));
  const [, inline] = args[at]?.split('=') ?? [];
  return (inline ?? args[at + 1] ?? '').split(',').filter((one) => /^[\d.]+$|:/.test(one));
}

/** The addresses of a cache on each node, that of the cluster's DNS among them; none where no node has one. */
export async function nameServers(kube: Kube): Promise<string[]> {
  const labelSelector = `k8s-app=${cacheLabel['k8s-app']}`;
  const [first] = (await kube.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'kube-system',
    labelSelector,
  })) as Pod[];
  if (!first) return [];
  const found = listening(first);
  return [...new Set([...(found.length > 0 ? found : [usualAddress]), await clusterDns(kube)])].sort();
}
