// A run as seen in the cluster, and what is said of it.
import { shownDiagnosis } from '../../../tasks/causes/finding.ts';
import type { RunRecord } from '../../../tasks/record/run-folder.ts';
import { diagnoseRun } from '../../../tasks/runs/diagnosis/diagnosis.ts';
import type { RunEvidence } from '../../../tasks/runs/diagnosis/evidence.ts';
import { type ContainerStatus, type Pod, type PodStatus, statusOf } from '../../../tasks/spark/pod.ts';

/** What is known of a run that is still active. */
export const run: RunRecord = {
  id: 'pi-1',
  appId: 'spark-1',
  job: 'pi',
  args: [],
  profile: 'local',
  cluster: 'local',
  namespace: 'spark',
  driverPod: 'pi-1-driver',
  image: 'spark:x',
  executors: 2,
  startedAt: '2026-11-21T15:00:00Z',
};

type State = ContainerStatus['state'];
export const running: State = { running: {} };
export const ended = (exitCode: number, reason = 'Error'): State => ({ terminated: { exitCode, reason } });

/** A driver or executor of it, its container in this state. */
export function pod(id: 'driver' | number, state?: State, status: PodStatus = {}): Pod {
  const role = id === 'driver' ? 'driver' : 'executor';
  const name = `spark-kubernetes-${role}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: id === 'driver' ? 'pi-1-driver' : `pi-1-exec-${id}`,
      namespace: 'spark',
      labels: { 'spark-role': role, ...(id === 'driver' ? {} : { 'spark-exec-id': `${id}` }) },
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ name, image: 'spark:x', resources: { limits: { memory: '896Mi' } } }],
    },
    status: { ...(state ? { containerStatuses: [statusOf(name, state)] } : {}), ...status },
  };
}

/** A run of which the cluster shows these pods. */
export function seen(pods: Pod[], logs: Record<string, string[]> = {}, change: Partial<RunEvidence> = {}): RunEvidence {
  return {
    run,
    pods,
    live: new Set(pods.map(({ metadata }) => metadata.name)),
    isLive: true,
    events: [],
    nodes: [],
    logs: new Map(Object.entries(logs)),
    now: new Date('2026-11-21T15:01:00Z'),
    ...change,
  };
}

/** Every cause and cure, a line each. */
export const said = (evidence: RunEvidence): string[] => diagnoseRun(evidence).map(shownDiagnosis);
