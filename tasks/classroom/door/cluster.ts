// Finds the DNS of the cluster, and the node addresses that lead to the door.
import { isIP } from 'node:net';
import type { V1Service } from '@kubernetes/client-node';
import { Failure } from '../../core/failure.ts';
import { clusterDomain } from '../../coredns/corefile.ts';
import { type CorednsConfigMap, configMapRef } from '../../coredns/objects.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Kube } from '../../kube/types.ts';
import type { ClusterNode } from '../../spark/pod.ts';

type Service = KubeObject<V1Service>;

/** Address of the cluster's DNS, which nginx asks for the pods of seats. */
export async function clusterDns(kube: Kube): Promise<string> {
  const services = (await kube.list({
    apiVersion: 'v1',
    kind: 'Service',
    namespace: 'kube-system',
    labelSelector: 'k8s-app=kube-dns',
  })) as Service[];
  const address = services.map(({ spec }) => spec?.clusterIP ?? '').find((one) => isIP(one) !== 0);
  if (!address)
    throw new Failure('the cluster has no DNS service: no service in kube-system has the label k8s-app=kube-dns', {
      hint: 'check cluster DNS: firesteel dns check',
    });
  return address;
}

/** What names of services end with, as CoreDNS says. */
export async function domainOf(kube: Kube): Promise<string> {
  const { data = {} } = ((await kube.get(configMapRef)) as CorednsConfigMap | undefined) ?? {};
  return clusterDomain(data['Corefile'] ?? '');
}

/** What leads to the door from outside: its load balancer, else an address of a node that is ready and the port there. */
export async function doorTarget(kube: Kube, namespace: string): Promise<{ host: string; port: number }> {
  const [service, nodes] = await Promise.all([
    kube.get({ apiVersion: 'v1', kind: 'Service', namespace, name: 'door' }) as Promise<Service | undefined>,
    kube.list({ apiVersion: 'v1', kind: 'Node' }) as Promise<ClusterNode[]>,
  ]);
  const [first] = service?.spec?.ports ?? [];
  if (service?.spec?.type === 'LoadBalancer') {
    const [balancer] = service.status?.loadBalancer?.ingress ?? [];
    const host = balancer?.ip ?? balancer?.hostname;
    if (host && first?.port) return { host, port: first.port };
    throw new Failure('the load balancer of the door has no address yet', {
      hint: 'wait for the address: firesteel classroom apply',
    });
  }
  const port = first?.nodePort;
  if (!port)
    throw new Failure(`namespace ${namespace} has no door`, { hint: 'open the door: firesteel classroom apply' });
  const isReady = ({ status }: ClusterNode) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  const addresses = nodes.filter(isReady).flatMap(({ status }) => status?.addresses ?? []);
  const host = addresses.find(({ type }) => type === 'InternalIP')?.address;
  if (!host) throw new Failure('no node of the cluster is ready', { hint: 'check the nodes: firesteel status' });
  return { host, port };
}
