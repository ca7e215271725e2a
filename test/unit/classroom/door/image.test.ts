import { expect, test } from 'vitest';
import { doorImageSteps } from '../../../../tasks/classroom/door/image.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Cluster } from '../../../../tasks/steps/cluster.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';

/** A cluster that gives images the name of its registry, as those of clouds do. */
const cluster = {
  publish: () => [
    {
      title: 'Publish',
      skip: ({ state }) => state.image === 'registry/door:1' && 'there',
      run: async ({ state }) => {
        state.image = `registry/${state.image}`;
      },
    },
  ],
} satisfies { publish: () => SingleStep[] } as unknown as Cluster;

test("the door's image is published under its own name, and the Spark image keeps its own", async () => {
  const steps = doorImageSteps(await readProfile('local', []), cluster) as SingleStep[];
  expect(steps.map(({ title }) => title)).toEqual([
    'Fetch nginx for the door',
    'Make the image of the door',
    'Publish',
  ]);
  const context = { state: { image: 'spark:1', door: 'door:1' } } as Context;
  const publish = steps[2];
  expect(await publish?.skip?.(context)).toBe(false);
  await publish?.run(context, { line: () => {} });
  expect(context.state).toEqual({ image: 'spark:1', door: 'registry/door:1' });
  expect(await publish?.skip?.(context)).toBe('there');
});
