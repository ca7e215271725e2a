// What the tests of notebook servers make and find in their namespace.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { projectPath } from '../../../tasks/lib/paths.ts';
import type { Kube, Manifest } from '../../../tasks/lib/types.ts';
import { containerSecurityContext, podSecurityContext } from '../../../tasks/spark/submission/restricted.ts';

/** Starts a pod `repository` of the image of notebook servers that serves a repository; answers its address. */
export async function serveRepository(kube: Kube, namespace: string, image: string): Promise<string> {
  const script = readFileSync(projectPath('test', 'e2e', 'notebook', 'serve-repository.py'), 'utf8');
  const container = { name: 'git', image, args: ['python3', '-c', script], securityContext: containerSecurityContext };
  const pod: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'repository', namespace },
    spec: { containers: [container], securityContext: podSecurityContext },
  };
  await kube.create(pod);
  const found = () => kube.get({ apiVersion: 'v1', kind: 'Pod', name: 'repository', namespace });
  const address = async () => ((await found())?.['status'] as { podIP?: string } | undefined)?.podIP ?? '';
  await expect.poll(address, { timeout: 120_000, interval: 500 }).toMatch(/\d/);
  return `http://${await address()}:8000/course.git`;
}

const kinds = [
  ['apps/v1', 'Deployment'],
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'PersistentVolumeClaim'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['v1', 'ServiceAccount'],
] as const;

/** What is there beside what Kubernetes and deploy make. */
export async function objectsLeft(kube: Kube, namespace: string): Promise<string[]> {
  const lists = await Promise.all(kinds.map(([apiVersion, kind]) => kube.list({ apiVersion, kind, namespace })));
  const usual = ['kube-root-ca.crt', 'default', 'spark-driver', 'spark-executor'];
  return lists
    .flat()
    .filter(({ metadata }) => !usual.includes(metadata.name))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}
