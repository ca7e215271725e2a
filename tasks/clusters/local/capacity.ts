// How large nodes of a local cluster will be: each sees the whole machine, less what the profile keeps from pods.
import { cpus, totalmem } from 'node:os';
import { quantityValue } from '../../lib/quantity.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Capacity } from '../../lib/types.ts';

const mebibyte = 2 ** 20;

/** What CoreDNS requests: templates/local-cluster.yaml. The control plane is no pods. */
const own = { cores: 0.05, mebibytes: 70 };

export function localCapacity({ local: { nodes, systemReserved } }: Profile): Capacity {
  const { cpu, memory } = systemReserved;
  const reserved = (quantity = '0') => quantityValue(quantity) ?? 0;
  return {
    nodes,
    cores: cpus().length - reserved(cpu),
    mebibytes: Math.floor((totalmem() - reserved(memory)) / mebibyte),
    own,
    keys: cpu || memory ? 'local.systemReserved' : 'the machine',
  };
}
