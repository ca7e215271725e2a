// Reads the state of a Connect server, and waits until it is ready.
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { type Deployment, isServing } from '../kube/deployment.ts';
import { deploymentRef } from '../servers/names.ts';
import { liveExecutors, presentPod, whatKeeps } from '../servers/state.ts';
import { connectLabel, type Pod } from '../spark/pod.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { clientFile, openAddress } from './client.ts';
import { podsOf, serversIn } from './names.ts';
import { countSessions } from './pages.ts';

/** What one look at a Spark Connect server shows. */
export interface ConnectState {
  /** Name of its objects. */
  name: string;
  state: 'ready' | 'starting';
  /** The version of Spark that it was made with. */
  version: string | undefined;
  /** Sessions that it holds; undefined if the server did not say. */
  sessions: number | undefined;
  /** Pods of executors that have not ended. */
  executors: number;
  /** Where clients of this machine reach it; undefined while no `open` runs here. */
  address: string | undefined;
}

/** A first pull of a gigabyte takes minutes in a cloud; seconds. */
const startSeconds = 600;

/** The servers of the namespace, or the one of this name, in their present state. */
export async function lookAtServers(context: Context, object?: string): Promise<ConnectState[]> {
  const found = await context.kube.list(serversIn(context.profile, object));
  return Promise.all(found.map((deployment) => lookAt(context, deployment as Deployment)));
}

async function lookAt(context: Context, deployment: Deployment): Promise<ConnectState> {
  const { kube, profile } = context;
  const { name, annotations } = deployment.metadata;
  const pods = (await kube.list(podsOf(name, profile))) as Pod[];
  const isReady = isServing(deployment);
  return {
    name,
    state: isReady ? 'ready' : 'starting',
    version: annotations?.['firesteel/spark'],
    sessions: isReady ? await countSessions(context, name).catch(() => undefined) : undefined,
    executors: liveExecutors(pods),
    address: await openAddress(clientFile(profile, name)),
  };
}

/** Waits until the server takes connections. */
export const waitForServer = (object: string): SingleStep => ({
  title: 'Wait for the Connect server',
  observes: true,
  run: async (context, out) => {
    const { kube, profile, signal } = context;
    await until({
      for: 'Connect server',
      seconds: startSeconds,
      everyMs: 500,
      signal,
      onSeen: out.line,
      hint: `read its log: kubectl --namespace ${profile.namespace} logs --selector ${connectLabel}=${object},spark-role=driver`,
      probe: async () => {
        const live = (await kube.get(deploymentRef(object, profile))) as Deployment | undefined;
        if (!live)
          throw new Failure(`${object} was removed`, {
            hint: 'find out who removed the server, and run the command again',
          });
        if (isServing(live)) return { done: true };
        const pods = (await kube.list(podsOf(object, profile))) as Pod[];
        return { seen: await whatKeeps(kube, presentPod(live, pods)) };
      },
    });
  },
});
