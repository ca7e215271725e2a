import { afterEach, beforeEach, expect } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import { createExec } from '../../tasks/core/exec.ts';
import { createFileVerbs, writeFiles } from '../../tasks/core/files/changes.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { newRunFiles, runFolder } from '../../tasks/record/run-folder.ts';
import { objectsOfRun, objectsOfRuns } from '../../tasks/runs/leftovers.ts';
import { newRunId, runNames } from '../../tasks/spark/run-names.ts';
import type { Cluster } from '../../tasks/steps/cluster.ts';
import type { Task } from '../../tasks/steps/task.ts';
import type { Context, SingleStep } from '../../tasks/steps/types.ts';
import { runObjects } from '../../tasks/submission/run-objects.ts';
import { ensureSubmitted } from '../../tasks/submission/submission.ts';
import { dryRunLines } from '../dry-run.ts';
import type { FakeKubelet } from '../fakes/kubelet.ts';
import { startFakeKubelet } from '../fakes/kubelet.ts';
import { ownFolderOfEach } from '../own-folder.ts';
import { planIn } from '../plan-of.ts';
import { connect, controlPlane, newNamespace, patchBySomebody } from './harness.ts';

/** What a test has; the first three are new for each. */
export interface Runs {
  kube: Kube;
  profile: Profile;
  kubelet: FakeKubelet;
  /** Gives a pod's container a state, as a node would. */
  stateIs(pod: string, container: string, state: object, phase: string, restartCount?: number): Promise<void>;
  /** Submits pi, whose driver then runs; returns the run's id. */
  running(): Promise<string>;
  /** Submits pi, whose driver then has succeeded. */
  finished(): Promise<string>;
  /** Kinds and names of what of a run, or of all runs, is in the cluster. */
  left(id?: string): Promise<string[]>;
  /** Runs a verb's steps; returns why steps were left out and what it says at the end. */
  run(task: Task, words: string[]): Promise<string[]>;
  /** What a verb shows on stdout; each character is a byte. */
  shown(task: Task, words: string[], onNote?: (text: string) => void): Promise<string>;
  /** What a dry run of the verb prints. */
  planned(task: Task, words: string[]): Promise<string[]>;
  /** What the verb says against its words. */
  problems(task: Task, words: string[]): Promise<string[]>;
}

/** Makes all of it again before each test of the file that calls this. */
export function useRuns(): Runs {
  const runs = {} as Runs;

  ownFolderOfEach({ XDG_DATA_HOME: '', XDG_CACHE_HOME: 'cache' });
  beforeEach(async () => {
    const kube = connect();
    const namespace = await newNamespace(kube);
    const profile = { ...profileSchema.parse({ namespace }), name: 'local', clusterName: 'local' };
    for (const name of Object.values(profile.serviceAccounts))
      await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
    const kubelet = await startFakeKubelet(
      await issue(controlPlane.authority, { commonName: 'kubelet', usage: 'server', ipAddresses: ['127.0.0.1'] }),
    );
    await kube.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeOf(profile) },
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
      },
    });
    Object.assign(runs, { kube, profile, kubelet });
  });
  afterEach(async () => {
    await runs.kubelet?.close();
  });

  const stateIs: Runs['stateIs'] = (pod, name, state, phase, restartCount = 0) =>
    patchBySomebody(`/api/v1/namespaces/${runs.profile.namespace}/pods/${pod}/status`, 'merge-patch+json', {
      status: {
        phase,
        containerStatuses: [{ name, state, ready: false, restartCount, image: 'none', imageID: '' }],
      },
    });

  const submitted = async (state: object, phase: string): Promise<string> => {
    const pod = await submitPi(runs);
    await stateIs(`${pod}-driver`, 'spark-kubernetes-driver', state, phase);
    return pod;
  };

  const problems: Runs['problems'] = async (task, words) => {
    const { problems: found = [] } = await planIn(task, contextOf(runs), words);
    return [...found];
  };

  return Object.assign(runs, {
    stateIs,
    problems,
    running: () => submitted({ running: { startedAt: new Date().toISOString() } }, 'Running'),
    finished: () => submitted({ terminated: { exitCode: 0, finishedAt: new Date().toISOString() } }, 'Succeeded'),
    left: async (id?: string) =>
      (id
        ? await objectsOfRun(runs.kube, runs.profile.namespace, id)
        : await objectsOfRuns(runs.kube, runs.profile.namespace)
      ).map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    run: async (task: Task, words: string[]) => {
      expect(await problems(task, words)).toEqual([]);
      const context = contextOf(runs);
      const { steps, done } = await planIn(task, context, words);
      const skipped: string[] = [];
      for (const step of steps as SingleStep[]) {
        const reason = await step.skip?.(context);
        if (reason) skipped.push(reason);
        else await step.run(context, { line: () => {} });
      }
      return [...skipped, ...((await done?.(context)) ?? [])];
    },
    shown: async (task: Task, words: string[], onNote = () => {}) => {
      expect(await problems(task, words)).toEqual([]);
      let text = '';
      const lines = (bytes: Buffer) => {
        text += bytes.toString('latin1');
      };
      const context = contextOf(runs);
      const { show } = await planIn(task, context, words);
      await show?.(context, { lines, note: onNote, draw: () => {} });
      return text;
    },
    planned: async (task: Task, words: string[]) => {
      const context = contextOf(runs);
      const { steps } = await planIn(task, context, words);
      return dryRunLines(steps, context);
    },
  });
}

/** The node whose pods have the fake kubelet's log. */
export const nodeOf = ({ namespace }: Profile): string => `node-of-${namespace}`;

/** What a verb's steps get. */
export function contextOf({ kube, profile }: Runs): Context {
  const { signal } = new AbortController();
  const exec = createExec(signal);
  const change = <T>(_what: string, action: () => Promise<T>) => action();
  const cluster = {
    status: async () => ({ state: 'running', detail: '', components: [] }),
    kubeconfig: () => ({ path: '/nowhere', context: profile.clusterName }),
  } as unknown as Cluster;
  return {
    kube,
    profile,
    cluster,
    read: exec,
    run: exec,
    state: {},
    signal,
    ...createFileVerbs(),
    change,
  } as unknown as Context;
}

async function submitPi({ kube, profile }: Runs): Promise<string> {
  const id = newRunId('pi');
  const request = { job: readJob(['pi']), profile, image: 'spark:4.3.0-x', names: runNames(id), user: 'me' };
  const objects = runObjects(request);
  const record = {
    id,
    appId: request.names.appId,
    job: 'pi',
    args: [],
    profile: profile.name,
    cluster: profile.clusterName,
    namespace: profile.namespace,
    driverPod: request.names.driverPod,
    image: request.image,
    executors: 1,
    startedAt: new Date().toISOString(),
  };
  await writeFiles(newRunFiles(runFolder(id), record, request, objects));
  const { spec } = objects.pod;
  // A node's pod is gone only when the node says so; without any time to end it need not.
  const own = { nodeName: nodeOf(profile), terminationGracePeriodSeconds: 0 };
  await ensureSubmitted(kube, { ...objects, pod: { ...objects.pod, spec: { ...spec, ...own } } });
  return id;
}
