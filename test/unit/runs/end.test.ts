// What is noted of a run when its driver ends, and when only the looking does.
import { expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { logsWith } from '../../../tasks/logs.ts';
import { openKeptLog } from '../../../tasks/record/kept-log.ts';
import { readLog, readRun, runFolder } from '../../../tasks/record/run-folder.ts';
import { waitForStart } from '../../../tasks/runs/following/attach.ts';
import { runsWith } from '../../../tasks/runs.ts';
import type { Task } from '../../../tasks/steps/task.ts';
import type { Context } from '../../../tasks/steps/types.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { planIn } from '../../plan-of.ts';
import { contextOf, inCluster, runTask, writeRecord } from './run-context.ts';
import { ended, pod, run } from './seen-run.ts';

ownFolderOfEach();

const silent = { line: () => {}, lines: () => {}, note: () => {}, draw: () => {} };

const show = async (task: Task, context: Context) => (await planIn(task, context, [run.id])).show?.(context, silent);

test('the end of a driver takes the place of what was thought to be its end', async () => {
  const resultPatterns = { pi: 'Pi is roughly (\\S+)' };
  await writeRecord({ ...run, resultPatterns, cause: 'start of the driver: not within 900 s', finishedAt: '2026' });
  const driver = inCluster(pod('driver', ended(0, 'Completed')), run);
  const { kube } = memoryKube([driver], { 'pi-1-driver': ['Pi is roughly 3.14'] });
  await show(logsWith({ follow: true }), contextOf(kube));
  expect(readRun(runFolder(run.id))).toMatchObject({ exitCode: 0, results: { pi: '3.14' } });
  const { lines } = await runTask(runsWith(), contextOf(kube), []);
  expect(lines.at(-1)).toMatch(/^pi-1 .* exit code 0 +pi 3.14$/);
});

test('a run that was killed and then left an exit code is still one that was killed', async () => {
  await writeRecord({ ...run, cause: 'it was killed' });
  const { kube } = memoryKube([inCluster(pod('driver', ended(0, 'Completed')), run)]);
  const killed: Kube = {
    ...kube,
    async *watch(collection, signal) {
      await writeRecord({ ...run, cause: 'it was killed', killedAt: '2026-11-21T15:00:30Z' });
      yield* kube.watch(collection, signal);
    },
  };
  await show(logsWith({ follow: true }), contextOf(killed));
  expect(readRun(runFolder(run.id))).toMatchObject({ exitCode: 0, cause: 'it was killed' });
});

const failing = (error: Error, after: Kube['get']): Kube => {
  let isFirst = true;
  const get: Kube['get'] = async (ref) => {
    if (!isFirst) return after(ref);
    isFirst = false;
    throw error;
  };
  return { ...memoryKube([]).kube, get };
};
const waiting = pod('driver', { waiting: { reason: 'ContainerCreating' } });

test.each<[what: string, kube: Kube, cause: string | undefined]>([
  ['too long a wait is none', failing(new Failure('not within 900 s'), async () => waiting), undefined],
  [
    'a driver whose end is known elsewhere is none',
    failing(new Failure('no'), async () => pod('driver', ended(0))),
    undefined,
  ],
  [
    'a driver of which the cluster does not answer is none',
    failing(new Failure('no'), () => Promise.reject()),
    undefined,
  ],
  [
    'a driver that is gone is one',
    memoryKube([]).kube,
    'driver pod pi-1-driver is gone; find out who deleted the pod, and submit again',
  ],
  [
    'a driver that was evicted is one',
    failing(new Failure('lost'), async () => pod('driver', undefined, { phase: 'Failed', reason: 'Evicted' })),
    'lost',
  ],
])('of the ends of a run %s', async (_, kube, cause) => {
  await writeRecord(run);
  const context = contextOf(kube);
  context.state.run = { id: run.id, folder: runFolder(run.id) };
  await expect(waitForStart(context, silent, { removes: true })).rejects.toThrow();
  const noted = readRun(runFolder(run.id));
  expect(noted?.cause).toBe(cause);
  expect(noted?.finishedAt !== undefined).toBe(cause !== undefined);
});

test('unfinished logs are read to their end, and lost lines are marked in their place', async () => {
  await writeRecord({ ...run, exitCode: 1, finishedAt: '2026', unread: ['driver', 'executor-1'] });
  const folder = runFolder(run.id);
  const log = openKeptLog(folder, 'executor-1', 'one');
  log.add({ bytes: Buffer.from('begun\n'), place: { nanoseconds: '1767323045000000000', lines: 1 } });
  log.close();
  const driver = inCluster(pod('driver', ended(1)), run);
  const { kube } = memoryKube([driver], { 'pi-1-driver': ['ValueError: at the end'] });
  const lost =
    '[firesteel: lines after 2026-01-02T03:04:05.000000000Z may be missing: the pod was removed before its log was read to the end]';
  for (const _ of ['first', 'second']) {
    await show(logsWith(), contextOf(kube));
    expect(readLog(folder, 'driver')).toEqual(['ValueError: at the end']);
    expect(readLog(folder, 'executor-1')).toEqual(['begun', lost]);
    expect(readRun(folder)?.unread).toBeUndefined();
  }
});
