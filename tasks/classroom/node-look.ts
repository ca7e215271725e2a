// Reads what the nodes offer to a class: CPU, memory, pods and volumes.
import { httpStatusOf } from '../kube/failure.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import { lookAtRoom } from '../spark/sizes/room.ts';
import type { SeatNode } from './capacity.ts';

interface CsiNode extends Manifest {
  spec: { drivers?: { name: string; allocatable?: { count?: number } }[] | null };
}

/** Nodes that take pods. Empty where we may not see them. */
export async function seatNodes(kube: Kube, namespace: string): Promise<SeatNode[]> {
  const [room, drivers] = await Promise.all([lookAtRoom(kube, namespace), csiNodes(kube)]);
  return room.nodes
    .filter(({ isOpen }) => isOpen)
    .map(({ node, whole, kept }) => ({ whole, kept, volumes: volumesOf(drivers, node.metadata.name) }));
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
