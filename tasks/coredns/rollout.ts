// Waits after a change until only new CoreDNS pods run and have stayed healthy long enough.
import { until } from '../core/wait.ts';
import type { Kube } from '../kube/types.ts';
import { createDiagnosis, type Diagnosis } from './diagnosis.ts';
import { corednsContainer, currentPods, needDeployment } from './objects.ts';

interface Watched {
  kube: Kube;
  signal: AbortSignal;
  onSeen(text: string): void;
}

/** Seconds for new pods to be ready: a kubelet may take a minute to hand out a new Corefile. */
const rolloutSeconds = 180;
/** Longer than plugin/loop looks for a loop after a start. */
const steadySeconds = 35;
/** Until CoreDNS is settled after its start: an image may have to be pulled. */
const startSeconds = 120;

/** How long to wait for CoreDNS to settle, so that a check does not land between two crashes; seconds. */
const lookSeconds = 15;

/** As `settledDiagnosis`, but after 15 s it answers that CoreDNS is still starting. */
export function shortDiagnosis(look: () => Promise<Diagnosis>, signal: AbortSignal): Promise<Diagnosis> {
  const deadline = performance.now() + lookSeconds * 1000;
  return until<Diagnosis>({
    for: 'diagnosis of CoreDNS',
    seconds: lookSeconds * 2,
    everyMs: 500,
    signal,
    probe: async () => {
      const diagnosis = await look();
      const isOver = diagnosis.state !== 'starting' || performance.now() > deadline;
      return isOver ? { done: diagnosis } : { seen: diagnosis.seen };
    },
  });
}

/** Waits while CoreDNS is starting; returns what it came to. Failure if it is still starting when the time is up. */
export const settledDiagnosis = (look: () => Promise<Diagnosis>, { signal, onSeen }: Watched): Promise<Diagnosis> =>
  until<Diagnosis>({
    for: 'settled CoreDNS',
    seconds: startSeconds,
    everyMs: 500,
    signal,
    onSeen,
    hint: 'check Deployment kube-system/coredns and its pods',
    probe: async () => {
      const diagnosis = await look();
      return diagnosis.state === 'starting' ? { seen: diagnosis.seen } : { done: diagnosis };
    },
  });

/** What the new pods came to: all there is of CoreDNS and ready, or crashing. */
export function rolloutEnd({ kube, signal, onSeen }: Watched): Promise<'rolled out' | Diagnosis> {
  const look = createDiagnosis({ kube, kubeletDns: [] });
  return until<'rolled out' | Diagnosis>({
    for: 'end of the restart of CoreDNS',
    seconds: rolloutSeconds,
    everyMs: 500,
    signal,
    onSeen,
    hint: 'check Deployment kube-system/coredns and its pods',
    probe: async () => {
      const { metadata, spec, status = {} } = await needDeployment(kube);
      const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
      if (observedGeneration < (metadata.generation ?? 0))
        return { seen: 'the controller has not seen the change yet' };
      const wanted = spec.replicas ?? 1;
      const isComplete = updatedReplicas >= wanted && replicas === updatedReplicas && availableReplicas >= wanted;
      if (isComplete) return { done: 'rolled out' };
      const diagnosis = await look();
      if (diagnosis.state === 'loop' || diagnosis.state === 'crash') return { done: diagnosis };
      const left = replicas - updatedReplicas;
      return {
        seen: `${availableReplicas} of ${wanted} pods ready${left > 0 ? `, ${left} old ones left` : ''}${
          diagnosis.state === 'starting' ? `: ${diagnosis.seen}` : ''
        }`,
      };
    },
  });
}

/** Waits until every pod of CoreDNS has been ready without a restart for 35 s on end; returns what else it came to. */
export function steadyEnd({ kube, signal, onSeen }: Watched): Promise<'steady' | Diagnosis> {
  const look = createDiagnosis({ kube, kubeletDns: [] });
  let known = '';
  let since = performance.now();
  return until<'steady' | Diagnosis>({
    for: `CoreDNS that stays ready for ${steadySeconds} s`,
    seconds: steadySeconds * 3,
    everyMs: 1000,
    signal,
    onSeen,
    hint: 'check Deployment kube-system/coredns and its pods',
    probe: async () => {
      const pods = await currentPods(kube, await needDeployment(kube));
      const seen = pods.map((pod) => `${pod.metadata.uid} ${corednsContainer(pod)?.restartCount}`).sort();
      const isReady = pods.length > 0 && pods.every((pod) => corednsContainer(pod)?.ready);
      if (seen.join() !== known || !isReady) {
        known = seen.join();
        since = performance.now();
      }
      if (!isReady) {
        const diagnosis = await look();
        if (diagnosis.state === 'loop' || diagnosis.state === 'crash') return { done: diagnosis };
        return { seen: 'not all of its pods are ready' };
      }
      const seconds = (performance.now() - since) / 1000;
      if (seconds >= steadySeconds) return { done: 'steady' };
      return { seen: `ready without a restart for ${Math.floor(seconds / 5) * 5} of ${steadySeconds} s` };
    },
  });
}
