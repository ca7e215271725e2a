// Where students reach the door: an address of this machine, or a load balancer.
import { isIP } from 'node:net';
import type { V1Service } from '@kubernetes/client-node';
import { usageFailure } from '../../core/failure.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Kube, Ref } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { LoadBalancers } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';
import { type Entrance, readPlace } from '../place.ts';
import { classNamespace } from '../seat/labels.ts';
import type { Seat } from '../types.ts';
import { machineAddresses } from './addresses.ts';
import type { DoorService } from './objects.ts';
import { portProblems } from './ports.ts';

/** Ports from here on need no root's rights. */
const usualPort = 8443;
/** Networks that let nothing else pass let this one pass. */
const webPort = 443;

/** Stands for the address of a load balancer that has none yet. */
const unknownAddress = 'not-known-yet.invalid';

/** The load balancers of the cluster, if its cloud hands them out. */
export const balancersOf = ({ cluster, profile }: Pick<Context, 'cluster' | 'profile'>): LoadBalancers | undefined =>
  cluster.loadBalancers?.(profile);

/** The Service of a class's door. */
export const doorService = (className: string): Ref => ({
  apiVersion: 'v1',
  kind: 'Service',
  name: 'door',
  namespace: classNamespace(className),
});

/** Whether a load balancer leads to the door now. */
export const hasBalancer = async ({ kube, cluster, profile }: Context): Promise<boolean> =>
  balancersOf({ cluster, profile }) !== undefined &&
  (await kube.get(doorService(profile.classroom.name))) !== undefined;

/** IP address or name of the door's load balancer; undefined until the cloud has one. */
export async function balancerAddress(kube: Kube, className: string): Promise<string | undefined> {
  const service = (await kube.get(doorService(className))) as KubeObject<V1Service> | undefined;
  const [first] = service?.status?.loadBalancer?.ingress ?? [];
  return first?.ip ?? first?.hostname;
}

/** An address of this machine: the given one, else that of the default route. */
async function ownAddress(given: string | undefined): Promise<string> {
  if (given !== undefined && isIP(given) === 0)
    throw usageFailure(`--address ${given}: expected an address such as 192.168.1.20`);
  const address = given ?? (await machineAddresses())[0]?.address;
  if (address === undefined)
    throw usageFailure('this machine has no address that students can reach', 'connect this machine to a network');
  return address;
}

/** Of the first seat behind a load balancer. */
const usualPortOf = ({ port, domain }: Profile['classroom']['door']): number => port ?? (domain ? webPort : usualPort);

/**
 * Where students find the door; `given` is an address of this machine. Without one it stays where it was at the last apply:
 * another default route, such as that of a VPN, changes no link.
 */
export async function doorEntrance(context: Context, given: string | undefined): Promise<Entrance> {
  const { kube, profile } = context;
  const kept = await keptEntrance(context);
  const port = firstPort(context, kept);
  if (balancersOf(context))
    return { address: (await balancerAddress(kube, profile.classroom.name)) ?? unknownAddress, port };
  return { address: await ownAddress(given ?? kept?.address), port };
}

type Place = Pick<Context, 'cluster' | 'profile'>;

/** Where the door of this machine was at the last apply. */
const keptEntrance = async (place: Place): Promise<Entrance | undefined> =>
  balancersOf(place) ? undefined : (await readPlace(place.profile.classroom.name))?.entrance;

/** The port of the first seat; with a domain, that of all seats. */
function firstPort(place: Place, kept: Entrance | undefined): number {
  const { door } = place.profile.classroom;
  return balancersOf(place) ? usualPortOf(door) : (door.port ?? kept?.port ?? usualPort);
}

/** What is wrong with the ports of a class whose seats have these numbers: a line, or none. */
export async function entranceProblems(place: Place, numbers: readonly number[]): Promise<string[]> {
  const hosts = place.profile.classroom.door.domain !== undefined;
  return portProblems(firstPort(place, await keptEntrance(place)), hosts ? 1 : Math.max(0, ...numbers) + 1);
}

/** The port that browsers use for a host. */
const portOf = (host: string): number => Number(/:(\d+)$/.exec(host)?.[1] ?? webPort);

/** The port or ports of all seats, in their order. */
export const portsOf = (seats: readonly Pick<Seat, 'host'>[]): number[] =>
  [...new Set(seats.map(({ host }) => portOf(host)))].sort((a, b) => a - b);

/** How the cluster lets connections for these seats in. */
export function serviceFor(context: Context, seats: readonly Pick<Seat, 'host'>[]): DoorService {
  if (!balancersOf(context)) return { type: 'NodePort' };
  const { door } = context.profile.classroom;
  const { sources, address } = door.loadBalancer;
  return {
    type: 'LoadBalancer',
    // A Service has at least one port, also of a class whose last student has left.
    ports: seats.length > 0 ? portsOf(seats) : [usualPortOf(door)],
    ...(sources ? { sourceRanges: sources } : {}),
    ...(address ? { address } : {}),
  };
}
