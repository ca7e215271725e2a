// The objects of a standalone cluster at a real API server, in a namespace that holds pods to the strictest standard.
import { expect, test } from 'vitest';
import { refOf } from '../../tasks/kube/ref.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { autoscaleSteps, scaler } from '../../tasks/standalone/autoscale.ts';
import { scaleTo, setProfileCount } from '../../tasks/standalone/count.ts';
import { workerRef } from '../../tasks/standalone/names.ts';
import { clusterObjects } from '../../tasks/standalone/objects.ts';
import { shellPod } from '../../tasks/standalone/shell.ts';
import type { Context, SingleStep } from '../../tasks/steps/types.ts';
import { plainContext } from '../plain-context.ts';
import { changingRequests, connect, needControlPlane, newNamespace } from './harness.ts';

needControlPlane();

const given = await readProfile('local', []);

/** A namespace with the objects of a standalone cluster, as `up` applies them. */
async function cluster(): Promise<{ context: Context; objects: Manifest[]; changes: () => string[] }> {
  const kube = connect();
  const profile = { ...given, namespace: `${await newNamespace(kube)}-s` };
  for (const manifest of [
    ...(await renderTemplate('namespace', profile)),
    ...(await renderTemplate('access', profile)),
  ])
    await kube.apply(manifest);
  const objects = await clusterObjects(profile, 'spark:1', '500m');
  for (const manifest of objects) await kube.apply(manifest);
  return { context: plainContext({ kube, profile }), objects, changes: () => changingRequests(profile.namespace) };
}

/** What the step says where it has nothing to do; else it runs. */
async function perform(step: SingleStep, context: Context): Promise<string | undefined> {
  const reason = await step.skip?.(context);
  if (reason) return reason;
  await step.run(context, { line: () => {} });
  return undefined;
}

const replicas = async ({ kube, profile }: Context): Promise<number | undefined> =>
  ((await kube.get(workerRef(profile)))?.['spec'] as { replicas?: number } | undefined)?.replicas;

test('they are used unchanged, a second up changes nothing, and every pod is admitted', async () => {
  const { context, objects, changes } = await cluster();
  const { kube, profile } = context;
  await perform(setProfileCount, context);
  expect(await replicas(context)).toBe(2);
  const before = changes().length;
  expect(await Promise.all(objects.map((manifest) => kube.isApplied(manifest)))).toEqual(objects.map(() => true));
  expect(await perform(setProfileCount, context)).toBe('2 workers');
  expect(changes()).toHaveLength(before);

  const templates = objects.flatMap(({ kind, spec, metadata }) =>
    kind === 'StatefulSet'
      ? [{ name: metadata.name, spec: (spec as { template: { spec: object } }).template.spec }]
      : [],
  );
  expect(templates).toHaveLength(2);
  for (const { name, spec } of templates)
    await kube.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: profile.namespace }, spec });
  await kube.create(shellPod(profile, 'spark:1', 'standalone-shell-1'));
});

test('the number that scale sets stays, also when up applies other settings', async () => {
  const { context } = await cluster();
  const { kube, profile } = context;
  await perform(setProfileCount, context);
  await perform(scaleTo(1), context);
  expect(await replicas(context)).toBe(1);
  expect(await perform(scaleTo(1), context)).toBe('this number is set');

  const standalone = { ...profile.standalone, defaultCores: 1 };
  for (const manifest of await clusterObjects({ ...profile, standalone }, 'spark:2', '500m'))
    await kube.apply(manifest);
  expect(await perform(setProfileCount, context)).toBe('1 workers');
  expect(await replicas(context)).toBe(1);

  const other = { ...context, profile: { ...profile, standalone: { ...profile.standalone, workers: 3 } } };
  await perform(setProfileCount, other);
  expect(await replicas(context)).toBe(3);
});

test('while an autoscaler sets the number, up leaves it and scale says how to end it', async () => {
  const { context } = await cluster();
  const { kube, profile } = context;
  await perform(setProfileCount, context);
  const wanted = scaler(profile, { min: 1, max: 4, cpu: 80 });
  await kube.apply(wanted);
  expect(await kube.isApplied(wanted)).toBe(true);
  expect(await perform(setProfileCount, context)).toBe('the autoscaler sets it');
  await expect(perform(scaleTo(3), context)).rejects.toThrow('the autoscaler sets the number of workers');
  for (const step of autoscaleSteps(profile, { off: true })) await perform(step, context);
  expect(await kube.get(refOf(wanted))).toBeUndefined();
});

test('an autoscaler without a metrics server is refused', async () => {
  const { context } = await cluster();
  const [find] = autoscaleSteps(context.profile, { max: '3' });
  await expect(perform(find as SingleStep, context)).rejects.toThrow(/no metrics server/);
});
