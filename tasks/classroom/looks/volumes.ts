// Reads from the kubelets how full the volumes of seats are.
import * as z from 'zod';
import type { Kube } from '../../kube/types.ts';
import type { Pod } from '../../spark/pod.ts';
import { notebookName } from '../seat/labels.ts';

/** Of https://pkg.go.dev/k8s.io/kubelet/pkg/apis/stats/v1alpha1#Summary, the part about claims. */
const summary = z.object({
  pods: z.array(
    z.object({
      volume: z
        .array(
          z.object({
            pvcRef: z.object({ namespace: z.string() }).optional(),
            usedBytes: z.number().optional(),
            capacityBytes: z.number().optional(),
          }),
        )
        .optional(),
    }),
  ),
});

/** Used part, of 1, of each student's fullest volume; `seats` are students by namespace. Empty where kubelets do not say. */
export async function volumeUse(kube: Kube, seats: ReadonlyMap<string, string>): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const labelSelector = `app.kubernetes.io/name=${notebookName}`;
  const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', labelSelector })) as Pod[];
  const own = pods.filter(({ metadata }) => seats.has(metadata.namespace ?? ''));
  const nodes = new Set(own.flatMap(({ spec }) => spec.nodeName ?? []));
  const look = async (node: string) => {
    const parsed = summary.safeParse(JSON.parse(await kube.raw(`/api/v1/nodes/${node}/proxy/stats/summary`)));
    for (const { volume = [] } of parsed.data?.pods ?? [])
      for (const { pvcRef, usedBytes = 0, capacityBytes = 0 } of volume) {
        const student = seats.get(pvcRef?.namespace ?? '');
        if (student && capacityBytes > 0)
          found.set(student, Math.max(found.get(student) ?? 0, usedBytes / capacityBytes));
      }
  };
  await Promise.all([...nodes].map((node) => look(node).catch(() => {})));
  return found;
}
