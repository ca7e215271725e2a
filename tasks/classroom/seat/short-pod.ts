// Short pods of a seat, which do one thing and end.
import { until } from '../../core/wait.ts';
import { refOf } from '../../kube/ref.ts';
import type { Kube, Manifest } from '../../kube/types.ts';

/** What Pod Security restricted asks of a container. */
export const allowedContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  runAsUser: 185,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** A pod as a student may have it, but for what is given. */
export function podOf(namespace: string, image: string, spec: object = {}, container: object = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'verify-attempt', namespace },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      containers: [
        {
          name: 'attempt',
          image,
          command: ['true'],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '32Mi' } },
          securityContext: allowedContext,
          ...container,
        },
      ],
      ...spec,
    },
  };
}

/** How a pod ended, and what it said. */
export interface PodEnd {
  hasFailed: boolean;
  lines: string[];
}

/** Runs a pod to its end; it is removed, whatever becomes of it. `title` says whose end is waited for. */
export async function runToEnd(
  kube: Kube,
  pod: Manifest,
  { title, seconds, signal }: { title: string; seconds: number; signal: AbortSignal },
): Promise<PodEnd> {
  const ref = refOf(pod);
  await kube.create(pod);
  try {
    const end = await until({
      for: title,
      seconds,
      signal,
      probe: async () => {
        const { phase = 'absent' } = ((await kube.get(ref))?.['status'] ?? {}) as { phase?: string };
        return phase === 'Succeeded' || phase === 'Failed' ? { done: phase } : { seen: phase };
      },
    });
    const lines: string[] = [];
    for await (const line of kube.logs({ name: ref.name, namespace: ref.namespace ?? '' })) lines.push(line);
    return { hasFailed: end === 'Failed', lines };
  } finally {
    await kube.remove(ref);
  }
}
