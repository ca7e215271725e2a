// How big the pods of a run are: what Spark makes of its properties when it asks Kubernetes for CPU and memory. Pure.
import { quantityValue } from '../../lib/quantity.ts';
import type { Capacity } from '../../lib/types.ts';

const unitMebibytes: Record<string, number> = {
  b: 2 ** -20,
  k: 2 ** -10,
  kb: 2 ** -10,
  m: 1,
  mb: 1,
  g: 1024,
  gb: 1024,
  t: 2 ** 20,
  tb: 2 ** 20,
};

/** Spark's memory text in MiB, rounded down; without a unit it is MiB already. Undefined if it is none. */
export function mebibytes(memory: string): number | undefined {
  const [, digits, unit = 'm'] = /^\s*(\d+)([a-z]*)\s*$/i.exec(memory) ?? [];
  const factor = unitMebibytes[(unit || 'm').toLowerCase()];
  return digits === undefined || factor === undefined ? undefined : Math.floor(Number(digits) * factor);
}

const leastOverhead = 384;

type Role = 'driver' | 'executor';

/** Memory of a pod in MiB: heap and overhead, by BasicDriverFeatureStep's and ResourceProfile's rule. */
export function podMemory(role: Role, properties: Record<string, string>): number {
  const mebibytesOf = (key: string) => mebibytes(properties[key] ?? '');
  const heap = mebibytesOf(`spark.${role}.memory`) ?? 1024;
  const least = mebibytesOf(`spark.${role}.minMemoryOverhead`) ?? leastOverhead;
  const factor = Number(
    properties[`spark.${role}.memoryOverheadFactor`] ?? properties['spark.kubernetes.memoryOverheadFactor'] ?? 0.1,
  );
  const overhead = mebibytesOf(`spark.${role}.memoryOverhead`) ?? Math.max(Math.trunc(factor * heap), least);
  const offHeap = role === 'executor' ? offHeapMemory(properties) : 0;
  const python = role === 'executor' ? (mebibytesOf('spark.executor.pyspark.memory') ?? 0) : 0;
  return heap + overhead + offHeap + python;
}

/** The cores a pod requests, as a Kubernetes quantity. */
export const podCores = (role: Role, properties: Record<string, string>): string =>
  properties[`spark.kubernetes.${role}.request.cores`] ?? properties[`spark.${role}.cores`] ?? '1';

/** Unlike the others this property is in bytes where it names no unit. */
function offHeapMemory(properties: Record<string, string>): number {
  const size = properties['spark.memory.offHeap.size'] ?? '0';
  if (properties['spark.memory.offHeap.enabled'] !== 'true') return 0;
  return mebibytes(/^\d+$/.test(size) ? `${size}b` : size) ?? 0;
}

/** What kubeadm's own pods request: https://github.com/kubernetes/kubernetes/blob/v1.36.3/cmd/kubeadm/app/phases/controlplane/manifests.go */
const kubernetesOwn = { cores: 0.75, mebibytes: 170 };

/** Why not even the driver and one executor would find room, one line; undefined if they do. */
export function sizeProblem(job: string, properties: Record<string, string>, capacity: Capacity): string | undefined {
  const roles: Role[] = ['driver', 'executor'];
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const cores = sum(roles.map((role) => quantityValue(podCores(role, properties)) ?? 1)) + kubernetesOwn.cores;
  const memory = sum(roles.map((role) => podMemory(role, properties))) + kubernetesOwn.mebibytes;
  const lacks = [
    ...(capacity.cores !== undefined && capacity.cores < cores
      ? [`${cores} CPUs, the cluster would have ${capacity.cores}`]
      : []),
    ...(capacity.mebibytes !== undefined && capacity.mebibytes < memory
      ? [`${memory} MiB of memory, the cluster would have ${capacity.mebibytes}`]
      : []),
  ];
  return lacks.length > 0
    ? `job ${job}: driver, one executor and Kubernetes itself ask for ${lacks.join('; and for ')}: change ${capacity.keys}, or spark.conf`
    : undefined;
}
