// Computes the CPU and memory that Spark requests from Kubernetes for its pods. Pure.
import { isTrue } from './values.ts';

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

export type Role = 'driver' | 'executor';
export const roles: readonly Role[] = ['driver', 'executor'];

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
  if (!isTrue(properties['spark.memory.offHeap.enabled'])) return 0;
  return mebibytes(/^\d+$/.test(size) ? `${size}b` : size) ?? 0;
}
