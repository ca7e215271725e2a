// Checks whether workers fit on the nodes, and chooses their CPU requests.
import type { V1StatefulSet } from '@kubernetes/client-node';
import { usageFailure } from '../core/failure.ts';
import type { KubeObject } from '../kube/object.ts';
import { quantityValue } from '../kube/quantity.ts';
import type { Profile } from '../profile/schema.ts';
import { type Amounts, amountsOf, countIn, minus, podRequests, shownAmount, sum } from '../spark/sizes/amounts.ts';
import { cpuQuantity, cpuStep, leastCpu } from '../spark/sizes/choice.ts';
import { lookAtRoom, type Room } from '../spark/sizes/room.ts';
import type { Context } from '../steps/types.ts';
import { partLabel, workerRef } from './names.ts';

export type WorkerSet = KubeObject<V1StatefulSet>;

export const workerSet = async ({ kube, profile }: Pick<Context, 'kube' | 'profile'>): Promise<WorkerSet | undefined> =>
  (await kube.get(workerRef(profile))) as WorkerSet | undefined;

/** The profile with the cores and the memory of workers that run: their limits. */
export function withSizesOf(set: WorkerSet, profile: Profile): Profile {
  const { cpu, memory } = set.spec?.template.spec?.containers[0]?.resources?.limits ?? {};
  const cores = cpu === undefined ? undefined : quantityValue(cpu);
  const { worker } = profile.standalone;
  const live = { ...worker, ...(cores ? { cores } : {}), ...(memory ? { memory } : {}) };
  return { ...profile, standalone: { ...profile.standalone, worker: live } };
}

/** Parts of its cores that a worker requests, the best first. */
const parts = [1, 0.75, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05];

/** What nodes have for the pods of a standalone cluster: all that others do not hold. */
const freeIn = ({ nodes, pods }: Room): Amounts[] =>
  nodes
    .filter(({ isOpen }) => isOpen)
    .map(({ node, whole }) => {
      const others = pods.filter(
        ({ spec, metadata }) => spec.nodeName === node.metadata.name && metadata.labels?.[partLabel] === undefined,
      );
      return minus(whole, sum(others.map(podRequests)));
    });

/** How many workers with this request of CPU fit. */
function workersIn(profile: Profile, room: Room, cpu: string): number {
  const { master, worker } = profile.standalone;
  const need = { ...amountsOf({ cpu, memory: worker.memory }), pods: 1 };
  const [first = {}, ...others] = freeIn(room).sort((a, b) => countIn(b, need) - countIn(a, need));
  // The master takes its part of the largest.
  const beside = minus(first, { ...amountsOf({ cpu: '100m', memory: master.memory }), pods: 1 });
  return [beside, ...others].reduce((count, free) => count + countIn(free, need), 0);
}

/** The CPU that each of `count` workers requests in this room; a usage Failure if they never fit. */
export function requestIn(profile: Profile, room: Room, count: number): string {
  const { cores, memory, request } = profile.standalone.worker;
  const wanted = parts.map((part) => Math.max(leastCpu, Math.floor((cores * 1000 * part) / cpuStep) * cpuStep));
  const choices = request ? [request] : [...new Set(wanted)].map(cpuQuantity);
  const roomFor = (workers: number) => choices.find((cpu) => workersIn(profile, room, cpu) >= workers);
  // Drivers and further workers need CPU, too.
  const found = roomFor(2 * count) ?? roomFor(count);
  if (found) return found;
  const least = choices.at(-1) ?? '';
  if (room.grows) return least;
  const amounts = amountsOf({ cpu: least, memory });
  const most = workersIn(profile, room, least);
  throw usageFailure(
    `${count} workers do not fit: there is room for ${most} of ${shownAmount(amounts['cpu'] ?? 0, 'cpu')} and ${shownAmount(amounts['memory'] ?? 0, 'memory')}`,
    'use fewer workers, or smaller ones with --set standalone.worker.memory=1200Mi',
  );
}

/** The CPU that workers request: what the profile says, what those there have, or what lets them fit. */
export async function chooseRequest(context: Context, count: number): Promise<string> {
  const { profile } = context;
  const { request } = profile.standalone.worker;
  const live = (await workerSet(context))?.spec?.template.spec?.containers[0]?.resources?.requests?.['cpu'];
  return request ?? live ?? requestIn(profile, await lookAtRoom(context.kube, profile.namespace), count);
}

/** Usage Failure if that number of workers does not fit. */
export async function verifyFits({ kube, profile }: Context, set: WorkerSet, count: number): Promise<void> {
  const { cpu, memory } = set.spec?.template.spec?.containers[0]?.resources?.requests ?? {};
  const { worker } = profile.standalone;
  const own = {
    ...profile,
    standalone: {
      ...profile.standalone,
      worker: { ...worker, ...(cpu ? { request: cpu } : {}), ...(memory ? { memory } : {}) },
    },
  };
  requestIn(own, await lookAtRoom(kube, profile.namespace), count);
}
