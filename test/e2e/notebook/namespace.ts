// What the tests of notebook servers make and find in their namespace.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import type { ClusterNode } from '../../../tasks/spark/pod.ts';
import { containerSecurityContext, podSecurityContext } from '../../../tasks/spark/pod-security.ts';
import { amountsOf } from '../../../tasks/spark/sizes/amounts.ts';
import { fetchingCell } from '../kernel.ts';

/** Starts a pod `repository` of the image of notebook servers that serves a repository; returns its address. */
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

/** Makes the folder of notebooks that servers are brought: the one of film reviews, one with properties, and a wheel. */
export function makeLessons(folder: string, imdb: string, wheel: { name: string; content: Uint8Array }): void {
  mkdirSync(folder);
  for (const end of ['.ipynb', '.txt']) copyFileSync(`${imdb}${end}`, join(folder, `${basename(imdb)}${end}`));
  // Pods have no way out: the cell that fetches the sentences finds them.
  execFileSync('python3', ['-c', fetchingCell(readFileSync(`${imdb}.ipynb`, 'utf8'))], { cwd: folder });
  writeFileSync(join(folder, wheel.name), wheel.content);
  const asks = { 'spark.app.name': 'mine', 'spark.executor.memory': '700m', 'spark.driver.host': 'elsewhere' };
  const cells = { cells: [], metadata: { customSparkConf: asks }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(folder, 'own.ipynb'), JSON.stringify(cells));
}

/** Starts a pod that leaves too little of the only node for an executor; returns what ends it. */
export async function holdTheNode(kube: Kube, namespace: string, image: string): Promise<() => Promise<void>> {
  const [node] = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as ClusterNode[];
  const { cpu = 0 } = amountsOf(node?.status?.allocatable);
  const ref = { apiVersion: 'v1', kind: 'Pod', name: 'holder', namespace };
  const resources = { requests: { cpu: `${cpu - 400}m` } };
  const container = {
    name: 'one',
    image,
    args: ['sleep', '600'],
    resources,
    securityContext: containerSecurityContext,
  };
  const { apiVersion, kind, ...metadata } = ref;
  await kube.create({
    apiVersion,
    kind,
    metadata,
    spec: { containers: [container], securityContext: podSecurityContext, terminationGracePeriodSeconds: 0 },
  });
  const phase = async () => ((await kube.get(ref))?.['status'] as { phase?: string } | undefined)?.phase;
  await expect.poll(phase, { timeout: 120_000, interval: 500 }).toBe('Running');
  return () => kube.remove(ref);
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
