// Pods of a seat that write to the disk of their node.
import { podOf } from '../../../tasks/classroom/seat/short-pod.ts';
import { until } from '../../../tasks/core/wait.ts';
import { refOf } from '../../../tasks/kube/ref.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import type { Pod } from '../../../tasks/spark/pod.ts';

/** Limits of the disk that the pods of a seat have, each once. */
export async function diskLimits(kube: Kube, namespace: string): Promise<(string | undefined)[]> {
  const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace })) as Pod[];
  const limits = pods.flatMap(({ spec }) => spec.containers.map((one) => one.resources?.limits?.['ephemeral-storage']));
  return [...new Set(limits)];
}

/** How a pod ends that writes 100 MB where it may write 20. */
export async function endOfGreedyPod(kube: Kube, namespace: string): Promise<string> {
  const [seat] = (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace })) as Pod[];
  const image = seat?.spec.containers[0]?.image ?? '';
  const limits = { memory: '256Mi', 'ephemeral-storage': '20Mi' };
  const pod = podOf(
    namespace,
    image,
    {},
    {
      command: ['sh', '-c', 'dd if=/dev/zero of=/tmp/greedy bs=1M count=100 && sleep 600'],
      resources: { requests: { cpu: '10m', memory: '32Mi' }, limits },
    },
  );
  const ref = refOf(await kube.create({ ...pod, metadata: { ...pod.metadata, name: 'greedy' } }));
  try {
    return await until<string>({
      for: 'end of the pod',
      seconds: 180,
      signal: AbortSignal.timeout(200_000),
      probe: async () => {
        const { phase, reason } = ((await kube.get(ref))?.['status'] ?? {}) as { phase?: string; reason?: string };
        return phase === 'Failed' ? { done: reason ?? '' } : { seen: phase ?? 'absent' };
      },
    });
  } finally {
    await kube.remove(ref);
  }
}
