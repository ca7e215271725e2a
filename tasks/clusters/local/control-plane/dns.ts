// Cluster DNS of a local cluster, and the proof that a pod gets an answer.
import type { V1Pod } from '@kubernetes/client-node';
import { Failure } from '../../../core/failure.ts';
import { until } from '../../../core/wait.ts';
import { probePod, readAnswers, renderProbe, whyFailed } from '../../../coredns/proof.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { renderTemplate } from '../../../kube/render.ts';
import type { Kube, Manifest } from '../../../kube/types.ts';
import type { Profile } from '../../../profile/schema.ts';
import { applyObjects } from '../../../steps/apply.ts';
import type { Step } from '../../../steps/types.ts';
import { corednsImage, pauseImage } from '../images/system-images.ts';
import { layoutOf } from '../layout.ts';

/** Seconds; the slowest seen on a loaded machine of two cores is a tenth of it. */
const dnsSeconds = 120;

export const setUpDns = (profile: Profile): Step =>
  applyObjects({
    title: 'Set up cluster DNS',
    manifests: async ({ read, kube }) => {
      const { dnsService } = await layoutOf(profile, read);
      const manifests = await renderTemplate('local-cluster', { dnsService, corednsImage });
      const kept = await keptCorefile(kube);
      return manifests.filter(({ kind }) => kind !== 'ConfigMap' || !kept);
    },
  });

/** A Corefile that is there stays unchanged: it may have been repaired, or written by someone else. */
const keptCorefile = (kube: Kube): Promise<Manifest | undefined> =>
  kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }).catch(() => undefined);

const probe = probePod('firesteel-dns-probe');
const names = { inside: 'kubernetes.default.svc.cluster.local' };

type Pod = KubeObject<V1Pod>;

/** The finished pod stays as the proof; a second run finds it. */
const askDns = (): Step => ({
  title: 'Look up a name from a pod',
  skip: async ({ kube }) => {
    const pod = (await kube.get(probe).catch(() => undefined)) as Pod | undefined;
    return pod?.status?.phase === 'Succeeded' && 'already answered';
  },
  run: async ({ kube }) => {
    const pod = (await kube.get(probe)) as Pod | undefined;
    if (pod?.status?.phase === 'Failed') await kube.remove(probe);
    const image = { reference: pauseImage, program: 'nslookup' as const };
    for (const manifest of await renderProbe(probe.name, image, names)) await kube.apply(manifest);
  },
});

export const waitForDns = (): Step => ({
  title: 'Wait for the answer of cluster DNS',
  observes: true,
  run: async ({ kube, signal }, out) =>
    until({
      for: 'answer of cluster DNS to a pod',
      seconds: dnsSeconds,
      everyMs: 100,
      signal,
      onSeen: out.line,
      hint: 'check the cluster: firesteel status',
      probe: async () => {
        const pod = (await kube.get(probe)) as Pod | undefined;
        if (pod?.status?.phase === 'Succeeded') return { done: undefined };
        // The answer is in its log a second or two before the kubelet reports its end.
        if (pod?.status?.phase === 'Running' && (await readAnswers(kube, probe, names)).inside)
          return { done: undefined };
        // It would stay so to the end of the wait.
        if (pod?.status?.phase === 'Failed')
          throw new Failure(`the pod of the DNS look-up failed: ${whyFailed(pod)}`, {
            hint: 'check the cluster: firesteel status',
          });
        const waiting = pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
        return { seen: `the pod of the look-up is ${pod?.status?.phase ?? 'absent'}${waiting ? `, ${waiting}` : ''}` };
      },
    }),
});

/** The proof that a pod gets an answer. */
export const proveDns = (): Step[] => [askDns(), waitForDns()];
