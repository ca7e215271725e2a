// What destroy removes from a namespace that was there before firesteel.
import { expect, test } from 'vitest';
import { context as cluster } from '../../../../tasks/clusters/context/cluster.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { managedBy } from '../../../../tasks/kube/render.ts';
import type { Manifest, Ref } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { scaler } from '../../../../tasks/standalone/autoscale.ts';
import { clusterObjects } from '../../../../tasks/standalone/objects.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';

test('a namespace that may not be read stays, and what firesteel made in it goes', async () => {
  const profile = await readProfile('context', ['namespace=school']);
  const own = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'ours', namespace: 'school', labels: managedBy },
  };
  const { kube, objects } = memoryKube([own]);
  const forbidden = new Failure('namespaces "school" is forbidden', { cause: { httpStatus: 403 } });
  const confined = {
    ...kube,
    get: (ref: Ref) => (ref.kind === 'Namespace' ? Promise.reject(forbidden) : kube.get(ref)),
  };
  const context = { kube: confined, profile } as unknown as Context;
  const said: unknown[] = [];
  for (const step of cluster.down(profile) as SingleStep[]) {
    const why = await step.skip?.(context);
    if (why) said.push(why);
    else await step.run(context, { line: () => {}, output: () => {} } as never);
  }
  expect(objects).toEqual([]);
  expect(said).toContain('you may not read namespace school, so it stays');
});

test('a standalone cluster goes whole, and what makes pods goes before pods; foreign objects stay', async () => {
  const profile = await readProfile('context', ['namespace=school']);
  const pod = (name: string, labels: Record<string, string>): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'school', labels },
  });
  const theirs = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'school' } },
    pod('theirs', { 'app.kubernetes.io/managed-by': 'Helm' }),
  ];
  const ours = [
    ...(await clusterObjects(profile, 'spark:1', '500m')),
    scaler(profile, { min: 1, max: 4, cpu: 70 }),
    pod('worker-0', managedBy),
  ];
  const { kube, objects, changes } = memoryKube([...theirs, ...ours]);
  const context = { kube, profile } as unknown as Context;
  for (const step of cluster.down(profile) as SingleStep[])
    if (!(await step.skip?.(context))) await step.run(context, { line: () => {}, output: () => {} } as never);
  expect(objects).toEqual(theirs);
  const kinds = changes.map((change) => change.split(' ')[1]);
  expect(kinds.lastIndexOf('StatefulSet')).toBeLessThan(kinds.indexOf('Pod'));
  expect(kinds[0]).toBe('HorizontalPodAutoscaler');
});
