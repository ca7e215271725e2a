// Waiting for the S3 server: what keeps its pod is said, and a cause that stays ends the wait.
import { expect, test } from 'vitest';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import { statusOf } from '../../../tasks/spark/pod.ts';
import type { SingleStep } from '../../../tasks/steps/types.ts';
import { startServer } from '../../../tasks/storage/server.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

const profile = {
  ...profileSchema.parse({ storage: { kind: 's3', service: true } }),
  name: 'x',
  clusterName: 'x',
};
const deployment: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'storage', namespace: 'spark', generation: 1 } as Manifest['metadata'],
  status: { observedGeneration: 1, updatedReplicas: 1, readyReplicas: 0 },
};
const pod = (name: string, creationTimestamp: string, reason: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{ name, namespace: 'spark', creationTimestamp },
    labels: { 'app.kubernetes.io/name': 'storage' },
  } as Manifest['metadata'],
  spec: { containers: [{ name: 'server', image: 'storage:1' }] },
  status: { containerStatuses: [statusOf('server', { waiting: { reason, message: 'not found' } })] },
});

test('the newest pod of the server names what keeps it', async () => {
  const { kube } = memoryKube([
    deployment,
    pod('storage-a', '2026-11-30T10:00:00Z', 'InvalidImageName'),
    pod('storage-b', '2026-11-30T11:00:00Z', 'ErrImagePull'),
  ]);
  const context = plainContext({ profile, kube, signal: AbortSignal.timeout(2000) });
  await expect((startServer[1] as SingleStep).run(context, { line: () => {} })).rejects.toMatchObject({
    message: 'pod storage-b: cannot pull image storage:1: no such image',
    hint: 'load the image into the cluster: firesteel build',
  });
});
