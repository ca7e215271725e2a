// The places that a pod of one seat tries to reach: its own seat, another seat, and the cluster.
import type { V1Service, V1ServiceCIDR } from '@kubernetes/client-node';
import { Failure } from '../../core/failure.ts';
import { addressOf, numberOf } from '../../core/network/addresses.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Kube } from '../../kube/types.ts';
import { labPort, sessionPorts } from '../../notebooks/server/names.ts';
import type { ClusterNode, Pod } from '../../spark/pod.ts';
import type { Context } from '../../steps/types.ts';
import { doorPort } from '../door/configuration.ts';
import { apiEndpoints } from '../isolation/networks.ts';
import { classNamespace, notebookName } from '../seat/labels.ts';
import type { Seat } from '../types.ts';
import { lookUp, nodeByIpv6, type Place } from './network-attempts.ts';

type Service = KubeObject<V1Service>;
type ServiceCidr = KubeObject<V1ServiceCIDR>;

interface RunningPod extends Pod {
  status: { phase: string; podIP: string };
}

async function runningPod(kube: Kube, namespace: string, labelSelector: string): Promise<RunningPod> {
  const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector })) as RunningPod[];
  const found = pods.find(({ status }) => status?.phase === 'Running' && status.podIP);
  if (!found) throw new Failure(`no pod with ${labelSelector} runs in ${namespace}`);
  return found;
}

/** The pod of a seat's notebook server. */
export const labPod = (kube: Kube, { namespace }: Pick<Seat, 'namespace'>): Promise<RunningPod> =>
  runningPod(kube, namespace, `app.kubernetes.io/name=${notebookName}`);

/** The server of a seat answers at this name. */
const labHost = ({ namespace }: Seat): string => `${notebookName}.${namespace}.svc`;

const isIpv4 = (network: string | undefined): network is string => network?.includes('.') === true;

/** The last address of a network that is none of these: nobody has it before all others are given away. */
function lastFree(network: string, taken: readonly string[]): string {
  const [first = '', bits = '24'] = network.split('/');
  let last = numberOf(first) + 2 ** (32 - Number(bits)) - 2;
  while (taken.includes(addressOf(last))) last -= 1;
  return addressOf(last);
}

/** Addresses that belong to the cluster, and to nothing in it. Not every cluster says in its nodes which pods they have. */
export async function freeAddresses(kube: Kube): Promise<{ pod?: string; service?: string }> {
  const [nodes, serviceCidrs, pods, services] = (await Promise.all([
    kube.list({ apiVersion: 'v1', kind: 'Node' }),
    kube.list({ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR' }),
    kube.list({ apiVersion: 'v1', kind: 'Pod' }),
    kube.list({ apiVersion: 'v1', kind: 'Service' }),
  ])) as [ClusterNode[], ServiceCidr[], RunningPod[], Service[]];
  const own = pods.filter(({ spec }) => !spec.hostNetwork).flatMap(({ status }) => status?.podIP ?? []);
  const around = own.find(isIpv4)?.replace(/\d+$/, '0/24');
  const ofPods = nodes.map(({ spec }) => spec?.podCIDR).find(isIpv4) ?? around;
  const ofServices = serviceCidrs.flatMap(({ spec }) => spec?.cidrs ?? []).find(isIpv4);
  const given = services.map(({ spec }) => spec?.clusterIP ?? '');
  return {
    ...(ofPods ? { pod: lastFree(ofPods, own) } : {}),
    ...(ofServices ? { service: lastFree(ofServices, given) } : {}),
  };
}

/** Everything a pod of one seat tries to connect to. */
export async function seatPlaces(
  { kube, profile }: Pick<Context, 'kube' | 'profile'>,
  own: Seat,
  neighbour: Seat,
): Promise<Place[]> {
  const door = classNamespace(profile.classroom.name);
  const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as ClusterNode[];
  const podAddress = async (namespace: string, selector: string) =>
    (await runningPod(kube, namespace, selector)).status.podIP;
  const [{ status: neighbourPod }, doorPod, dnsPod, [api], free] = await Promise.all([
    labPod(kube, neighbour),
    podAddress(door, 'app.kubernetes.io/name=door'),
    podAddress('kube-system', 'k8s-app=kube-dns'),
    apiEndpoints(kube),
    freeAddresses(kube),
  ]);
  const allowed = (what: string, host: string, port: number): Place => ({ what, isAllowed: true, host, port });
  const refused = (what: string, host: string, port: number, at?: Place['at']): Place => ({
    what,
    isAllowed: false,
    host,
    port,
    ...(at ? { at } : {}),
  });
  const { podIP } = neighbourPod;
  return [
    allowed('reach their own notebook server by name', labHost(own), labPort),
    allowed('reach the API server by name', 'kubernetes.default.svc', 443),
    ...(api ? [allowed('reach the API server by address', api.address, api.port)] : []),
    allowed('query DNS over TCP', dnsPod, 53),
    // Else the next row would hold for want of a name. Names are no secret in a cluster: nothing is reached by one.
    allowed("look up the address of another seat's service", labHost(neighbour), lookUp),
    refused('reach the notebook server of another seat by name', labHost(neighbour), labPort, 'listener'),
    refused('reach the notebook server of another seat by address', podIP, labPort, 'listener'),
    refused("reach a driver's port of another seat", podIP, sessionPorts.driver, 'machine'),
    refused('reach the pages of Spark of another seat', podIP, 4040, 'machine'),
    refused('reach the door from inside the cluster', doorPod, doorPort),
    refused('reach a port of CoreDNS that is not for names', dnsPod, 8181),
    ...nodes.flatMap(({ metadata, status }) =>
      (status?.addresses ?? [])
        .filter(({ type }) => type === 'InternalIP')
        .map(({ address }) => refused(`reach the kubelet of node ${metadata.name} at ${address}`, address, 10250)),
    ),
    refused('reach the node over IPv6, which evades its policies', nodeByIpv6, 10250, 'machine'),
    refused('reach the metadata server of a cloud', '169.254.169.254', 80),
    ...(free.pod ? [refused('reach an address that no pod has', free.pod, 80)] : []),
    ...(free.service ? [refused('reach an address that no service has', free.service, 80)] : []),
  ];
}
