// The requests of a run's pods, from its properties. Pure.
import { executorCount, isDynamic } from '../conf.ts';
import { below } from '../driver-container.ts';
import type { PodSpec } from '../pod.ts';
import { podCores, podMemory, type Role } from '../size.ts';
import type { Amounts } from './amounts.ts';
import { amountsOf, plus } from './amounts.ts';
import type { Taken } from './limits.ts';

export type Properties = Readonly<Record<string, string>>;

/** One pod: what it takes, and where it may run. */
export interface PodLoad extends Taken {
  spec: Partial<PodSpec>;
}

/** Pods of a run that are there at the same time. */
export interface Load {
  driver: PodLoad;
  executor: PodLoad;
  /** How many executors there have to be. */
  executors: number;
}

/** What of a run is not in its properties. */
export interface Beside {
  /** What containers beside the driver's request. */
  requests: Amounts;
  /** Where the profile lets drivers and executors run. */
  driver: PodLoad['spec'];
  executor: PodLoad['spec'];
}

const mebibyte = 2 ** 20;

/** What one container of Spark's requests and is limited to. */
export function takenBy(role: Role, properties: Properties): Taken {
  const memory = podMemory(role, properties) * mebibyte;
  const limit = properties[`spark.kubernetes.${role}.limit.cores`];
  return {
    requests: { ...amountsOf({ cpu: podCores(role, properties) }), memory, pods: 1, ...devices(role, properties) },
    limits: { ...(limit === undefined ? {} : amountsOf({ cpu: limit })), memory },
  };
}

/** `spark.executor.resource.gpu.amount: 1` with the vendor nvidia.com is one nvidia.com/gpu. */
function devices(role: Role, properties: Properties): Amounts {
  const asked = below(properties, `spark.${role}.resource.`);
  return Object.fromEntries(
    Object.entries(asked).flatMap(([key, amount]) => {
      const [, name] = /^(.+)\.amount$/.exec(key) ?? [];
      const vendor = asked[`${name}.vendor`];
      return name && vendor ? [[`${vendor}/${name}`, Number(amount)]] : [];
    }),
  );
}

/** With dynamic allocation one executor does to begin with. */
export function loadOf(properties: Properties, beside: Beside): Load {
  const driver = takenBy('driver', properties);
  return {
    driver: {
      ...driver,
      requests: plus(driver.requests, beside.requests),
      spec: withSelector('driver', properties, beside.driver),
    },
    executor: {
      ...takenBy('executor', properties),
      spec: withSelector('executor', properties, toleratingDevices(properties, beside.executor)),
    },
    executors: isDynamic(properties) ? Math.max(1, executorCount(properties)) : executorCount(properties),
  };
}

/** Many clusters, GKE among them, let pods that request a device tolerate the taint of its name. */
const toleratingDevices = (properties: Properties, spec: PodLoad['spec']): PodLoad['spec'] => ({
  ...spec,
  tolerations: [
    ...(spec.tolerations ?? []),
    ...Object.keys(devices('executor', properties)).map((key) => ({ key, operator: 'Exists' })),
  ],
});

const withSelector = (role: Role, properties: Properties, spec: PodLoad['spec']): PodLoad['spec'] => ({
  ...spec,
  nodeSelector: {
    ...spec.nodeSelector,
    ...below(properties, 'spark.kubernetes.node.selector.'),
    ...below(properties, `spark.kubernetes.${role}.node.selector.`),
  },
});
