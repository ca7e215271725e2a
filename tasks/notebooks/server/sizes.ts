// Chooses the requests of a notebook server and its executors, from the profile or to fit the cluster.
import type { V1Deployment } from '@kubernetes/client-node';
import { usageFailure } from '../../core/failure.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Manifest } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { propertyIn } from '../../record/run-folder.ts';
import { deploymentRef } from '../../servers/names.ts';
import { elasticDriverSpec, elasticExecutorSpec } from '../../spark/elastic.ts';
import type { Container } from '../../spark/pod.ts';
import { amountsOf, shownAmount } from '../../spark/sizes/amounts.ts';
import { allSizeKeys, cpuQuantity, leastCpu, memoryQuantity, sizeKeys } from '../../spark/sizes/choice.ts';
import { findFit } from '../../spark/sizes/fit.ts';
import { bounds } from '../../spark/sizes/limits.ts';
import { type Properties, takenBy } from '../../spark/sizes/load.ts';
import { admits } from '../../spark/sizes/place.ts';
import { refusalOf } from '../../spark/sizes/refusal.ts';
import { emptied, lookAtRoom, type Room } from '../../spark/sizes/room.ts';
import type { Context } from '../../steps/types.ts';
import { askedOfSessions, defaultsFile } from './conf.ts';

/** What a server requests, and what its sessions' executors do where nobody says it. */
export interface LabSizes {
  server: NonNullable<Container['resources']>;
  executors: Properties;
  /** Most that the folder of shuffled data may hold; without it, what the node's disk holds. */
  scratch?: string;
}

/** A kernel of TensorFlow beside one of Spark; an idle server takes a fifth of a GiB. */
const mebibyte = 2 ** 20;
const mostMemory = 3 * 1024 * mebibyte;
const usualMemory = 1024 * mebibyte;

/** Executors that find room at the same time, in a cluster where nothing else runs. */
const executorsAtOnce = '2';

const executorKeys = allSizeKeys.filter((key) => key.includes('executor') && key !== sizeKeys.executors);

/** Those that the server has, so that another look makes no other pod; else such as fit. */
export async function chooseLabSizes(context: Context, object: string): Promise<LabSizes> {
  const { kube, profile } = context;
  const ref = deploymentRef(object, profile);
  const live = await kube.get(ref);
  const settings = await kube.get({ ...ref, apiVersion: 'v1', kind: 'ConfigMap' });
  if (live && settings) return sizesOf(profile, live, settings);
  return labSizesIn(profile, await lookAtRoom(kube, profile.namespace));
}

/** What the profile does not say, in the present state of the cluster. */
function sizesOf(profile: Profile, live: Manifest, settings: Manifest): LabSizes {
  const { template } = (live as KubeObject<V1Deployment>).spec;
  const { requests, limits } = template.spec?.containers[0]?.resources ?? {};
  const { cores, memory } = profile.notebook;
  const text = (settings['data'] as Record<string, string>)[defaultsFile] ?? '';
  const asked = askedOfSessions(profile);
  const executors = executorKeys.flatMap((key) => {
    const value = asked[key] === undefined ? propertyIn(text, key) : undefined;
    return value === undefined ? [] : [[key, value]];
  });
  return {
    server: {
      requests: { ...requests, ...(cores ? { cpu: cores } : {}), ...(memory ? { memory } : {}) },
      limits: { ...limits, ...(memory ? { memory } : {}) },
    },
    executors: Object.fromEntries(executors),
  };
}

/** Sizes that fit the nodes whatever else runs: a server waits for people, and its executors come and go. */
export function labSizesIn(profile: Profile, room: Room): LabSizes {
  const server = serverSizes(profile, room);
  const asked = askedOfSessions(profile);
  const { requests } = server;
  const whole = amountsOf(requests);
  const beside = {
    requests: {},
    driver: elasticDriverSpec(profile),
    executor: elasticExecutorSpec(profile, asked),
  };
  const properties = {
    ...asked,
    'spark.dynamicAllocation.initialExecutors': executorsAtOnce,
    // The server in the place of a driver.
    [sizeKeys.request('driver')]: requests?.['cpu'] ?? '0',
    [sizeKeys.memory('driver')]: `${Math.ceil((whole['memory'] ?? 0) / mebibyte)}m`,
    'spark.driver.memoryOverhead': '0',
  };
  const found =
    findFit(properties, beside, emptied(room)) ??
    findFit({ ...properties, 'spark.dynamicAllocation.initialExecutors': '1' }, beside, emptied(room));
  if (!found) {
    const { cause } = refusalOf(properties, beside, emptied(room));
    throw usageFailure(
      `a notebook server does not fit: ${cause.replace(/\bdriver\b/, 'server')}`,
      'use larger nodes, or request less with --set notebook.cores, notebook.memory or spark.conf.spark.executor.memory',
    );
  }
  const executors = Object.entries(found.chosen).filter(([key]) => executorKeys.includes(key));
  return { server, executors: Object.fromEntries(executors) };
}

/** One line for a person. */
export function sizesLine({ server, executors }: LabSizes, profile: Profile): string {
  const amounts = (quantities: Record<string, string> = {}) =>
    Object.entries(amountsOf(quantities)).map(([name, amount]) => shownAmount(amount, name));
  const { requests } = takenBy('executor', { ...askedOfSessions(profile), ...executors });
  const executor = ['cpu', 'memory'].map((name) => shownAmount(requests[name] ?? 0, name));
  return `server: requests ${amounts(server.requests).join(' and ')}, limited to ${amounts(server.limits).join(' and ')}; executors: ${executor.join(' and ')} each`;
}

function serverSizes(profile: Profile, { limits, nodes, quotas }: Room): LabSizes['server'] {
  const { cores, memory } = profile.notebook;
  const cpu = bounds(limits, 'cpu');
  const own = bounds(limits, 'memory');
  const largest = Math.max(
    0,
    ...nodes
      .filter(({ node }) => admits(node, elasticDriverSpec(profile)))
      .map(({ whole, kept }) => (whole['memory'] ?? 0) - (kept['memory'] ?? 0)),
  );
  const most = Math.max(usualMemory, own.least, Math.min(mostMemory, own.most, largest || mostMemory));
  // A quota of limits takes no pod without one.
  const isLimited = cpu.limit === undefined && quotas.some(({ hard }) => hard['limits.cpu'] !== undefined);
  return {
    requests: {
      cpu: cores ?? cpuQuantity(Math.min(Math.max(leastCpu, cpu.least), cpu.most)),
      memory: memory ?? memoryQuantity(Math.min(most, own.most, Math.max(usualMemory, own.least))),
    },
    limits: { memory: memory ?? memoryQuantity(Math.min(most, own.most)), ...(isLimited ? { cpu: cores ?? '1' } : {}) },
  };
}
