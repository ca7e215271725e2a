// How a Connect server is: whether it is ready, its version, sessions and executors; and the wait until it is ready.
import type { V1Deployment } from '@kubernetes/client-node';
import { shownDiagnosis } from '../causes/finding.ts';
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Manifest } from '../kube/types.ts';
import { explain } from '../runs/start.ts';
import { connectLabel, isDriver, type Pod } from '../spark/pod.ts';
import type { ConnectState, Context, SingleStep } from '../steps/types.ts';
import { clientFile, openAddress } from './client.ts';
import { deploymentRef, podsOf, serversIn } from './names.ts';
import { countSessions } from './pages.ts';

/** A first pull of a gigabyte takes minutes in a cloud; seconds. */
const startSeconds = 600;

type Deployment = KubeObject<V1Deployment>;

const isServing = ({ metadata, status }: Deployment): boolean =>
  status?.observedGeneration === metadata.generation && status?.updatedReplicas === 1 && status?.readyReplicas === 1;

const isLive = ({ status }: Pod): boolean => ['Pending', 'Running'].includes(status?.phase ?? '');

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
    executors: pods.filter((pod) => !isDriver(pod) && isLive(pod)).length,
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
          throw new Failure(`${object} was removed`, { hint: 'find out who removed it, and run the command again' });
        return isServing(live) ? { done: true } : { seen: await whatKeeps(context, live) };
      },
    });
  },
});

const settingsOf = (found: Pick<Manifest, 'metadata'> | undefined): string | undefined =>
  found?.metadata?.annotations?.['firesteel/settings'];

async function whatKeeps({ kube, profile }: Context, deployment: Deployment): Promise<string> {
  const pods = (await kube.list(podsOf(deployment.metadata.name, profile))) as Pod[];
  const settings = settingsOf(deployment.spec?.template as Manifest);
  const pod = pods.find((one) => isDriver(one) && settingsOf(one) === settings && !one.metadata.deletionTimestamp);
  if (!pod) return 'no pod yet';
  const diagnosis = await explain(kube, pod);
  return diagnosis ? shownDiagnosis(diagnosis) : `its pod is ${pod.status?.phase ?? 'new'}`;
}
