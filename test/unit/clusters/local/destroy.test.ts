// What destroy ends: the nodes that are there, whatever the profile says, and whatever became of their folders.
import { expect, test } from 'vitest';
import { destroySteps } from '../../../../tasks/clusters/local/destroy.ts';
import type { Context, SingleStep } from '../../../../tasks/steps/types.ts';
import { ownFolder } from '../../../own-folder.ts';
import { answering, clusterOf, profileWith, startLookalike } from './fixtures.ts';

ownFolder();
const { last } = await clusterOf(3);

test('a node whose folder is gone is ended, and its cgroups are removed', async () => {
  const { child, end } = await startLookalike(last);
  const commands: string[] = [];
  const run = async (command: readonly string[]) => {
    commands.push(command.join(' '));
    if (command[0] === 'kill') await end();
    return '';
  };
  const context = { read: answering({}), run } as unknown as Context;
  const steps = destroySteps(await profileWith()) as SingleStep[];
  for (const { title, skip, run: act } of steps)
    if (title !== 'Wait for the nodes to stop' && !(await skip?.(context)))
      await act(context, { line: () => {} } as never);
  expect(commands).toContain(`kill -KILL ${child.pid}`);
  expect(commands).toContainEqual(expect.stringMatching(/remove-cgroups\.sh firesteel\/local-3$/));
});
