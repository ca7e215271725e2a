// Creates the objects of a run, in the order that starts the driver soonest.
import { diagnoseRefusal } from '../causes/refusal.ts';
import { Failure, usageFailure } from '../core/failure.ts';
import type { Difference } from '../kube/compare.ts';
import { differences, isStampedAs } from '../kube/compare.ts';
import { httpStatusOf } from '../kube/failure.ts';
import { refOf, shownRef } from '../kube/ref.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Pod } from '../spark/pod.ts';
import { runLabel } from '../spark/pod.ts';
import { propertiesFile } from './driver.ts';
import type { RunObjects } from './run-objects.ts';
import { ownerOf } from './run-objects.ts';

/** The first object of a run, by which its name was taken. */
export interface Reservation {
  object: Manifest;
  /** Whether this submit made it, or found it. */
  isNew: boolean;
}

/**
 * Makes a run's objects, or takes over those that an earlier submit of the same made. Returns the driver pod.
 *
 * Spark creates the pod first, because owner references need its uid; the kubelet then often finds the ConfigMaps
 * missing and waits half a second or more before it looks again. Here they come first, all at once, and are handed to
 * the pod afterwards, while it is being scheduled. A submit that is killed in between leaves objects that carry the
 * run's label and can be adopted or removed by it.
 */
export async function ensureSubmitted(
  kube: Kube,
  { pod, beside }: RunObjects,
  reserved?: Reservation,
): Promise<Manifest> {
  const own = reserved?.isNew ? [reserved.object] : [];
  const ensure = async (manifest: Manifest): Promise<Manifest> => {
    const { live, isNew } = await makeOrAdopt(kube, manifest);
    if (isNew) own.push(manifest);
    return live;
  };
  const leftOut = new Set<Manifest>();
  const ensureBeside = (manifest: Manifest): Promise<unknown> =>
    ensure(manifest).catch((error: unknown) => {
      if (!isForbiddenPolicy(manifest, error)) throw error;
      leftOut.add(manifest);
    });
  try {
    await allEnded(beside.filter((manifest) => manifest !== reserved?.object).map(ensureBeside));
    const made = await ensure(pod);
    const there = beside.filter((manifest) => !leftOut.has(manifest));
    // Without a uid nothing was made, only shown.
    if (made.metadata.uid) await allEnded(there.map((manifest) => handOver(kube, manifest, made)));
    return made;
  } catch (error) {
    // As Spark does: a run that cannot start leaves nothing behind. What another submit made is that one's.
    await Promise.allSettled(own.map((manifest) => kube.remove(refOf(manifest))));
    throw refused(error);
  }
}

/** Who may run jobs and make no policies is in a namespace that others keep apart: a run goes without its own there. */
const isForbiddenPolicy = ({ kind }: Manifest, error: unknown): boolean =>
  kind === 'NetworkPolicy' && httpStatusOf(error) === 403;

/** Waits until each has ended, also after a failure, for what arrives late would outlive a clean-up; then throws the first. */
export async function allEnded(all: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(all);
  await Promise.all(all);
}

/** Creates, for that is much less work for the API server than applying; takes over what an earlier submit has made. */
async function makeOrAdopt(kube: Kube, manifest: Manifest): Promise<{ live: Manifest; isNew: boolean }> {
  try {
    return { live: await kube.create(manifest), isNew: true };
  } catch (error) {
    const live = httpStatusOf(error) === 409 ? await kube.get(refOf(manifest)) : undefined;
    if (!live) throw error;
    if (!isStampedAs(manifest, live)) throw taken(manifest, live);
    return { live, isNew: false };
  }
}

/** Where two objects differ; of a properties file, in which properties. */
function shownDifference({ path, wanted, live }: Difference): string[] {
  if (!path.endsWith(`["${propertiesFile}"]`)) return [path];
  const lines = [wanted, live].map((text) => String(text ?? '').split('\n'));
  const changed = lines.flatMap((own, one) => own.filter((line) => !lines[1 - one]?.includes(line)));
  return [...new Set(changed.map((line) => line.split('=')[0] ?? line))];
}

/** Annotations only repeat what something else says. */
const tellingDifferences = (wanted: Manifest, live: Manifest): Difference[] =>
  differences(wanted, live).filter(({ path }) => !path.startsWith('metadata.annotations'));

/** Whether an object is not as wanted, in more than its annotations. */
export const differsFrom = (wanted: Manifest, live: Manifest): boolean => tellingDifferences(wanted, live).length > 0;

/** A run's name that another run has; says where the two differ, but no values, which may be anything. */
export function taken(wanted: Manifest, live: Manifest, { hasEnded = false } = {}): Failure {
  const run = wanted.metadata.labels?.[runLabel] ?? wanted.metadata.name;
  const names = tellingDifferences(wanted, live).flatMap(shownDifference);
  const where = names.length > 0 ? `, with another ${names.slice(0, 3).join(', ')}` : ', with other content';
  return usageFailure(
    `run ${run} already exists: ${shownRef(refOf(wanted))}${where}`,
    hasEnded
      ? 'choose another name: that run has ended'
      : `choose another name, or kill that run first: firesteel kill ${run}`,
  );
}

/** Makes the driver pod the owner of an object of its run. */
export const handOver = (kube: Kube, manifest: Manifest, pod: Manifest): Promise<Manifest> =>
  kube.patch(refOf(manifest), [{ op: 'add', path: '/metadata/ownerReferences', value: [ownerOf(pod)] }]);

/** Removes a run; its other objects go with the pod that owns them. */
export const removeRun = (kube: Kube, pod: Pod): Promise<void> => kube.remove(refOf(pod));

function refused(error: unknown): unknown {
  const refusal = error instanceof Failure ? diagnoseRefusal(error.message) : undefined;
  return refusal ? new Failure(refusal.cause, { hint: refusal.cure, cause: error }) : error;
}
