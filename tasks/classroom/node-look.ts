// Reads what the nodes offer to a class: CPU, memory, pods and volumes.
import { httpStatusOf } from '../kube/failure.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { ClusterNode } from '../spark/pod.ts';
import { lookAtRoom } from '../spark/sizes/room.ts';
import type { SeatNode } from './capacity.ts';

interface CsiNode extends Manifest {
  spec: { drivers?: { name: string; allocatable?: { count?: number } }[] | null };
}

/** Whether a node may have pods of a seat, which tolerate nothing. */
export const takesSeats = ({ spec }: ClusterNode): boolean =>
  !spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule');

/** What there is for seats. */
export interface SeatRoom {
  /** Nodes that take pods of seats. Empty where we may not see them. */
  nodes: SeatNode[];
  /** Whether nodes come with pods that need them; also where nobody can know. */
  grows: boolean;
}

/** Asks the cluster what it has for seats. */
export async function lookForSeats(kube: Kube, namespace: string): Promise<SeatRoom> {
  const [{ nodes, grows }, drivers] = await Promise.all([lookAtRoom(kube, namespace), csiNodes(kube)]);
  return {
    nodes: nodes
      .filter(({ isOpen, node }) => isOpen && takesSeats(node))
      .map(({ node, whole, kept }) => ({ whole, kept, volumes: volumesOf(drivers, node.metadata.name) })),
    grows,
  };
}

async function csiNodes(kube: Kube): Promise<CsiNode[]> {
  try {
    return (await kube.list({ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode' })) as CsiNode[];
  } catch (error) {
    if (httpStatusOf(error) === 403) return [];
    throw error;
  }
}

/** The least of its drivers; undefined where no driver says a number. */
function volumesOf(nodes: readonly CsiNode[], name: string): number | undefined {
  const drivers = nodes.find(({ metadata }) => metadata.name === name)?.spec.drivers ?? [];
  const counts = drivers.flatMap(({ allocatable }) => allocatable?.count ?? []);
  return counts.length > 0 ? Math.min(...counts) : undefined;
}
