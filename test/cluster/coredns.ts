// CoreDNS's objects on a real API server, as a cluster has them; its pods' logs come from a fake kubelet.
import { expect } from 'vitest';
import { issue } from '../../tasks/core/certificates.ts';
import { configMapRef, deploymentRef, needDeployment } from '../../tasks/coredns/objects.ts';
import type { Kube } from '../../tasks/kube/types.ts';
import { type FakeKubelet, startFakeKubelet } from '../fakes/kubelet.ts';
import { connect, controlPlane, patchBySomebody } from './harness.ts';

/** With a tab and Windows line ends, which a repair has to keep. */
export const corefile =
  '.:53 {\r\n\terrors\n    kubernetes cluster.local\n    forward . /etc/resolv.conf {\n    }\n    loop\n}\n';
export const repaired = (servers: string) => corefile.replace('/etc/resolv.conf', servers);
export const loopLine =
  '[FATAL] plugin/loop: Loop (127.0.0.1:5 -> :53) detected for zone ".", see https://coredns.io/plugins/loop';

/** Status of a container that is up for long, and of one that crashes again and again. */
export const ready = { ready: true, state: { running: { startedAt: '2026-01-02T03:04:05Z' } } };
export const crashLoop = {
  restartCount: 3,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode: 1 } },
};

export const templateAnnotations = async (kube: Kube) =>
  (await needDeployment(kube)).spec?.template?.metadata?.annotations;

export interface PlacedCoredns {
  kube: Kube;
  kubelet: FakeKubelet;
  /** Of its pods, which nobody removes here: no two have the same. Their names begin with it. */
  label: string;
  createDeployment(replicas?: number): Promise<void>;
  createPod(name: string, containerStatus: object, annotations?: Record<string, string>): Promise<void>;
  /** Removes what the next one makes again. */
  remove(): Promise<void>;
}

const container = { name: 'coredns', image: 'coredns' };
const namespace = 'kube-system';

/** A node and the ConfigMap; Deployment and pods are made when requested. */
export async function placeCoredns(): Promise<PlacedCoredns> {
  const kube = connect();
  const kubelet = await startFakeKubelet(
    await issue(controlPlane.authority, { commonName: 'kubelet', usage: 'server', ipAddresses: ['127.0.0.1'] }),
  );
  const label = `dns-${process.pid}-${kubelet.port}-${Date.now().toString(36)}`;
  await kube.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: label },
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    },
  });
  // The API server makes it a moment after it is ready itself.
  await expect
    .poll(() => kube.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }), { timeout: 20_000 })
    .toBeDefined();
  await kube.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'coredns', namespace } });
  await kube.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace },
    data: { Corefile: corefile },
  });

  return {
    kube,
    kubelet,
    label,
    async createDeployment(replicas = 1) {
      await kube.create({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'coredns', namespace },
        spec: {
          replicas,
          selector: { matchLabels: { test: label } },
          template: { metadata: { labels: { test: label } }, spec: { containers: [container] } },
        },
      });
    },
    async createPod(name, containerStatus, annotations = {}) {
      const pod = `${label}-${name}`;
      await kube.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: pod, namespace, labels: { test: label }, annotations },
        spec: {
          nodeName: label,
          serviceAccountName: 'coredns',
          automountServiceAccountToken: false,
          containers: [container],
        },
      });
      const status = { name: 'coredns', image: '', imageID: '', ready: false, restartCount: 0, ...containerStatus };
      await patchBySomebody(`/api/v1/namespaces/${namespace}/pods/${pod}/status`, 'merge-patch+json', {
        status: { phase: 'Running', containerStatuses: [status] },
      });
    },
    async remove() {
      await kube.remove(deploymentRef);
      await kube.remove(configMapRef);
      await kubelet.close();
    },
  };
}
