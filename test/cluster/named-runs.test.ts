// Runs that their users name, against a real API server: the same one again is resumed, another one is refused, and
// a submit that is killed anywhere leaves nothing that the next one cannot continue with.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Failure } from '../../tasks/core/failure.ts';
import { projectPath } from '../../tasks/core/paths.ts';
import { gcWith } from '../../tasks/gc.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { readRun, runFolder, updateRun } from '../../tasks/record/run-folder.ts';
import { leftovers, objectsOfRun, objectsOfRuns } from '../../tasks/runs/leftovers.ts';
import { reserveRun } from '../../tasks/runs/names/reservation.ts';
import { submitSteps } from '../../tasks/runs/submit-steps.ts';
import { runNames } from '../../tasks/spark/run-names.ts';
import { runLabels } from '../../tasks/submission/driver.ts';
import { askedJob } from '../../tasks/submission/request.ts';
import type { RunObjects } from '../../tasks/submission/run-objects.ts';
import { ensureSubmitted } from '../../tasks/submission/submission.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import { namedPi } from '../fakes/named-pi.ts';
import { connectThrough, controlPlane, needControlPlane, patchBySomebody } from './harness.ts';
import { contextOf, useRuns } from './run-harness.ts';

needControlPlane();

const runs = useRuns();
const { left, planned } = runs;

const submit = async (objects: RunObjects): Promise<Manifest> =>
  ensureSubmitted(runs.kube, objects, await reserveRun(runs.kube, objects));
const pi = (args: string[] = [], conf = {}): RunObjects => namedPi(runs.profile.namespace, 'nightly', args, conf);

/** Kinds and names of all that a whole run has. */
const whole = (): string[] => {
  const { pod, beside } = pi();
  return [pod, ...beside].map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
};
const owners = async (): Promise<Set<string | undefined>> => {
  const objects = await objectsOfRun(runs.kube, runs.profile.namespace, 'nightly');
  return new Set(
    objects.filter(({ kind }) => kind !== 'Pod').map(({ metadata }) => metadata.ownerReferences?.[0]?.uid),
  );
};
const failureOf = (result: Promise<unknown>): Promise<Failure> =>
  result.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: Failure) => error,
  );

test('the same name again, with the same content, is the same run', async () => {
  const first = await submit(pi());
  const second = await submit(pi());
  expect(second.metadata.uid).toBe(first.metadata.uid);
  expect((await left('nightly')).sort()).toEqual(whole());
});

test('several submits at once under one name make one run', async () => {
  const drivers = await Promise.all(Array.from({ length: 4 }, () => submit(pi())));
  expect(new Set(drivers.map(({ metadata }) => metadata.uid)).size).toBe(1);
  expect((await left('nightly')).sort()).toEqual(whole());
  expect(await owners()).toEqual(new Set([drivers[0]?.metadata.uid]));
});

test.each<[what: string, args: string[], conf: object, where: string]>([
  ['arguments', ['20'], {}, '-driver, with another spec.containers[name=spark-kubernetes-driver].args'],
  ['conf', [], { 'spark.executor.memory': '2g' }, '-conf-map, with another spark.executor.memory'],
])('of two submits at once with other %s one is refused and harms nothing', async (_, args, conf, where) => {
  const results = await Promise.allSettled([submit(pi()), submit(pi(args, conf))]);
  const [won, ...noMore] = results.filter((one) => one.status === 'fulfilled');
  expect(noMore).toEqual([]);
  expect(won).toBeDefined();
  expect((await left('nightly')).sort()).toEqual(whole());
  expect(await owners()).toEqual(new Set([won?.value.metadata.uid]));
  const refused = await failureOf(results[0]?.status === 'fulfilled' ? submit(pi(args, conf)) : submit(pi()));
  expect(refused.message).toContain('run nightly already exists: ');
  expect(refused.message).toContain(where);
  expect(refused).toMatchObject({
    exitCode: 2,
    hint: 'choose another name, or kill that run first: firesteel kill nightly',
  });
  expect((await left('nightly')).sort()).toEqual(whole());
});

test('leftovers of a run of that name without a driver are removed', async () => {
  const driver = await submit(pi());
  // There is nobody here who removes what the driver owned.
  await runs.kube.remove(refOf(driver));
  const again = await submit(pi(['20']));
  expect(again.metadata.uid).not.toBe(driver.metadata.uid);
  expect(await owners()).toEqual(new Set([again.metadata.uid]));
});

test('a driver that is being deleted is waited for, not resumed', async () => {
  const driver = await submit(pi());
  const { name, namespace, uid } = driver.metadata;
  const hold = (finalizers: string[]) =>
    patchBySomebody(`/api/v1/namespaces/${namespace}/pods/${name}`, 'merge-patch+json', { metadata: { finalizers } });
  await hold(['example.com/hold']);
  const removing = runs.kube.remove(refOf(driver));
  const isGoing = async () => (await runs.kube.get(refOf(driver)))?.metadata.deletionTimestamp !== undefined;
  await expect.poll(isGoing, { timeout: 10_000 }).toBe(true);
  const again = submit(pi());
  await new Promise((resume) => setTimeout(resume, 500));
  await hold([]);
  await removing;
  expect((await again).metadata.uid).not.toBe(uid);
});

let folder = '';
let proxy: FaultProxy | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firesteel-test-'));
});
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  rmSync(folder, { recursive: true });
});

/** A submit in its own process, killed when its nth request of this kind is under way. */
async function killedAt(method: string, path: RegExp, nth: number, does: 'hang' | 'lose'): Promise<void> {
  const started = await startFaultProxy(controlPlane.server, controlPlane.authority, controlPlane.admin);
  proxy = started;
  const times = does === 'lose' ? 1_000 : 1;
  started.inject({ method, path, nth, times, does });
  const kubeconfig = join(folder, 'config');
  connectThrough(started, kubeconfig);
  const words = ['--import', 'tsx', projectPath('test', 'fakes', 'submitter.ts'), kubeconfig];
  const child = spawn('node', [...words, runs.profile.namespace, 'nightly'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  const seen = () =>
    started.requests.filter(({ line }) => line.startsWith(`${method} `) && path.test(line.slice(method.length + 1)))
      .length;
  await expect.poll(seen, { timeout: 30_000 }).toBeGreaterThanOrEqual(nth);
  // The others of the same moment get through.
  await new Promise((resume) => setTimeout(resume, 200));
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

test.each<[what: string, method: string, path: RegExp, nth: number, does: 'hang' | 'lose']>([
  ['its first write', 'POST', /configmaps/, 1, 'hang'],
  ['the answer to its first write', 'POST', /configmaps/, 1, 'lose'],
  ['its second ConfigMap', 'POST', /configmaps/, 2, 'hang'],
  ['its service', 'POST', /services/, 1, 'hang'],
  ['its driver pod', 'POST', /pods/, 1, 'hang'],
  ['the answer to its driver pod', 'POST', /pods/, 1, 'lose'],
  ['an owner reference', 'PATCH', /./, 1, 'hang'],
  ['the last owner reference', 'PATCH', /./, 4, 'hang'],
])('a submit that is killed at %s is resumed', async (_, method, path, nth, does) => {
  await killedAt(method, path, nth, does);
  const before = await runs.kube.get(refOf(pi().pod));
  const driver = await submit(pi());
  if (before) expect(driver.metadata.uid).toBe(before.metadata.uid);
  expect((await left('nightly')).sort()).toEqual(whole());
  expect(await owners()).toEqual(new Set([driver.metadata.uid]));
});

test('what a killed submit left, and its claim, is found by gc, and only listed in a dry run', async () => {
  await killedAt('POST', /pods/, 1, 'hang');
  const { namespace } = runs.profile;
  await runs.kube.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'nightly-exec-1-pvc-0', namespace, labels: runLabels(runNames('nightly')) },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
  });
  const before = (await left('nightly')).sort();
  expect(before).toContain('PersistentVolumeClaim nightly-exec-1-pvc-0');
  expect(before.length).toBe(whole().length);
  // A submit may still be under way.
  expect((await planned(gcWith(), ['0s'])).join('\n')).not.toContain('nightly');
  const old = leftovers(await objectsOfRuns(runs.kube, namespace), 0, Date.now() + 61_000);
  expect(old.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual(before);
  expect((await left('nightly')).sort()).toEqual(before);
});

/** Runs the step that submits pi as `nightly`; returns what it knows then, and what it said. */
async function step(...args: string[]) {
  const context = contextOf(runs);
  context.state.image = 'spark:4.3.0-x';
  const said: string[] = [];
  const [first] = submitSteps(askedJob(readJob(['pi', ...args]), runs.profile, { name: 'nightly' }));
  await first?.run(context, { line: (text) => void said.push(text) });
  return { state: context.state, said };
}

test('submit keeps one folder for one run, continues with it, and reports its end for ever', async () => {
  await step('10');
  const kept = readRun(runFolder('nightly'));
  expect(kept).toMatchObject({ id: 'nightly', args: ['10'], content: expect.stringMatching(/^[0-9a-f]{16}$/) });
  await step('10');
  expect(readRun(runFolder('nightly'))).toEqual(kept);
  await expect(step('20')).rejects.toThrow('run nightly already exists');
  expect(readRun(runFolder('nightly'))).toEqual(kept);
  await updateRun(runFolder('nightly'), { exitCode: 42, finishedAt: new Date().toISOString() });
  await runs.kube.remove({ ...refOf(pi().pod) });
  const { state, said } = await step('10');
  expect(state.run?.exitCode).toBe(42);
  expect(said).toEqual(['the run has already ended']);
  await expect(step('20')).rejects.toThrow('run nightly has already ended, with another job or other settings');
});

test('a name is free again when its run was ended before it came to an exit code; its folder is put aside', async () => {
  await step('10');
  await updateRun(runFolder('nightly'), { killedAt: new Date().toISOString(), finishedAt: new Date().toISOString() });
  await runs.kube.remove(refOf(pi().pod));
  await step('20');
  expect(readRun(runFolder('nightly'))).toMatchObject({ args: ['20'] });
  expect(readRun(runFolder('nightly'))?.killedAt).toBeUndefined();
  const [aside = ''] = readdirSync(join(runFolder('nightly'), 'earlier'));
  expect(readRun(join(runFolder('nightly'), 'earlier', aside))).toMatchObject({ args: ['10'] });
  expect(existsSync(join(runFolder('nightly'), 'spark.properties'))).toBe(true);
});
