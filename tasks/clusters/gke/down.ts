// Deletes a GKE cluster that has our label, and waits until it is gone.
import { dirname } from 'node:path';
import { isEmptyFolder } from '../../core/files/changes.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output, SingleStep, Step } from '../../steps/types.ts';
import { ownFiles } from '../namesakes.ts';
import type { GkeOperation } from './api/container.ts';
import { googleFailure } from './api/failures.ts';
import { type Door, usualDoor } from './api/google.ts';
import { hasCode } from './api/google-error.ts';
import {
  again,
  final,
  isLost,
  look,
  openOperations,
  operationFile,
  storeOperation,
  type Waiting,
  waitForOperation,
} from './api/operations.ts';
import { clusterPath, projectOf } from './names.ts';
import { lookAtCluster, lookIfPossible } from './status.ts';

/** How often one run asks Google to delete before it gives up. */
const mostTries = 10;

export const downSteps = (profile: Profile, door: Door = usualDoor): Step[] => [
  deleteCluster(profile, door),
  removeFiles(profile),
];

const deleteCluster = (profile: Profile, door: Door): SingleStep => ({
  title: 'Delete the cluster',
  skip: async (context) => {
    const seen = await lookIfPossible(profile, context, door);
    if (seen.is === 'unknown') return seen.why;
    if (seen.is === 'foreign') return 'not made by firesteel, so it stays';
    return seen.is === 'absent' && 'no such cluster';
  },
  run: async (context, out) => {
    const { clusterName, gke } = profile;
    const name = `delete cluster ${clusterName} in ${gke.location}`;
    await context.change({ action: 'delete', name }, () => tearDown(profile, context, out, door));
  },
});

/** A local cluster may have the same name, and so the same folder. */
const removeFiles = (profile: Profile): SingleStep => {
  const files = () => ownFiles(profile, 'kubeconfig', 'kubeconfig.lock', 'operation.json');
  const folder = dirname(operationFile(profile));
  return {
    title: "Remove the cluster's files",
    skip: () => files().length === 0 && 'there are none',
    run: async ({ remove }) => {
      await remove(...files());
      if (isEmptyFolder(folder)) await remove(folder);
    },
  };
};

const deletion = ({ clusterName }: Profile): string => `the deletion of cluster ${clusterName}`;

/** Until there is no such cluster, or none of ours. */
export async function tearDown(profile: Profile, context: Context, out: Output, door: Door): Promise<void> {
  const waiting: Waiting = { profile, google: door.open(context), door, signal: context.signal, out };
  const { container } = waiting.google;
  const doing = { doing: `delete cluster ${profile.clusterName}`, project: projectOf(profile) };
  let tries = 0;
  await look<true>(waiting, deletion(profile), doing, async () => {
    const seen = await lookAtCluster(profile, container);
    if (seen.is === 'absent' || seen.is === 'foreign') return true;
    if (seen.is === 'stopping') {
      const [operation] = await openOperations(waiting);
      if (!operation?.name) return undefined;
      await waitForOperation(waiting, operation.name, deletion(profile), doing.doing);
      return again;
    }
    tries += 1;
    let operation: GkeOperation;
    try {
      operation = await container.deleteCluster(clusterPath(profile));
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return true;
      const isBusy = hasCode(error, 'FAILED_PRECONDITION', 'ABORTED');
      // An answer that got lost is not a reason to ask again: it is looked at first.
      if (tries >= mostTries || !(isBusy || isLost(error))) throw final(googleFailure(error, doing));
      if (isBusy) await waitUntilFree(waiting, (error as Error).message);
      return undefined;
    }
    await storeOperation(profile, operation, context);
    await waitForOperation(waiting, operation.name ?? '', deletion(profile), doing.doing);
    return again;
  });
}

/** Waits for what keeps Google from deleting; how that ends does not matter. */
async function waitUntilFree(waiting: Waiting, said: string): Promise<void> {
  const { signal, out } = waiting;
  const named = /operation-[\w-]+/.exec(said)?.[0];
  const [open] = await openOperations(waiting);
  const id = named ?? open?.name;
  if (!id) return out.line(said);
  out.line(`the cluster is busy; waiting for ${id}`);
  try {
    await waitForOperation(waiting, id, `operation ${id}`, `wait for operation ${id}`);
  } catch (error) {
    if (signal.aborted) throw error;
    out.line((error as Error).message);
  }
}
