// Diagnoses the CoreDNS of a cluster: healthy, in a loop, crashing, starting, or missing.
import { httpStatusOf } from '../kube/failure.ts';
import type { Kube } from '../kube/types.ts';
import { forwardTargets } from './corefile.ts';
import { type Loop, loopText } from './loop.ts';
import {
  type CorednsConfigMap,
  type CorednsDeployment,
  type CorednsPod,
  configMapRef,
  corednsContainer,
  currentPods,
  deploymentRef,
} from './objects.ts';
import { isLoopback } from './upstreams.ts';
import { judge, type LastWords, needsLastWords, type Verdict } from './verdict.ts';

export type Diagnosis =
  | { state: 'healthy' }
  | { state: 'loop'; pod: string; loop: Loop }
  /** Crashing again and again, and not by a loop. */
  | { state: 'crash'; pod: string; line: string }
  | { state: 'starting'; seen: string }
  /** There is no CoreDNS to look at. */
  | { state: 'inapplicable'; reason: string };

/** One line for a person. */
export function diagnosisText(diagnosis: Diagnosis): string {
  switch (diagnosis.state) {
    case 'healthy':
      return 'CoreDNS is healthy';
    case 'loop':
      return `CoreDNS is in a loop: ${loopText(diagnosis.loop)}`;
    case 'crash':
      return `CoreDNS crashes, but not because of a loop: ${diagnosis.line}`;
    case 'starting':
      return `CoreDNS is starting: ${diagnosis.seen}`;
    case 'inapplicable':
      return `not applicable: ${diagnosis.reason}`;
  }
}

interface Subject {
  kube: Kube;
  /** Servers in the resolver file of the cluster's kubelets; empty if nobody knows. */
  kubeletDns: readonly string[];
}

/**
 * A look at CoreDNS that can be repeated; two reads if all is well. It remembers when it first saw a container ready,
 * so that waiting ends even where the cluster's clock is ahead of ours. A pod that is ready and new counts as starting
 * unless it forwards to where kubelets are known to have real servers: a loop shows some seconds after the start.
 */
export function createDiagnosis({ kube, kubeletDns }: Subject): () => Promise<Diagnosis> {
  const firstSeen = new Map<string, number>();

  function upSeconds(pod: CorednsPod): number | undefined {
    const container = corednsContainer(pod);
    const startedAt = container?.state?.running?.startedAt;
    if (!container?.ready || !startedAt) return undefined;
    const start = `${pod.metadata.uid} ${container.restartCount}`;
    const seenAt = firstSeen.get(start) ?? performance.now();
    firstSeen.set(start, seenAt);
    return Math.max(Date.now() - Date.parse(startedAt), performance.now() - seenAt) / 1000;
  }

  async function verdictOf(pod: CorednsPod): Promise<Verdict> {
    const up = upSeconds(pod);
    return judge(pod, up, needsLastWords(pod, up) ? await lastWords(kube, pod) : undefined);
  }

  return async () => {
    try {
      const deployment = (await kube.get(deploymentRef)) as CorednsDeployment | undefined;
      if (!deployment) return await whyNone(kube);
      if (deployment.spec?.replicas === 0)
        return { state: 'inapplicable', reason: 'Deployment kube-system/coredns is scaled to 0' };
      const pods = await currentPods(kube, deployment);
      const verdicts = await Promise.all(
        pods.map(async (pod) => ({ pod: pod.metadata.name, ...(await verdictOf(pod)) })),
      );
      return await summary(verdicts, () => isResolverKnown(kube, kubeletDns));
    } catch (error) {
      if (httpStatusOf(error) !== 403) throw error;
      return { state: 'inapplicable', reason: `no permission to inspect CoreDNS (${(error as Error).message})` };
    }
  };
}

/** The worst that was seen; a pod that is yet to come does not matter beside one that answers. */
async function summary(verdicts: (Verdict & { pod: string })[], isKnown: () => Promise<boolean>): Promise<Diagnosis> {
  for (const one of verdicts) if (one.is === 'loop') return { state: 'loop', pod: one.pod, loop: one.loop };
  for (const one of verdicts) if (one.is === 'crash') return { state: 'crash', pod: one.pod, line: one.line };
  const fresh = verdicts.find((one) => one.is === 'fresh');
  if (fresh && !(await isKnown())) return { state: 'starting', seen: fresh.seen };
  if (fresh || verdicts.some(({ is }) => is === 'settled')) return { state: 'healthy' };
  const absent = verdicts.find((one) => one.is === 'absent');
  return { state: 'starting', seen: absent?.seen ?? 'CoreDNS has no pod yet' };
}

/** No Deployment: a cluster with another DNS, or no cluster yet. */
async function whyNone(kube: Kube): Promise<Diagnosis> {
  const namespace = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
  return namespace
    ? { state: 'inapplicable', reason: 'the cluster has no Deployment kube-system/coredns' }
    : { state: 'starting', seen: 'there is no cluster yet' };
}

/** Whether CoreDNS forwards to its kubelet's servers and these are known to be other machines. */
async function isResolverKnown(kube: Kube, kubeletDns: readonly string[]): Promise<boolean> {
  if (kubeletDns.length === 0 || kubeletDns.some(isLoopback)) return false;
  const { data } = ((await kube.get(configMapRef)) ?? {}) as Partial<CorednsConfigMap>;
  try {
    return forwardTargets(data?.['Corefile'] ?? '').servers.join() === '/etc/resolv.conf';
  } catch {
    return false;
  }
}

/** What a kubelet says in place of a log that it is about to remove. */
const noLog = /^(unable to retrieve container logs for|failed to try resolving symlinks in path) /i;

async function lastWords(kube: Kube, { metadata }: CorednsPod): Promise<LastWords> {
  const pod = { name: metadata.name, namespace: metadata.namespace ?? 'kube-system' };
  const read = async (previous: boolean): Promise<string[] | string> => {
    const lines: string[] = [];
    try {
      for await (const line of kube.logs(pod, { container: 'coredns', previous, tailLines: 50 })) lines.push(line);
      return lines.find((line) => noLog.test(line)) ?? lines;
    } catch (error) {
      return lines.length > 0 ? lines : (error as Error).message;
    }
  };
  return { previous: await read(true), current: await read(false) };
}
