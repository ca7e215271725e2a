// The history server's objects at a real API server, in a namespace that holds pods to the strictest standard.
import { expect, test } from 'vitest';
import { historyObjects } from '../../tasks/history.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { hasHistory } from '../../tasks/spark/event-log.ts';
import { changingRequests, connect, needControlPlane, newNamespace } from './harness.ts';

needControlPlane();

const given = await readProfile('local', []);

test('they are used unchanged, a second apply changes nothing, and their pod is admitted', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const profile = { ...given, namespace: `${namespace}-s` };
  for (const manifest of [
    ...(await renderTemplate('namespace', profile)),
    ...(await renderTemplate('access', profile)),
  ])
    await kube.apply(manifest);
  expect(await hasHistory(kube, profile)).toBe(false);

  const objects = await historyObjects(profile, 'spark:1');
  for (const manifest of objects) await kube.apply(manifest);
  expect(await hasHistory(kube, profile)).toBe(true);
  const count = changingRequests(profile.namespace).length;
  expect(count).toBeGreaterThan(0);
  expect(await Promise.all(objects.map((manifest) => kube.isApplied(manifest)))).toEqual(objects.map(() => true));

  const [, , deployment] = objects as [Manifest, Manifest, Manifest];
  const { template } = deployment['spec'] as { template: { spec: object } };
  const pod: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'as-template', namespace: profile.namespace },
    spec: template.spec,
  };
  expect((await kube.create(pod)).metadata.uid).toBeTruthy();
});

test('a pod that no node has cannot be forwarded to, and the API server says why', async () => {
  const kube = connect();
  const namespace = await newNamespace(kube);
  const ending = new AbortController();
  const troubles: string[] = [];
  const forward = await kube.forward([{ namespace, pod: 'absent', port: 80 }], {
    signal: ending.signal,
    onTrouble: (why) => troubles.push(why),
  });
  const answer = fetch(`http://${forward.address}/`).catch(() => 'nothing');
  await expect.poll(() => troubles).toEqual([`no pod runs at ${namespace}/absent`]);
  ending.abort();
  expect(await answer).toBe('nothing');
  await forward.closed;
});
