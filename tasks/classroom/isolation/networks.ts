// Reads the networks of a cluster and the addresses of its API server, for policies.
import type { V1ServiceCIDR } from '@kubernetes/client-node';
import type { KubeObject } from '../../kube/object.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import type { ClusterNode, Pod } from '../../spark/pod.ts';
import { type Endpoint, onlyAddress } from './policies.ts';

type ServiceCidr = KubeObject<V1ServiceCIDR>;

interface EndpointSlice extends Manifest {
  endpoints?: { addresses: string[] }[] | null;
  ports?: { port?: number }[] | null;
}

/** Endpoints of a service, as its EndpointSlices tell. */
export function endpointsIn(slices: readonly Manifest[]): Endpoint[] {
  const found = (slices as readonly EndpointSlice[]).flatMap(({ endpoints, ports }) =>
    (endpoints ?? []).flatMap(({ addresses }) =>
      addresses.flatMap((address) => (ports ?? []).flatMap(({ port }) => (port ? [{ address, port }] : []))),
    ),
  );
  return found.filter(
    (one, i) => found.findIndex(({ address, port }) => address === one.address && port === one.port) === i,
  );
}

/** Where the API server really listens. */
export const apiEndpoints = async (kube: Kube): Promise<Endpoint[]> =>
  endpointsIn(
    await kube.list({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=kubernetes',
    }),
  );

/** Objects that show a cluster's networks. */
export interface NetworkObjects {
  nodes: readonly Manifest[];
  pods: readonly Manifest[];
  /** Kubernetes has them since 1.33. */
  serviceCidrs: readonly Manifest[];
}

/**
 * Networks of nodes, pods and services. Not every cluster says in its nodes which pods they have: the network of each pod
 * that is there counts as well, a /16 or /64 of it.
 */
export function networksIn({ nodes, pods, serviceCidrs }: NetworkObjects): string[] {
  const ofNodes = (nodes as readonly ClusterNode[]).flatMap(({ spec, status }) => [
    ...(spec?.podCIDRs ?? []),
    ...(status?.addresses ?? []).filter(({ type }) => /IP$/.test(type)).map(({ address }) => onlyAddress(address)),
  ]);
  const ofPods = (pods as readonly Pod[])
    .filter(({ spec }) => !spec.hostNetwork)
    .flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => around(ip)));
  const ofServices = (serviceCidrs as readonly ServiceCidr[]).flatMap(({ spec }) => spec?.cidrs ?? []);
  return [...new Set([...ofNodes, ...ofPods, ...ofServices])].sort();
}

/** The network around a pod's address. */
function around(address: string): string {
  if (!address.includes(':')) return `${address.split('.').slice(0, 2).join('.')}.0.0/16`;
  const [head = '', tail] = address.split('::');
  const parts = head.split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - parts.length - tail.split(':').filter(Boolean).length;
  const whole = [...parts, ...Array<string>(missing).fill('0')];
  return `${whole.slice(0, 4).join(':')}::/64`;
}

/** The same, as the cluster's objects tell now. */
export async function clusterNetworks(kube: Kube): Promise<string[]> {
  const list = (apiVersion: string, kind: string) => kube.list({ apiVersion, kind });
  const [nodes, pods, serviceCidrs] = await Promise.all([
    list('v1', 'Node'),
    list('v1', 'Pod'),
    list('networking.k8s.io/v1', 'ServiceCIDR'),
  ]);
  return networksIn({ nodes, pods, serviceCidrs });
}
