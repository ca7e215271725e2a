// Ending runs and clearing up after them against a real API server, with pods that a pretended node runs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFiles } from '../../tasks/core/files/changes.ts';
import { cachePath } from '../../tasks/core/paths.ts';
import { gcWith } from '../../tasks/gc.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import { kill } from '../../tasks/kill.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { logsWith } from '../../tasks/logs.ts';
import { readLog, readRun, runFolder } from '../../tasks/record/run-folder.ts';
import { leftovers, objectsOfRuns, removeAll } from '../../tasks/runs/leftovers.ts';
import { submitSteps, submittedLines } from '../../tasks/runs/submit-steps.ts';
import { status } from '../../tasks/status.ts';
import type { Task } from '../../tasks/steps/task.ts';
import { askedJob } from '../../tasks/submission/request.ts';
import { configMap, needControlPlane, patchBySomebody } from './harness.ts';
import { contextOf, nodeOf, useRuns } from './run-harness.ts';

needControlPlane();

const runs = useRuns();
const { running, finished, left, run, planned, problems } = runs;

test('a killed run leaves nothing in the cluster, and its log and specs in its folder', async () => {
  const id = await running();
  const other = await running();
  const untouched = await left(other);
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  expect(await run(kill, [id])).toEqual([`${id} was killed`, `kept in ${runFolder(id)}`]);
  expect(await left(id)).toEqual([]);
  expect(await left(other)).toEqual(untouched);
  expect(readRun(runFolder(id))).toMatchObject({ killedAt: expect.any(String), cause: 'it was killed' });
  expect(readLog(runFolder(id), 'driver')).toEqual(['one']);
  const kept = JSON.parse(readFileSync(join(runFolder(id), 'pods', `${id}-driver.json`), 'utf8')) as Manifest;
  expect(kept).toMatchObject({ kind: 'Pod', status: { phase: 'Running' } });
});

test('the last words of a driver that takes its time to end are kept', async () => {
  const id = await running();
  const { namespace } = runs.profile;
  const path = `/api/v1/namespaces/${namespace}/pods/${id}-driver`;
  // As a kubelet does: the pod is there until its container has ended.
  const hold = (finalizers: string[]) => patchBySomebody(path, 'merge-patch+json', { metadata: { finalizers } });
  await hold(['example.com/hold']);
  runs.kubelet.write('2026-01-02T03:04:05.1Z', 'one');
  const killing = run(kill, [id]);
  const isEnding = async () =>
    (await runs.kube.get({ apiVersion: 'v1', kind: 'Pod', name: `${id}-driver`, namespace }))?.metadata
      .deletionTimestamp !== undefined;
  await expect.poll(isEnding, { timeout: 10_000 }).toBe(true);
  runs.kubelet.write('2026-01-02T03:04:06.1Z', 'shutting down');
  await hold([]);
  runs.kubelet.finish();
  expect(await killing).toContain(`${id} was killed`);
  expect(readLog(runFolder(id), 'driver')).toEqual(['one', 'shutting down']);
});

test('a killed run can be killed again: it has ended', async () => {
  const id = await running();
  await run(kill, [id]);
  const { killedAt } = readRun(runFolder(id)) ?? {};
  expect(await run(kill, [id])).toContain('the run has ended, and its driver pod is gone');
  expect(readRun(runFolder(id))?.killedAt).toBe(killedAt);
});

test('a run that has ended is not killed and loses nothing', async () => {
  const id = await finished();
  const before = await left(id);
  expect(await run(kill, [id])).toContain('the run has ended with exit code 0');
  expect(await left(id)).toEqual(before);
  expect(readRun(runFolder(id))?.killedAt).toBeUndefined();
});

test('leftovers of a submit without a driver can be killed', async () => {
  const id = await running();
  const pod = { apiVersion: 'v1', kind: 'Pod', name: `${id}-driver`, namespace: runs.profile.namespace };
  await runs.kube.remove(pod);
  expect(await left(id)).not.toEqual([]);
  await run(kill, [id]);
  expect(await left(id)).toEqual([]);
});

test('what ended runs and lost drivers left is removed once, and nothing else', async () => {
  const { namespace } = runs.profile;
  const [going, done, lost] = [await running(), await finished(), await running()];
  await runs.kube.remove({ apiVersion: 'v1', kind: 'Pod', name: `${lost}-driver`, namespace });
  await runs.kube.create(configMap(namespace, { of: 'someone' }));
  await runs.kube.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'history', namespace, labels: { 'app.kubernetes.io/managed-by': 'firesteel' } },
  });
  const hour = 3_600_000;
  const old = async (now: number) => leftovers(await objectsOfRuns(runs.kube, namespace), hour, now);
  expect(await old(Date.now())).toEqual([]);
  const found = await old(Date.now() + 2 * hour);
  expect(new Set(found.map(({ metadata }) => metadata.labels?.['firesteel/run']))).toEqual(new Set([done, lost]));
  const before = await left(going);
  await removeAll(runs.kube, found);
  expect(await old(Date.now() + 2 * hour)).toEqual([]);
  expect(await left(going)).toEqual(before);
  expect(await left(done)).toEqual([]);
  expect(await left(lost)).toEqual([]);
  const maps = await runs.kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
  const names = maps.map(({ metadata }) => metadata.name);
  expect(names).toEqual(expect.arrayContaining(['settings', 'history']));
});

test('gc shows in a dry run what it then removes, and has nothing to do the second time', async () => {
  const id = await finished();
  const [going, before] = [await running(), await left()];
  const workFile = cachePath('images', 'spark-4.3.0-aaaaaaaaaaaa.tar.4194305');
  await writeFiles([{ path: workFile, content: '' }]);
  const plan = await planned(gcWith(), ['0s']);
  expect(plan).toContain(`  delete Pod ${runs.profile.namespace}/${id}-driver`);
  expect(plan.join('\n')).toContain(workFile);
  expect(plan.join('\n')).not.toContain(going);
  expect(await left()).toEqual(before);
  expect(existsSync(workFile)).toBe(true);
  expect(await run(gcWith(), [])).toHaveLength(2);
  expect(await left()).toEqual(before);
  expect(await run(gcWith(), ['0s'])).toEqual([]);
  expect(existsSync(workFile)).toBe(false);
  expect(await left(id)).toEqual([]);
  expect(await run(gcWith(), ['0s'])).toEqual([
    'nothing to do: no leftovers in the cache are older than 0s',
    'nothing to do: no run has leftovers older than 0s',
  ]);
  expect(await left(going)).not.toEqual([]);
});

test('a dry run of kill changes nothing and waits for nothing', async () => {
  const id = await running();
  const before = await left(id);
  expect(await planned(kill, [id])).toContain(`  delete Pod ${runs.profile.namespace}/${id}-driver`);
  expect(await left(id)).toEqual(before);
  expect(readRun(runFolder(id))?.killedAt).toBeUndefined();
});

test("status of a run tells its driver's state, live and from what was kept", async () => {
  const id = await running();
  const live = (await run(status, [id])).join('\n');
  expect(live).toContain(`${id}: running`);
  expect(live).toMatch(new RegExp(`${id}-driver +driver +running +\\d+s +- +${nodeOf(runs.profile)}`));
  expect(live).toContain(`live; also in ${runFolder(id)}`);
  await run(kill, [id]);
  const kept = (await run(status, [id])).join('\n');
  expect(kept).toContain(`${id}: killed 2`);
  expect(kept).toMatch(new RegExp(`${id}-driver +driver +gone`));
  expect(kept).toContain(`kept in ${runFolder(id)}`);
});

test.each<[Task, string[], RegExp]>([
  [kill, ['nobody'], /^run "nobody": not found; list runs: firesteel runs$/],
  [status, ['nobody'], /^run "nobody": not found; list runs: firesteel runs$/],
  [logsWith(), ['nobody'], /^run "nobody": not found; list runs: firesteel runs$/],
])('words that name no run are refused (%#)', async (task, words, text) => {
  expect(await problems(task, words)).toEqual([expect.stringMatching(text)]);
});

test("kill refuses an ambiguous beginning, and accepts Spark's name of a submission", async () => {
  const [id, other] = [await running(), await running()];
  const [problem] = await problems(kill, ['pi-']);
  expect(problem).toContain('run "pi-" matches several runs: ');
  expect(await run(kill, [`${runs.profile.namespace}:${id}-driver`])).toContain(`${id} was killed`);
  expect(await left(other)).not.toEqual([]);
});

test('a submit with --no-wait ends once the driver pod is there', async () => {
  const { profile } = runs;
  const conf = { 'spark.kubernetes.submission.waitAppCompletion': 'false' };
  const context = { ...contextOf(runs), profile: { ...profile, spark: { ...profile.spark, conf } } };
  context.state.image = 'spark:4.3.0-x';
  const [submit, ...follow] = submitSteps(askedJob(readJob(['pi']), context.profile));
  await submit?.run(context, { line: () => {} });
  const { id = '' } = context.state.run ?? {};
  expect(await left(id)).toContain(`Pod ${id}-driver`);
  expect(follow.map((step) => step.skip?.(context))).toEqual(
    follow.map(() => 'spark.kubernetes.submission.waitAppCompletion is false'),
  );
  expect(submittedLines(context)).toEqual([`${id} is submitted`, `Next: firesteel logs ${id} --follow`]);
});
