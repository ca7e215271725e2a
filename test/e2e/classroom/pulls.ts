// The image of a class on each node of a cluster whose nodes pull it from a registry.
import { expect } from 'vitest';
import { entranceObjects } from '../../../tasks/classroom/door/objects.ts';
import { classNamespace } from '../../../tasks/classroom/seat/labels.ts';
import { pullSteps } from '../../../tasks/classroom/seat/pull-image.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { plainContext } from '../../plain-context.ts';

interface Node extends Manifest {
  status: { images?: { names?: string[] }[] };
}

/** No node has the image before; `nodes` of them have it afterwards, and say so. */
export async function expectPulls(kube: Kube, image: string, nodes: number): Promise<void> {
  const name = 'pulls';
  const withImage = async () =>
    ((await kube.list({ apiVersion: 'v1', kind: 'Node' })) as Node[]).filter(({ status }) =>
      status.images?.some(({ names }) => names?.includes(image)),
    ).length;
  const namespace = classNamespace(name);
  for (const object of await entranceObjects({ namespace, class: name, service: { type: 'NodePort' } }))
    await kube.apply(object);
  const profile = await readProfile('gke', [`classroom.name=${name}`]);
  const context = plainContext({ kube, profile, state: { image } });
  const lines: string[] = [];
  expect(await withImage()).toBe(0);
  for (const step of pullSteps({ pullsImages: true })) {
    expect(await step.skip?.(context)).toBe(false);
    await step.run(context, { line: (text) => void lines.push(text) });
  }
  expect(lines.at(-1), lines.join('\n')).toBe(`${nodes} nodes have pulled it`);
  expect(await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace })).toEqual([]);
  await expect.poll(withImage, { timeout: 60_000 }).toBe(nodes);
  expect(await pullSteps({ pullsImages: true })[0]?.skip?.(context)).toBe(`each of the ${nodes} nodes has the image`);
  await kube.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
}
