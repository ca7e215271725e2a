// Reserves a run's name with its first object; the same content resumes the run, and other content is refused.
import { createHash } from 'node:crypto';
import { appliedAnnotation, stamped } from '../../kube/compare.ts';
import { httpStatusOf } from '../../kube/failure.ts';
import { refOf } from '../../kube/ref.ts';
import type { Kube, Manifest } from '../../kube/types.ts';
import { type Pod, runLabel } from '../../spark/pod.ts';
import type { RunObjects } from '../../submission/run-objects.ts';
import { differsFrom, type Reservation, taken } from '../../submission/submission.ts';
import { objectsOfRun, removeAll } from '../leftovers.ts';
import { isEnded } from '../start.ts';

/** Annotation of a named run's first object: the hash of all that the run is. */
const contentAnnotation = 'firesteel/content';

/** The hash of all that a run is: two submits of the same job, arguments, conf and image have the same. */
export function contentOf({ pod, beside }: RunObjects): string {
  const stamps = [pod, ...beside].map((manifest) => stamped(manifest).metadata.annotations?.[appliedAnnotation]);
  return createHash('sha256').update(stamps.join()).digest('hex').slice(0, 16);
}

/**
 * Takes the name of a run in the cluster by making its first object, which the API server lets one submit do; or finds
 * the run there, begun or under way, with this very content. A usage Failure if it is another one. What a run of that name
 * left whose driver is gone is removed.
 */
export async function reserveRun(kube: Kube, objects: RunObjects): Promise<Reservation> {
  const [first] = objects.beside;
  if (!first) throw new Error('a run has objects beside its pod');
  const annotations = { ...first.metadata.annotations, [contentAnnotation]: contentOf(objects) };
  const wanted: Manifest = { ...first, metadata: { ...first.metadata, annotations } };
  for (let attempt = 1; ; attempt++) {
    try {
      await kube.create(wanted);
      return { object: first, isNew: true };
    } catch (error) {
      if (httpStatusOf(error) !== 409 || attempt === mostAttempts) throw error;
    }
    // In this order: an owner that is not there when its object is has been removed.
    const live = await kube.get(refOf(first));
    const driver = await kube.get(refOf(objects.pod));
    if (!live) continue;
    if (isLeftOver(live, driver)) {
      const { namespace = '', labels } = first.metadata;
      const run = labels?.[runLabel];
      if (!run) throw new Error(`${first.kind} ${first.metadata.name} has no label ${runLabel}`);
      await removeAll(kube, await objectsOfRun(kube, namespace, run));
      continue;
    }
    if (live.metadata.annotations?.[contentAnnotation] !== annotations[contentAnnotation]) {
      const hasEnded = driver !== undefined && isEnded(driver as Pod);
      const [own, other] = driver && differsFrom(objects.pod, driver) ? [objects.pod, driver] : [wanted, live];
      throw taken(own, other, { hasEnded });
    }
    return { object: first, isNew: false };
  }
}

const mostAttempts = 5;

const isLeftOver = ({ metadata }: Manifest, driver: Manifest | undefined): boolean => {
  const owner = metadata.ownerReferences?.[0]?.uid;
  const isGoing = [metadata, driver?.metadata].some((one) => one?.deletionTimestamp !== undefined);
  return isGoing || (owner !== undefined && owner !== driver?.metadata.uid);
};
