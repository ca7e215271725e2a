// Creates a GKE cluster, or waits for a creation that another run has begun.
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output, SingleStep } from '../../steps/types.ts';
import { otherSettings } from '../made-with.ts';
import type { GkeCluster, GkeOperation, GkeServerConfig } from './api/container.ts';
import { googleFailure, laterFailure } from './api/failures.ts';
import { type Door, usualDoor } from './api/google.ts';
import { hasCode } from './api/google-error.ts';
import {
  again,
  final,
  interrupted,
  isLost,
  look,
  openOperations,
  readOperation,
  storeOperation,
  type Waiting,
  waitForOperation,
} from './api/operations.ts';
import { clusterPath, parentOf, projectOf } from './names.ts';
import { createClusterRequest, requestedSettings } from './request.ts';
import { complaints, lookAtCluster, lookIfPossible } from './status.ts';

/** How often one run asks Google to create before it gives up. */
const mostTries = 3;

/** Looks this often, a pause between, before an unanswered creation counts as never begun. */
const looksAfterLoss = 4;

/** The step that makes the cluster, or waits for the one that is being made. */
export const createCluster = (profile: Profile, door: Door = usualDoor): SingleStep => ({
  title: 'Create the cluster',
  skip: async (context) => {
    const seen = await lookIfPossible(profile, context, door);
    if (seen.is === 'foreign') throw foreignFailure(profile);
    if (seen.is !== 'running') return false;
    return `cluster ${profile.clusterName} is running${otherSettings(requestedSettings(profile, seen.cluster))}`;
  },
  run: async (context, out) => {
    const { clusterName, gke } = profile;
    const name = `create cluster ${clusterName} (${gke.mode}) in ${gke.location}`;
    const fields = createClusterRequest(profile).cluster ?? {};
    await context.change({ action: 'create', name, fields }, () => bringUp(profile, context, out, door));
  },
});

const foreignFailure = ({ clusterName, gke }: Profile): Failure =>
  new Failure(`cluster ${clusterName} in ${gke.location} was not made by firesteel: it lacks firesteel's label`, {
    hint: 'set clusterName to another name, or use that cluster with --profile context',
  });

const creation = ({ clusterName }: Profile): string => `the creation of cluster ${clusterName}`;

/** Until the cluster runs; Failure with what is wrong, if it cannot. */
export async function bringUp(profile: Profile, context: Context, out: Output, door: Door): Promise<void> {
  const waiting: Waiting = { profile, google: door.open(context), door, signal: context.signal, out };
  const doing = { doing: `look for cluster ${profile.clusterName}`, project: projectOf(profile) };
  let tries = 0;
  await look<true>(waiting, creation(profile), doing, async () => {
    const seen = await lookAtCluster(profile, waiting.google.container);
    switch (seen.is) {
      case 'running':
        return true;
      case 'foreign':
        throw foreignFailure(profile);
      case 'error':
      case 'degraded':
        throw brokenFailure(profile, seen.cluster);
      case 'stopping':
        return waitForOpen(
          waiting,
          'the cluster is being deleted',
          `the deletion of cluster ${profile.clusterName}`,
          'delete',
        );
      case 'reconciling':
        return waitForOpen(
          waiting,
          'Google is changing the cluster',
          `a change of cluster ${profile.clusterName}`,
          'change',
        );
      case 'provisioning':
        return waitForOpen(waiting, 'the cluster is being created', creation(profile), 'create');
      case 'absent': {
        // What an earlier run began may not be seen as a cluster yet, or have failed without leaving one.
        if (tries === 0 && (await waitForEarlier(waiting))) return again;
        if (tries === 0 && profile.gke.version)
          verifyVersion(profile, await waiting.google.container.getServerConfig(parentOf(profile)));
        if (tries >= mostTries)
          throw new Failure(`Google has not created cluster ${profile.clusterName} after ${tries} requests`, {
            hint: 'run the same command again in a few minutes',
          });
        tries += 1;
        await create(waiting, context, tries === mostTries);
        return again;
      }
    }
  });
}

/** Asks Google to create it. Without an answer it looks first what has come of it. */
async function create(waiting: Waiting, context: Context, isLast: boolean): Promise<void> {
  const { profile, google, out } = waiting;
  const doing = `create cluster ${profile.clusterName}`;
  let operation: GkeOperation;
  waiting.goesOn = `perhaps ${creation(profile)}`;
  try {
    operation = await withGrace(waiting, google.container.createCluster(createClusterRequest(profile)));
  } catch (error) {
    // Someone else was faster: what they made is looked at next.
    if (hasCode(error, 'ALREADY_EXISTS')) return;
    const failure = googleFailure(error, { doing, project: projectOf(profile) });
    if (isLast || !isLost(error)) throw final(failure);
    out.line('no answer to the request; checking whether the creation has begun');
    await reconcile(waiting);
    return;
  }
  await storeOperation(profile, operation, context);
  out.line(`${operation.name} began`);
  await waitForOperation(waiting, operation.name ?? '', creation(profile), doing);
}

/** The answer to a change is worth waiting for even after Ctrl-C, but not for long. */
async function withGrace<T>(waiting: Waiting, answer: Promise<T>): Promise<T> {
  const { signal, door } = waiting;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const late = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(interrupted(waiting)), door.graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Looks a few times whether there is a cluster, or an operation that makes it: only then may it be requested again. */
async function reconcile(waiting: Waiting): Promise<void> {
  const { profile, google } = waiting;
  let looks = 0;
  const doing = { doing: `look for cluster ${profile.clusterName}`, project: projectOf(profile) };
  await look(waiting, creation(profile), doing, async () => {
    const cluster = await google.container.getCluster(clusterPath(profile));
    const open = await openOperations(waiting);
    looks += 1;
    return cluster || open.length > 0 || looks >= looksAfterLoss ? true : undefined;
  });
  delete waiting.goesOn;
}

/** Waits for the operation that an earlier run left in its file, if Google still works on it; false if there is none. */
async function waitForEarlier(waiting: Waiting): Promise<boolean> {
  const { profile, out } = waiting;
  const open = await openOperations(waiting);
  const stored = await readOperation(profile);
  const found = open.find(({ name }) => name === stored) ?? open[0];
  if (!found?.name) return false;
  out.line(`waiting for ${found.name}`);
  await waitForOperation(waiting, found.name, creation(profile), `create cluster ${profile.clusterName}`);
  return true;
}

type Change = 'create' | 'delete' | 'change';

/** Waits for what Google is doing to the cluster, for any user; a moment, if Google does not say what. */
async function waitForOpen(
  waiting: Waiting,
  why: string,
  what: string,
  change: Change,
): Promise<typeof again | undefined> {
  const { profile, out } = waiting;
  const stored = await readOperation(profile);
  const [first, ...others] = await openOperations(waiting);
  if (!first) {
    out.line(why);
    return undefined;
  }
  const found = [first, ...others].find(({ name }) => name === stored) ?? first;
  const id = found.name ?? '';
  out.line(`${why}: waiting for ${id}${id === stored || change !== 'create' ? '' : ', which another run began'}`);
  try {
    await waitForOperation(waiting, id, what, `${change} cluster ${profile.clusterName}`);
  } catch (error) {
    // An upgrade of Google's that failed is not a reason to fail, if the cluster runs.
    if (change !== 'change' || waiting.signal.aborted || !(error instanceof Failure)) throw error;
    out.line(error.message);
  }
  return again;
}

/** A cluster that Google gave up. */
function brokenFailure(profile: Profile, cluster: GkeCluster): Failure {
  const { message, hint } = laterFailure(
    { conditions: cluster.conditions ?? [], words: complaints(cluster) },
    { doing: `use cluster ${profile.clusterName}, which is in ${String(cluster.status)}`, project: projectOf(profile) },
  );
  const destroy = 'firesteel destroy';
  return new Failure(message, { hint: `delete the cluster: ${destroy}; then ${hint ?? 'run the same command again'}` });
}

/** `1.34` stands for any 1.34.x, as the API takes it. */
const isOf = (version: string, asked: string): boolean =>
  version === asked || version.startsWith(`${asked}.`) || version.startsWith(`${asked}-`);

/** Failure with what there is instead, if the profile's release channel does not have its version. */
function verifyVersion({ gke }: Profile, { channels }: GkeServerConfig): void {
  const asked = gke.version;
  const valid = (channels ?? []).find(({ channel }) => String(channel) === gke.releaseChannel)?.validVersions ?? [];
  // A location that tells no versions is left to judge for itself.
  if (!asked || valid.length === 0 || valid.some((version) => isOf(version, asked))) return;
  const minors = [...new Set(valid.map((version) => version.split('.').slice(0, 2).join('.')))];
  throw new Failure(`gke.version ${asked} is not in release channel ${gke.releaseChannel} of ${gke.location}`, {
    hint: `remove the key, or choose one of ${minors.join(', ')}; the newest is ${valid[0]}`,
  });
}
