// Finds the objects of runs in a namespace by our labels, and those that nothing needs.
import { noneIfForbidden } from '../kube/failure.ts';
import { refOf } from '../kube/ref.ts';
import { managedBy } from '../kube/render.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Pod } from '../spark/pod.ts';
import { isDriver, runLabel, terminated } from '../spark/pod.ts';
import { isEnded } from './start.ts';

/** Kinds a run is made of; pods first, for with its driver most of the rest goes by itself. */
const kinds = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
] as const;

const ours = Object.entries(managedBy).map(([key, value]) => `${key}=${value}`);

/** A submit makes the driver last: what has none may be of one under way for this long, in ms. */
const submitMs = 60_000;

/** Everything in a namespace that carries our label and a run's. */
export const objectsOfRuns = (kube: Kube, namespace: string): Promise<Manifest[]> =>
  labelled(kube, namespace, runLabel);

/** Everything of one run. */
export const objectsOfRun = (kube: Kube, namespace: string, run: string): Promise<Manifest[]> =>
  labelled(kube, namespace, `${runLabel}=${run}`);

async function labelled(kube: Kube, namespace: string, label: string): Promise<Manifest[]> {
  const labelSelector = [...ours, label].join(',');
  const lists = await Promise.all(
    kinds.map((kind) => kube.list({ ...kind, namespace, labelSelector }).catch(noneIfForbidden)),
  );
  return lists.flat();
}

/** The id of the run that an object belongs to. */
export const runOf = ({ metadata }: Manifest): string => metadata.labels?.[runLabel] ?? '';

const isPod = (object: Manifest): object is Pod => object.kind === 'Pod';

/** When a driver ended, in ms since 1970; undefined while it has not. */
function endOfDriver(pod: Pod): number | undefined {
  if (!isEnded(pod)) return undefined;
  // One that was evicted may have no state that tells its end; its conditions changed then.
  const changes = (pod.status?.conditions ?? []).flatMap(({ lastTransitionTime }) => lastTransitionTime ?? []);
  const lastChange = changes.sort().at(-1);
  return Date.parse(terminated(pod)?.finishedAt ?? lastChange ?? pod.metadata.creationTimestamp ?? '');
}

/**
 * What can go: all of a run whose driver ended that long ago, and what is left of a run whose driver is gone and is that
 * old itself. What is being removed already is left out.
 */
export function leftovers(objects: Manifest[], ageMs: number, now: number): Manifest[] {
  const drivers = new Map(
    objects
      .filter(isPod)
      .filter(isDriver)
      .map((pod) => [runOf(pod), pod]),
  );
  const isOld = (object: Manifest): boolean => {
    const driver = drivers.get(runOf(object));
    const end = driver ? endOfDriver(driver) : Date.parse(object.metadata.creationTimestamp ?? '');
    return end !== undefined && now - end >= (driver ? ageMs : Math.max(ageMs, submitMs));
  };
  return objects.filter((object) => !object.metadata.deletionTimestamp && isOld(object));
}

const atOnce = 20;

/** Removes objects, pods first; those that have gone with their owner are no trouble. */
export async function removeAll(kube: Kube, objects: Manifest[]): Promise<void> {
  const sorted = [...objects].sort((a, b) => Number(isPod(b)) - Number(isPod(a)));
  for (let first = 0; first < sorted.length; first += atOnce)
    await Promise.all(sorted.slice(first, first + atOnce).map((object) => kube.remove(refOf(object))));
}
