// Amounts of resources, and the requests of a pod. Pure.
import { quantityValue } from '../../kube/quantity.ts';
import type { Container, Pod } from '../pod.ts';

/** By the resource's name: millicores of `cpu`, bytes of `memory`, pods, devices. What is left out is none. */
export type Amounts = Readonly<Record<string, number>>;

/** Kubernetes rounds requests up to whole millicores, and so does this. */
export function amountsOf(quantities: Readonly<Record<string, string>> = {}): Amounts {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, text]) => {
      const value = quantityValue(text) ?? 0;
      return [name, /(^|\.)cpu$/.test(name) ? Math.ceil(Math.round(value * 1e6) / 1e3) : Math.ceil(value)];
    }),
  );
}

const combined = (one: Amounts, other: Amounts, combine: (a: number, b: number) => number): Amounts => {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, combine(one[name] ?? 0, other[name] ?? 0)]));
};

export const plus = (one: Amounts, other: Amounts): Amounts => combined(one, other, (a, b) => a + b);
export const minus = (one: Amounts, other: Amounts): Amounts => combined(one, other, (a, b) => a - b);
export const times = (amounts: Amounts, count: number): Amounts => combined(amounts, {}, (a) => a * count);
export const sum = (all: readonly Amounts[]): Amounts => all.reduce(plus, {});

/** How many of the need the free amounts hold. */
export function countIn(free: Amounts, need: Amounts): number {
  const counts = Object.entries(need).flatMap(([name, amount]) =>
    amount > 0 ? [Math.floor((free[name] ?? 0) / amount)] : [],
  );
  return Math.max(0, Math.min(...counts));
}

/** The resources of which the free amounts do not hold the need. */
export const lacking = (free: Amounts, need: Amounts): string[] =>
  Object.keys(need).filter((name) => (need[name] ?? 0) > Math.max(0, free[name] ?? 0));

type Resources = Container['resources'];

const requestsOf = ({ requests = {}, limits = {} }: NonNullable<Resources>): Amounts =>
  // What has a limit alone requests that.
  amountsOf({ ...limits, ...requests });

const ofContainer = ({ resources }: Container): Amounts => requestsOf(resources ?? {});

/**
 * What the scheduler counts for a pod: its containers together, or the largest init container, and the pod itself.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podRequests({ spec }: Pick<Pod, 'spec'>): Amounts {
  const { containers, initContainers = [], overhead, resources } = spec;
  const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';
  const together = sum([...containers, ...initContainers.filter(isSidecar)].map(ofContainer));
  const largest = initContainers.map(ofContainer).reduce((a, b) => combined(a, b, Math.max), together);
  const own = { ...largest, ...(resources ? requestsOf(resources) : {}) };
  return { ...plus(own, amountsOf(overhead)), pods: 1 };
}

const shownNumber = (number: number): string => String(Math.floor(number * 100) / 100);

/** 300m cpu, 1.9 cpu, 1433 MiB memory, 21.3 GiB memory, 3 nvidia.com/gpu. */
export const shownAmount = (amount: number, resource: string): string => `${bareAmount(amount, resource)} ${resource}`;

/** The same without the resource's name. */
export function bareAmount(amount: number, resource: string): string {
  if (/(^|\.)cpu$/.test(resource)) return amount >= 1000 ? shownNumber(amount / 1000) : `${amount}m`;
  if (!/memory$|storage$|^hugepages-/.test(resource)) return shownNumber(amount);
  const gibibytes = amount / 2 ** 30;
  return gibibytes >= 4 || Number.isInteger(gibibytes)
    ? `${Math.floor(gibibytes * 10) / 10} GiB`
    : `${Math.floor(amount / 2 ** 20)} MiB`;
}
