// Brings the objects of a run into the cluster, in the order that starts the driver soonest.
import { Failure } from '../lib/failure.ts';
import { refOf } from '../lib/ref.ts';
import type { Kube, Manifest } from '../lib/types.ts';
import type { Pod } from './pod.ts';
import { diagnoseRefusal } from './refusal.ts';
import type { RunObjects } from './run-objects.ts';
import { ownedBy } from './run-objects.ts';

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
    await Promise.all(beside.map((manifest) => kube.apply(manifest)));
    made = await kube.apply(pod);
  } catch (error) {
    // As Spark does: a run that cannot start leaves nothing behind.
    await Promise.allSettled(beside.map((manifest) => kube.remove(refOf(manifest))));
    throw refused(error);
  }
  // Without a uid nothing was made, only shown.
  if (made.metadata.uid) await Promise.all(beside.map((manifest) => kube.apply(ownedBy(made, manifest))));
  return made;
}

/** Removes a run; its other objects go with the pod that owns them. */
export const removeRun = (kube: Kube, pod: Pod): Promise<void> => kube.remove(refOf(pod));

function refused(error: unknown): unknown {
  const refusal = error instanceof Failure ? diagnoseRefusal(error.message) : undefined;
  return refusal ? new Failure(refusal.cause, { hint: refusal.cure, cause: error }) : error;
}
