// What a cluster on Google Kubernetes Engine will have for pods.
import type { Profile } from '../../lib/schema.ts';
import type { Capacity } from '../../lib/types.ts';
import { allocatable, machineOf } from './machines.ts';
import { zonesOf } from './names.ts';

/** Of all its nodes; undefined for Autopilot, which adds nodes as pods come, and for machine types we do not know. */
export function gkeCapacity({ gke }: Profile): Capacity | undefined {
  const machine = machineOf(gke.machineType);
  if (gke.mode === 'autopilot' || !machine) return undefined;
  return {
    nodes: gke.nodes * zonesOf(gke.location),
    ...allocatable(machine),
    keys: 'gke.nodes or gke.machineType',
  };
}
