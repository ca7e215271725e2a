// Waiting for a driver that never starts, by who submitted it and by who only wants its log.
import { beforeEach, expect, test } from 'vitest';
import { logsWith } from '../../../tasks/logs.ts';
import { runFolder } from '../../../tasks/record/run-folder.ts';
import { waitForStart } from '../../../tasks/runs/following/attach.ts';
import type { Context } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { planIn } from '../../plan-of.ts';
import { contextOf, inCluster, writeRecord } from './run-context.ts';
import { pod, run } from './seen-run.ts';

ownFolderOfEach();
beforeEach(() => writeRecord(run));

const cause = 'driver: "spark:x" is not an image name';
const hopeless = () =>
  memoryKube([inCluster(pod('driver', { waiting: { reason: 'InvalidImageName' } }, { phase: 'Pending' }), run)]);

test.each<[who: string, wait: (context: Context) => Promise<void> | undefined, changes: string[]]>([
  [
    'who submitted it removes it',
    (context) => waitForStart(context, { line: () => {} }, { removes: true }),
    ['remove Pod pi-1-driver'],
  ],
  [
    'who asks for its log leaves it there',
    async (context) => {
      const { show } = await planIn(logsWith({ follow: true }), context, [run.id]);
      await show?.(context, { lines: () => {}, note: () => {}, draw: () => {} });
    },
    [],
  ],
])('the cause of a driver that never starts is shown; %s', async (_, wait, expected) => {
  const { kube, changes } = hopeless();
  const context = contextOf(kube);
  context.state.run = { id: run.id, folder: runFolder(run.id) };
  await expect(wait(context)).rejects.toThrow(cause);
  expect(changes).toEqual(expected);
});
