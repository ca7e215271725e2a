// How big a cluster of minikube will be, as far as the profile or this machine tells.
import { cpus, totalmem } from 'node:os';
import { quantityValue } from '../../lib/quantity.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Capacity } from '../../lib/types.ts';

/** --cpus, where it is not given: cpus in cmd/minikube/cmd/start_flags.go. */
const usualCpus = 2;

/** A kubelet in a container sees all of Docker's processors, and is ended at the container's memory. */
export function minikubeCapacity({ minikube }: Profile): Capacity {
  const { driver, cpus: asked = usualCpus, memory, nodes } = minikube;
  if (driver === 'none')
    return { nodes: 1, cores: cpus().length, mebibytes: Math.floor(totalmem() / 2 ** 20), keys: 'the machine' };
  const bytes = memory === undefined ? undefined : quantityValue(memory);
  return {
    nodes,
    ...(driver === 'docker' ? {} : { cores: asked }),
    ...(bytes === undefined ? {} : { mebibytes: Math.floor(bytes / 2 ** 20) }),
    keys: 'minikube.cpus and minikube.memory',
  };
}
