// Reads CPUs and memory of machine types from their names, and computes what GKE leaves to pods.

/** A machine type of Compute Engine. */
export interface Machine {
  /** Such as e2. */
  family: string;
  cores: number;
  gibibytes: number;
}

/** GiB for each core. https://cloud.google.com/compute/docs/machine-resource */
const gibibytesPerCore: Record<string, Record<string, number>> = {
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  t2d: { standard: 4 },
  c2: { standard: 4 },
  c2d: { standard: 4, highmem: 8, highcpu: 2 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  c3d: { standard: 4, highmem: 8, highcpu: 2 },
};

/** Families whose machines read another instruction set than our images are built for. */
const armFamilies = ['t2a', 'c4a', 'n4a'];

/** Families that boot from no disk that gke.diskType has, only from Hyperdisk. */
const hyperdiskFamilies = ['c4', 'c4a', 'c4d', 'c4n', 'n4', 'n4a', 'n4d', 'h4d', 'm4', 'x4', 'a4', 'g4'];

/** Families that boot from pd-balanced or pd-ssd, but not from pd-standard. */
const noStandardDiskFamilies = ['c3', 'c3d', 'h3', 'm3', 'z3', 'g2', 'a3'];

/** Of machine type n2-standard-4 it is n2. A type that begins with custom is of N1. */
export const familyOf = (machineType: string): string =>
  machineType.startsWith('custom-') ? 'n1' : (machineType.split('-')[0] ?? machineType);

/** Whether its cores are shared with machines of others. */
export const hasSharedCores = (machineType: string): boolean =>
  /^(e2-(custom-)?(micro|small|medium)|f1-micro|g1-small)\b/.test(machineType);

/** Whether its processor is an Arm one. */
export const isArm = (machineType: string): boolean => armFamilies.includes(familyOf(machineType));

/** Boot disks of gke.diskType that a machine type takes. */
export function bootDisks(machineType: string): ('pd-standard' | 'pd-balanced' | 'pd-ssd')[] {
  const family = familyOf(machineType);
  if (hyperdiskFamilies.includes(family)) return [];
  return noStandardDiskFamilies.includes(family) ? ['pd-balanced', 'pd-ssd'] : ['pd-standard', 'pd-balanced', 'pd-ssd'];
}

/**
 * Cores and memory by the name: e2-standard-2, n2-custom-4-8192 (MiB), custom-2-4096. Undefined for shared cores and
 * for what these rules do not know.
 */
export function machineOf(machineType: string): Machine | undefined {
  if (hasSharedCores(machineType)) return undefined;
  const family = familyOf(machineType);
  const [, cores, mebibytes] = /^(?:[a-z0-9]+-)?custom-(\d+)-(\d+)(?:-ext)?$/.exec(machineType) ?? [];
  if (cores && mebibytes) return { family, cores: Number(cores), gibibytes: Number(mebibytes) / 1024 };
  const [, kind = '', size] = /^[a-z0-9]+-([a-z]+)-(\d+)$/.exec(machineType) ?? [];
  const each = gibibytesPerCore[family]?.[kind];
  return size && each ? { family, cores: Number(size), gibibytes: Number(size) * each } : undefined;
}

/** Of the first so much (of cores, of GiB), which part is kept. */
type Bracket = readonly [upTo: number, part: number];

const coreBrackets: Bracket[] = [
  [1, 0.06],
  [2, 0.01],
  [4, 0.005],
  [Number.POSITIVE_INFINITY, 0.0025],
];

const memoryBrackets: Bracket[] = [
  [4, 0.25],
  [8, 0.2],
  [16, 0.1],
  [128, 0.06],
  [Number.POSITIVE_INFINITY, 0.02],
];

function kept(amount: number, brackets: Bracket[]): number {
  let from = 0;
  let sum = 0;
  for (const [upTo, part] of brackets) {
    sum += part * Math.max(0, Math.min(amount, upTo) - from);
    from = upTo;
  }
  return sum;
}

/** MiB that the kubelet keeps free before it evicts pods. */
const evictionThreshold = 100;

/**
 * What pods can ask for on one such machine: cores, rounded to millicores, and whole MiB.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
 */
export function allocatable({ cores, gibibytes }: Machine): { cores: number; mebibytes: number } {
  const reservedMemory = gibibytes < 1 ? 255 / 1024 : kept(gibibytes, memoryBrackets);
  return {
    cores: Math.round((cores - kept(cores, coreBrackets)) * 1000) / 1000,
    mebibytes: Math.floor((gibibytes - reservedMemory) * 1024 - evictionThreshold),
  };
}
