// How big a cluster at DigitalOcean will be, by the names of its sizes.
import type { Profile } from '../../lib/schema.ts';
import type { Capacity } from '../../lib/types.ts';

/** Of s-2vcpu-4gb the size says it; of c-2 and others only the price list would. */
export function digitalOceanCapacity({ digitalocean }: Profile): Capacity | undefined {
  const { size, nodes } = digitalocean;
  const [, cpus, gigabytes] = /(\d+)vcpu-(\d+)gb/.exec(size) ?? [];
  if (!cpus || !gigabytes) return undefined;
  return {
    nodes,
    cores: Number(cpus),
    mebibytes: Number(gigabytes) * 1024,
    keys: 'digitalocean.size and digitalocean.nodes',
  };
}
