// A pod of the image that every local node has, run to its end.
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import { until } from '../../tasks/core/wait.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import type { KubeSource, Manifest } from '../../tasks/kube/types.ts';

/** A pod that takes memory of a node from others, and uses none. */
export const holderOn = (node: string, memory: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `holder-${node}`, namespace: 'default' },
  spec: {
    nodeSelector: { 'kubernetes.io/hostname': node },
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'holder', image: pauseImage, resources: { requests: { memory } } }],
  },
});

/** Runs a script of busybox as root in a pod of namespace default; it has to end well. */
export async function runTinyPod(source: KubeSource, name: string, script: string): Promise<void> {
  const { signal } = new AbortController();
  const kube = connectKube(() => source, signal);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } };
  const containers = [{ name, image: pauseImage, command: ['/busybox', 'sh', '-c', script] }];
  await kube.apply({ ...pod, spec: { restartPolicy: 'Never', containers } });
  const probe = async () => {
    const live = (await kube.get({ ...pod, ...pod.metadata })) as { status?: { phase?: string } } | undefined;
    const phase = live?.status?.phase ?? 'absent';
    return phase === 'Succeeded' ? { done: true } : { seen: phase };
  };
  await until({ for: 'end of the pod', seconds: 60, signal, probe });
}
