// history: runs Spark's history server on a claim, where runs write their event logs.
import { Failure } from './core/failure.ts';
import { until } from './core/wait.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { type Deployment, isServing } from './kube/deployment.ts';
import { ourSelector, renderTemplate } from './kube/render.ts';
import type { Collection, Kube, Manifest, Ref } from './kube/types.ts';
import type { Profile } from './profile/schema.ts';
import { whatKeeps } from './servers/state.ts';
import { eventFolder, historyClaim, historyName, historyPort, historySelector } from './spark/event-log.ts';
import type { Pod } from './spark/pod.ts';
import { runLabel } from './spark/pod.ts';
import { containerSecurityContext, podSecurityContext } from './spark/pod-security.ts';
import { applyObjects } from './steps/apply.ts';
import type { Cluster } from './steps/cluster.ts';
import { planUnless } from './steps/plan.ts';
import { removal } from './steps/removal.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, Step } from './steps/types.ts';

/** A new volume in a cloud takes a minute, and so does a first pull; seconds. */
const startSeconds = 300;

export const history: Task = {
  cluster: 'use',
  plan: ({ context, words: [action] }) => {
    if (action === 'up') return planUp(context);
    const { profile } = context;
    const server = removal('Stop the history server', () => serverRefs(profile));
    if (action === 'down') return { steps: [server], done: downLines };
    return {
      steps: [server, releaseClaim(profile), removal('Remove the event logs', () => [historyClaim(profile)])],
      done: () => ['No history server is running. The event logs are deleted, and later runs keep none.'],
    };
  },
};

async function planUp({ profile, cluster, read }: Context): Promise<Plan> {
  const problems = [...volumeProblems(profile, cluster), ...(await buildProblems(profile, read))];
  return planUnless(problems, () => ({
    tools: buildTools(profile),
    steps: [...buildSteps(profile), ...cluster.publish(profile), startServer, waitForServer],
    done: () => [
      `Runs in ${profile.namespace} now keep their event logs.`,
      'Next: firesteel submit pi && firesteel ui',
    ],
  }));
}

const downLines = async ({ kube, profile }: Context): Promise<string[]> =>
  (await kube.get(historyClaim(profile)))
    ? [
        `No history server is running. Event logs stay in claim ${historyName}, and later runs add to them.`,
        'Delete the event logs: firesteel history remove',
      ]
    : ['No history server is running, and there are no event logs.'];

/** A cloud's disk is attached to one node, where the server would hold it and drivers elsewhere would wait for ever. */
export const volumeProblems = ({ cluster: kind, history: { accessMode } }: Profile, cluster: Cluster): string[] =>
  cluster.tiesVolumesToNodes && accessMode === 'ReadWriteOnce'
    ? [
        `history.accessMode ReadWriteOnce mounts a volume on one node of ${kind} at a time, but drivers run on any node: ` +
          'set history.accessMode to ReadWriteMany, and history.storageClass to a class that supports that mode',
      ]
    : [];

/** The objects of templates/history.yaml for a profile. */
export async function historyObjects(profile: Profile, image: string): Promise<Manifest[]> {
  const { size, storageClass, accessMode } = profile.history;
  return renderTemplate('history', {
    name: historyName,
    namespace: profile.namespace,
    image,
    folder: eventFolder,
    port: historyPort,
    serviceAccount: profile.serviceAccounts.executor,
    podSecurityContext,
    containerSecurityContext,
    claim: {
      accessModes: [accessMode],
      resources: { requests: { storage: size } },
      ...(storageClass ? { storageClassName: storageClass } : {}),
    },
  });
}

const startServer = applyObjects({
  title: 'Start the history server',
  manifests: ({ profile, state }) => {
    if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
    return historyObjects(profile, state.image);
  },
});

const serverRefs = ({ namespace }: Profile): Ref[] => [
  { apiVersion: 'apps/v1', kind: 'Deployment', name: historyName, namespace },
  { apiVersion: 'v1', kind: 'Service', name: historyName, namespace },
];

const waitForServer: Step = {
  title: 'Wait for the history server',
  observes: true,
  run: async ({ kube, profile, signal }, out) => {
    const [deployment] = serverRefs(profile);
    await until({
      for: 'history server',
      seconds: startSeconds,
      everyMs: 300,
      signal,
      onSeen: out.line,
      hint: `inspect its pod: kubectl --namespace ${profile.namespace} describe pod --selector ${historySelector}`,
      probe: async () => {
        const live = deployment && ((await kube.get(deployment)) as Deployment | undefined);
        if (live && isServing(live)) return { done: true };
        const pods = await kube.list(serverPods(profile));
        return { seen: await whatKeeps(kube, pods.at(-1) as Pod | undefined) };
      },
    });
  },
};

const serverPods = ({ namespace }: Profile): Collection => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  labelSelector: historySelector,
});

/** Also the pod of a driver that has ended keeps the claim. Its run's folder has its log. */
function releaseClaim(profile: Profile): Step {
  const drivers = async (kube: Kube): Promise<Pod[]> => {
    const { namespace } = profile;
    const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: ourSelector });
    return (pods as Pod[]).filter(({ spec }) =>
      spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === historyName),
    );
  };
  return {
    title: 'Remove drivers that have ended',
    skip: async ({ kube }) => (await drivers(kube)).length === 0 && 'no ended driver holds the claim',
    run: async ({ kube }, out) => {
      const found = await drivers(kube);
      const going = found.find(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase ?? ''));
      if (going)
        throw new Failure(`${going.metadata.name} still writes its event log`, {
          hint: `wait for the driver to end, or kill the run: firesteel kill ${going.metadata.labels?.[runLabel] ?? 'RUN'}`,
        });
      for (const { apiVersion, kind, metadata } of found) {
        await kube.remove({ apiVersion, kind, name: metadata.name, namespace: profile.namespace });
        out.line(metadata.name);
      }
    },
  };
}
