// Verbs on a run of another cluster than their profile's, of one that is gone, made again, or does not answer.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { exitCode, Failure } from '../../../tasks/core/failure.ts';
import { dataPath } from '../../../tasks/core/paths.ts';
import { kill } from '../../../tasks/kill.ts';
import { unreachable } from '../../../tasks/kube/failure.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { logsWith } from '../../../tasks/logs.ts';
import type { RunRecord } from '../../../tasks/record/run-folder.ts';
import { readRun, runFolder } from '../../../tasks/record/run-folder.ts';
import { waitForStart } from '../../../tasks/runs/following/attach.ts';
import { createHeartbeat } from '../../../tasks/runs/following/heartbeat.ts';
import { runsWith } from '../../../tasks/runs.ts';
import { status } from '../../../tasks/status.ts';
import type { Context } from '../../../tasks/steps/types.ts';
import { why } from '../../../tasks/why.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { ownFolderOfEach } from '../../own-folder.ts';
import { planIn } from '../../plan-of.ts';
import { contextOf, inCluster, runTask, writeRecord } from './run-context.ts';
import { pod, running, run as someRun } from './seen-run.ts';

ownFolderOfEach();

const uid = 'uid-of-bugs';
const run = (): RunRecord => ({
  ...someRun,
  cluster: 'bugs',
  clusterUid: uid,
  kubeconfig: { path: dataPath('clusters', 'bugs', 'kubeconfig'), context: 'bugs' },
});
beforeEach(async () => {
  mkdirSync(dirname(run().kubeconfig?.path ?? ''), { recursive: true });
  await writeRecord(run());
});

/** The run's own cluster, where its driver runs. */
function bugs(clusterUid = uid) {
  const found = memoryKube([inCluster(pod('driver', running), run())], { 'pi-1-driver': ['one'] });
  const raw = async () => JSON.stringify({ metadata: { uid: clusterUid } });
  return { ...found, kube: { ...found.kube, raw } };
}
const silent: Kube = { ...memoryKube([]).kube, raw: () => Promise.reject(unreachable('nobody there')) };

/** A verb's context with `--set clusterName=door`, where nothing is of the run. */
const atDoor = (own: Kube): Context => ({ ...contextOf(memoryKube([]).kube, 'door'), connect: () => own });

const shown = async (context: Context, follow = false): Promise<{ text: string; notes: string[]; code?: number }> => {
  let text = '';
  const notes: string[] = [];
  const plan = await planIn(logsWith({ follow }), context, ['pi-1']);
  await plan.show?.(context, {
    lines: (bytes) => {
      text += bytes.toString();
    },
    note: (line) => notes.push(line),
    draw: () => {},
  });
  return { text, notes, code: plan.exitCode?.(context) ?? 0 };
};
const noted = () => readRun(runFolder('pi-1'));

test('kill ends a run in its own cluster, whatever cluster is asked', async () => {
  const { kube, changes } = bugs();
  await runTask(kill, atDoor(kube), ['pi-1']);
  expect(changes).toEqual(['remove Pod pi-1-driver']);
  expect(noted()).toMatchObject({ killedAt: expect.any(String), cause: 'it was killed' });
});

test('why, status and logs look at a run in its own cluster, whatever cluster is asked', async () => {
  const context = atDoor(bugs().kube);
  for (const words of [['pi-1'], []]) {
    expect((await runTask(why, context, words)).lines).toEqual([
      'nothing is wrong: the driver runs on node-1, 0 of 2 executors run',
    ]);
  }
  expect((await runTask(status, context, ['pi-1'])).lines[0]).toBe('pi-1: running');
  expect((await shown(context)).text).toBe('one\n');
});

test('an old record that does not say where its cluster is is refused with the flags that lead there', async () => {
  const { kubeconfig: _, ...old } = run();
  await writeRecord(old);
  for (const task of [kill, why, status, logsWith()])
    expect((await planIn(task, atDoor(silent), ['pi-1'])).problems).toEqual([
      'run pi-1 belongs to cluster bugs: add --profile local --set clusterName=bugs',
    ]);
});

test.each<[string, () => Kube, string]>([
  [
    'gone',
    () => {
      rmSync(dataPath('clusters', 'bugs'), { recursive: true });
      return silent;
    },
    'cluster bugs is gone',
  ],
  ['made again', () => bugs('uid-of-another').kube, 'cluster bugs was created again, and does not have this run'],
])('of a run whose cluster is %s every verb tells the truth, and its end is noted', async (_, own, cause) => {
  const context = atDoor(own());
  expect((await runTask(why, context, ['pi-1'])).lines).toEqual([`✖ ${cause}`, '→ submit again']);
  expect(noted()).toMatchObject({ finishedAt: expect.any(String), cause: `${cause}; submit again` });
  await writeRecord(run());
  const { skipped, lines } = await runTask(kill, context, ['pi-1']);
  expect(skipped).toEqual([`the run has ended: ${cause}`, `the run has ended: ${cause}`]);
  expect(lines).toContain('pi-1 has ended');
  await writeRecord(run());
  expect((await runTask(status, context, ['pi-1'])).lines[0]).toMatch(
    new RegExp(`^pi-1: failed .*: ${cause}; submit again$`),
  );
  await writeRecord(run());
  await expect(shown(context, true)).rejects.toThrow('run pi-1 left no log of its driver');
  expect(noted()?.cause).toBe(`${cause}; submit again`);
});

test('a run whose cluster does not answer is unknown, and nothing is recorded', async () => {
  const context = atDoor(silent);
  expect((await runTask(why, context, ['pi-1'])).lines).toEqual([
    '(cluster bugs does not answer: cannot reach the cluster: nobody there: from the files kept on this machine)',
    'unknown whether it is still running; when last seen: its driver is being created',
  ]);
  await expect(runTask(kill, context, ['pi-1'])).rejects.toThrow('unknown whether pi-1 is still running: cluster bugs');
  expect(noted()?.finishedAt).toBeUndefined();
});

test('following a run ends with 1 if its cluster stays silent', async () => {
  const { kube } = bugs();
  await shown(atDoor(kube));
  await expect(shown(atDoor(silent), true)).rejects.toMatchObject({
    message: expect.stringContaining('unknown whether pi-1 is still running'),
    exitCode: exitCode.failed,
  });
});

test('a silence of the cluster is reported while it lasts, and its end as well', async () => {
  const said: string[] = [];
  const stop = new AbortController();
  let isSilent = true;
  const raw = async () => {
    if (isSilent) throw unreachable('nobody there');
    return JSON.stringify({ metadata: { uid } });
  };
  const heartbeat = createHeartbeat(atDoor({ ...silent, raw }), run(), {
    signal: stop.signal,
    say: (text) => said.push(text),
    everyMs: 10,
  });
  await expect.poll(() => said[0]).toBe('the cluster does not answer (0 s)');
  isSilent = false;
  await expect.poll(() => said.at(-1)).toBe('the cluster answers again');
  expect(heartbeat.silentSeconds()).toBe(0);
  stop.abort();
});

test('a follower ends soon once its cluster is gone', async () => {
  const stop = new AbortController();
  const { stopped } = createHeartbeat(atDoor(silent), run(), { signal: stop.signal, say: () => {}, everyMs: 10 });
  await sleep(50);
  rmSync(dataPath('clusters', 'bugs'), { recursive: true });
  await expect(stopped).rejects.toThrow('cluster bugs is gone');
});

test('a wait for a driver ends when its cluster is deleted, and so does the run', async () => {
  const context = atDoor(silent);
  context.state.run = { id: 'pi-1', folder: runFolder('pi-1') };
  const get: Kube['get'] = async () => {
    rmSync(dataPath('clusters', 'bugs'), { recursive: true, force: true });
    throw new Failure('connection refused');
  };
  const gone = { ...context, connect: () => ({ ...silent, get }) };
  await expect(waitForStart(gone, { line: () => {} }, { removes: true })).rejects.toMatchObject({
    message: 'cluster bugs is gone: run pi-1 ended with that cluster',
    hint: 'submit again',
  });
  expect(noted()?.cause).toBe('cluster bugs is gone; submit again');
});

test('runs asks the clusters of those that have not ended, and lists as many as are wanted', async () => {
  await writeRecord({ ...run(), id: 'old', startedAt: '2026-01-01T00:00:00Z', exitCode: 3, finishedAt: '2026' });
  await writeRecord({ ...run(), id: 'lost', startedAt: '2026-12-01T00:00:00Z', driverPod: 'lost-driver' });
  const list = async (own: Kube, last?: string) => {
    const context = atDoor(own);
    const { lines } = await runTask(runsWith({ last }), context, []);
    return lines.slice(1).map((line) => line.replaceAll(/ {2,}/g, ' | '));
  };
  expect(await list(bugs().kube)).toEqual([
    'lost | local | bugs | 2026-12-01 00:00:00 | lost',
    'pi-1 | local | bugs | 2026-11-21 15:00:00 | running',
    'old | local | bugs | 2026-01-01 00:00:00 | exit code 3',
  ]);
  expect(await list(silent, '2')).toEqual([
    'lost | local | bugs | 2026-12-01 00:00:00 | unknown',
    'pi-1 | local | bugs | 2026-11-21 15:00:00 | unknown',
  ]);
});

test('runs remove takes a run that has ended, or whose cluster is gone, and no run that may continue', async () => {
  const remove = (own: Kube, force = false) => runTask(runsWith({ force }), atDoor(own), ['remove', 'pi-1']);
  await expect(remove(bugs().kube)).rejects.toMatchObject({
    message: 'pi-1 is still running',
    hint: 'kill it first: firesteel kill pi-1',
  });
  await expect(remove(silent)).rejects.toThrow('unknown whether pi-1 is still running');
  expect(noted()).toBeDefined();
  await remove(silent, true);
  expect(noted()).toBeUndefined();
  await writeRecord(run());
  rmSync(dataPath('clusters', 'bugs'), { recursive: true });
  await remove(silent);
  expect(noted()).toBeUndefined();
});

test('a run to remove is named by its whole id, and the number of runs to list is a number', async () => {
  const context = atDoor(silent);
  expect((await planIn(runsWith(), context, ['remove', 'pi'])).problems).toEqual([
    'run "pi": expected the whole id, pi-1',
  ]);
  expect((await planIn(runsWith({ last: 'x' }), context)).problems).toEqual([
    '--last x: expected a number, such as 20',
  ]);
});

test.each([kill, why, status, logsWith()])(
  'a word that several runs begin with means none of them (%#)',
  async (task) => {
    await writeRecord({ ...run(), id: 'pi-2' });
    const problems = async (word: string) => (await planIn(task, atDoor(silent), [word])).problems ?? [];
    expect(await problems('pi')).toEqual(['run "pi" matches several runs: pi-1, pi-2']);
    expect(await problems('nosuch')).toEqual(['run "nosuch": not found; list runs: firesteel runs']);
    expect(await problems('pi-1')).toEqual([]);
  },
);
