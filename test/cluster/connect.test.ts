// The objects of a Connect server at a real API server, in a namespace that holds pods to the strictest standard.
import { expect, test } from 'vitest';
import { serverObjects } from '../../tasks/connect/objects.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { tokenSecret } from '../../tasks/servers/token.ts';
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
  const objects = await serverObjects({
    profile,
    object: 'connect',
    image: 'spark:1',
    chosen: {},
    user: 'ada',
    pullSecrets: [],
  });
  await kube.create(tokenSecret('connect', profile, 'hush'));
  for (const manifest of objects) await kube.apply(manifest);
  const count = changingRequests(profile.namespace).length;
  expect(count).toBeGreaterThan(0);
  expect(await Promise.all(objects.map((manifest) => kube.isApplied(manifest)))).toEqual(objects.map(() => true));

  const { template } = (objects.at(-1)?.['spec'] ?? {}) as { template: { spec: object } };
  const pod: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'as-template', namespace: profile.namespace },
    spec: template.spec,
  };
  expect((await kube.create(pod)).metadata.uid).toBeTruthy();
});
