// The name of a run that its user chose: who has it, and what to do where another run does.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Manifest } from '../../../../tasks/kube/types.ts';
import { placeOf } from '../../../../tasks/record/place.ts';
import type { RunRecord } from '../../../../tasks/record/run-folder.ts';
import { readRun, runFolder, updateRun } from '../../../../tasks/record/run-folder.ts';
import { reserveName } from '../../../../tasks/runs/names/named-run.ts';
import { reserveRun } from '../../../../tasks/runs/names/reservation.ts';
import { goesOnElsewhere } from '../../../../tasks/runs/remote-run.ts';
import type { Pod } from '../../../../tasks/spark/pod.ts';
import { ensureSubmitted } from '../../../../tasks/submission/submission.ts';
import { memoryKube } from '../../../fakes/memory-kube.ts';
import { namedPi } from '../../../fakes/named-pi.ts';
import { ownFolderOfEach } from '../../../own-folder.ts';
import { contextOf, writeRecord } from '../run-context.ts';
import { run } from '../seen-run.ts';

ownFolderOfEach();

test.each([
  ['Running', 'choose another name, or kill that run first: firesteel kill nightly'],
  ['Failed', 'choose another name: that run has ended'],
])('a name taken by a run whose driver is %s is refused with what works', async (phase, hint) => {
  const { kube, objects } = memoryKube([]);
  const first = namedPi('spark', 'nightly');
  await ensureSubmitted(kube, first, await reserveRun(kube, first));
  for (const object of objects.filter(({ kind }) => kind === 'Pod')) (object as Pod).status = { phase };
  await expect(reserveRun(kube, namedPi('spark', 'nightly', ['20']))).rejects.toMatchObject({ exitCode: 2, hint });
});

/** A separate cluster: its namespace kube-system has this uid. */
const clusterWith = (uid: string) => {
  const system: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } };
  return memoryKube([system]);
};

/** Submits pi as nightly; what it answers tells whether a run was made. */
async function submit(profile: string, { kube }: ReturnType<typeof clusterWith>, goesOn = false, namespace = 'spark') {
  const context = contextOf(kube, profile);
  const place = await placeOf({ ...context, profile: { ...context.profile, namespace } });
  const record: RunRecord = { ...run, ...place, id: 'nightly', driverPod: 'nightly-driver' };
  const objects = namedPi(namespace, 'nightly');
  const reserved = await reserveName(context, objects, record, async () => goesOn);
  if (reserved === 'ended') return 'has ended before';
  await writeRecord(record);
  await ensureSubmitted(kube, objects, reserved);
  return reserved.isNew ? 'was made' : 'goes on';
}

const kept = (): RunRecord | undefined => readRun(runFolder('nightly'));
const putAside = (): number =>
  readdirSync(runFolder('nightly')).includes('earlier') ? readdirSync(join(runFolder('nightly'), 'earlier')).length : 0;

test('a name is one run of one cluster: again there it resumes, and its end is shown', async () => {
  const local = clusterWith('a');
  expect(await submit('local', local)).toBe('was made');
  expect(kept()).toMatchObject({ profile: 'local', cluster: 'local', clusterUid: 'a' });
  expect(await submit('local', local)).toBe('goes on');
  await updateRun(runFolder('nightly'), { exitCode: 0, finishedAt: '2026' });
  expect(await submit('local', local)).toBe('has ended before');
  expect(putAside()).toBe(0);
});

test.each<[what: string, profile: string, uid: string, end: Partial<RunRecord>]>([
  ['that has ended in another cluster', 'gke', 'b', { exitCode: 0, finishedAt: '2026' }],
  ['that was killed in another cluster', 'gke', 'b', { killedAt: '2026', finishedAt: '2026' }],
  ['that has ended in a cluster that was made again', 'local', 'b', { exitCode: 0, finishedAt: '2026' }],
  ['that nobody saw end, in a cluster that was made again', 'local', 'b', {}],
])('a run of that name %s is put aside', async (_, profile, uid, end) => {
  await submit('local', clusterWith('a'));
  await updateRun(runFolder('nightly'), end);
  expect(await submit(profile, clusterWith(uid), true)).toBe('was made');
  expect(kept()).toMatchObject({ profile, clusterUid: uid });
  expect(kept()?.exitCode).toBeUndefined();
  expect(putAside()).toBe(1);
});

test.each<[what: string, profile: string, uid: string, namespace: string]>([
  ['another cluster', 'gke', 'b', 'spark'],
  ['another namespace', 'local', 'a', 'mine'],
])('a run of that name that continues in %s keeps it', async (_, profile, uid, namespace) => {
  await submit('local', clusterWith('a'));
  const { changes, ...cluster } = clusterWith(uid);
  await expect(submit(profile, { changes, ...cluster }, true, namespace)).rejects.toMatchObject({
    message: 'run nightly of profile local is still running in cluster local, namespace spark',
    hint: 'choose another name, or kill that run first: firesteel kill nightly --profile local --set clusterName=local',
    exitCode: 2,
  });
  expect(changes).toEqual([]);
  expect(kept()).toMatchObject({ profile: 'local', namespace: 'spark' });
  expect(await submit(profile, { changes, ...cluster }, false, namespace)).toBe('was made');
});

test('one kubeconfig context does not give way to another of the same profile', async () => {
  await submit('local', clusterWith('a'));
  await updateRun(runFolder('nightly'), { kubeconfig: { path: '/home/me/.kube/config', context: 'mine' } });
  await expect(submit('local', clusterWith('b'), true)).rejects.toThrow(
    'run nightly of profile local is still running in cluster local',
  );
});

test.each<[what: string, change: Partial<RunRecord>, expected: boolean]>([
  ['whose cluster is no more does not continue', {}, false],
  ['whose cluster is not what its profile says may continue', { kubeconfig: { path: '/x', context: 'y' } }, true],
  ['whose profile is no more may continue', { profile: 'a-profile-that-is-gone' }, true],
])('a run %s', async (_, change, expected) => {
  const { kube } = memoryKube([]);
  const place = await placeOf(contextOf(kube));
  expect(await goesOnElsewhere(contextOf(kube, 'gke'), { ...run, ...place, ...change })).toBe(expected);
});
