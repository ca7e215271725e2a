// Brings the objects of a run into the cluster, in the order that starts the driver soonest.
import { Failure } from '../lib/failure.ts';
import { httpStatusOf } from '../lib/kube-failure.ts';
import { refOf } from '../lib/ref.ts';
import type { Kube, Manifest } from '../lib/types.ts';
import type { Pod } from './pod.ts';
import { diagnoseRefusal } from './refusal.ts';
import type { RunObjects } from './run-objects.ts';
import { ownerOf } from './run-objects.ts';

/**
 * Makes a run's objects, or takes over those that an earlier submit with the same id made. Answers the driver pod.
 *
 * Spark creates the pod first, because owner references need its uid; the kubelet then often finds the ConfigMaps
 * missing and waits half a second or more before it looks again. Here they come first, all at once, and are handed to
 * the pod afterwards, while it is being scheduled. A submit that is killed in between leaves objects that carry the
 * run's label and can be adopted or removed by it.
 */
export async function ensureSubmitted(kube: Kube, { pod, beside }: RunObjects): Promise<Manifest> {
  let made: Manifest;
  try {
    await Promise.all(beside.map((manifest) => makeOrAdopt(kube, manifest)));
    made = await makeOrAdopt(kube, pod);
  } catch (error) {
    // As Spark does: a run that cannot start leaves nothing behind.
    await Promise.allSettled(beside.map((manifest) => kube.remove(refOf(manifest))));
    throw refused(error);
  }
  // Without a uid nothing was made, only shown.
  if (made.metadata.uid) await Promise.all(beside.map((manifest) => handOver(kube, manifest, made)));
  return made;
}

/** Creates, for that is much less work for the API server than applying; takes over what an earlier submit has made. */
async function makeOrAdopt(kube: Kube, manifest: Manifest): Promise<Manifest> {
  try {
    return await kube.create(manifest);
  } catch (error) {
    if (httpStatusOf(error) !== 409) throw error;
    const live = (await kube.isApplied(manifest)) ? await kube.get(refOf(manifest)) : undefined;
    return live ?? kube.apply(manifest);
  }
}

/** Makes the driver pod the owner of an object of its run. */
const handOver = (kube: Kube, manifest: Manifest, pod: Manifest): Promise<Manifest> =>
  kube.patch(refOf(manifest), [{ op: 'add', path: '/metadata/ownerReferences', value: [ownerOf(pod)] }]);

/** Removes a run; its other objects go with the pod that owns them. */
export const removeRun = (kube: Kube, pod: Pod): Promise<void> => kube.remove(refOf(pod));

function refused(error: unknown): unknown {
  const refusal = error instanceof Failure ? diagnoseRefusal(error.message) : undefined;
  return refusal ? new Failure(refusal.cause, { hint: refusal.cure, cause: error }) : error;
}
