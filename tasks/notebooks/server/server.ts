// Reads the state of a notebook server, and waits until it works and rejects requests without its token.
import { firstLine } from '../../causes/finding.ts';
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import { type Deployment, isServing } from '../../kube/deployment.ts';
import { deploymentRef } from '../../servers/names.ts';
import { liveExecutors, presentPod, whatKeeps } from '../../servers/state.ts';
import { notebookLabel, type Pod } from '../../spark/pod.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { withLab } from './link.ts';
import { podsOf, serverLabels } from './names.ts';

/** What one look at a notebook server shows. */
export interface NotebookState {
  /** Name of its objects. */
  name: string;
  state: 'ready' | 'starting';
  /** Kernels that run; undefined if the server did not say. */
  kernels: number | undefined;
  /** Pods of executors that have not ended. */
  executors: number;
}

/** A new volume in a cloud takes a minute, and so does a first pull of two gigabytes; seconds. */
const startSeconds = 600;

/** The servers of the namespace, or the one of this name, in their present state. */
export async function lookAtLabs(context: Context, object?: string): Promise<NotebookState[]> {
  const { kube, profile } = context;
  const [label] = Object.entries(serverLabels(''))[0] ?? [];
  const found = await kube.list({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: profile.namespace,
    labelSelector: `${label}=notebook,${notebookLabel}${object ? `=${object}` : ''}`,
  });
  return Promise.all(found.map((deployment) => lookAt(context, deployment as Deployment)));
}

async function lookAt(context: Context, deployment: Deployment): Promise<NotebookState> {
  const { kube, profile } = context;
  const { name } = deployment.metadata;
  const pods = (await kube.list(podsOf(name, profile))) as Pod[];
  const isReady = isServing(deployment);
  return {
    name,
    state: isReady ? 'ready' : 'starting',
    kernels: isReady ? await withLab(context, name, (link) => link.kernels()).catch(() => undefined) : undefined,
    executors: liveExecutors(pods),
  };
}

/** Waits until the server takes its token and turns others away. One that lets strangers in is ended at once. */
export const waitForLab = (object: string, down: string): SingleStep => ({
  title: 'Wait for JupyterLab',
  observes: true,
  run: async (context, out) => {
    const { kube, profile, signal } = context;
    await until({
      for: 'JupyterLab',
      seconds: startSeconds,
      everyMs: 500,
      signal,
      onSeen: out.line,
      hint: `inspect its pod: kubectl --namespace ${profile.namespace} describe pod --selector ${notebookLabel}=${object}`,
      probe: async () => {
        const live = (await kube.get(deploymentRef(object, profile))) as Deployment | undefined;
        if (!live)
          throw new Failure(`notebook server ${object} was removed`, {
            hint: 'find out who removed the server, and run the command again',
          });
        if (!isServing(live)) return { seen: await whatItSays(context, live, down) };
        const end = () => kube.remove(deploymentRef(object, profile));
        const answers = await withLab(context, object, async () => true, end);
        return answers ? { done: true } : { seen: 'JupyterLab does not accept its token yet' };
      },
    });
  },
});

async function whatItSays({ kube, profile }: Context, deployment: Deployment, down: string): Promise<string> {
  const pod = presentPod(deployment, (await kube.list(podsOf(deployment.metadata.name, profile))) as Pod[]);
  if (pod) verifyCloned(pod, down);
  return whatKeeps(kube, pod);
}

/** The kubelet would try for ever, and a wrong address stays wrong. */
function verifyCloned({ status }: Pod, down: string): void {
  const clone = status?.initContainerStatuses?.find(({ name }) => name === 'git');
  const end = clone?.state?.terminated ?? clone?.lastState?.terminated;
  if (!end || end.exitCode === 0) return;
  const words = (end.message ?? '').trim().split('\n');
  throw new Failure(firstLine(words.at(-1)) || 'git cannot clone the repository', {
    hint: `correct notebook.git or --git, stop the server with ${down}, and run the command again`,
  });
}
