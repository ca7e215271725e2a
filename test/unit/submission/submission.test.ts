import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../tasks/core/failure.ts';
import { readJob } from '../../../tasks/jobs/job.ts';
import { stamped } from '../../../tasks/kube/compare.ts';
import type { Kube, Manifest } from '../../../tasks/kube/types.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import type { RunRecord } from '../../../tasks/record/run-folder.ts';
import { readRuns } from '../../../tasks/record/run-folder.ts';
import { podsOf } from '../../../tasks/runs/keep.ts';
import { outcomeLines } from '../../../tasks/runs/outcome.ts';
import { submitSteps } from '../../../tasks/runs/submit-steps.ts';
import { newRunId, runNames } from '../../../tasks/spark/run-names.ts';
import type { Context } from '../../../tasks/steps/types.ts';
import { askedJob } from '../../../tasks/submission/request.ts';
import { runObjects } from '../../../tasks/submission/run-objects.ts';
import { ensureSubmitted } from '../../../tasks/submission/submission.ts';
import { ownFolderOfTest } from '../../own-folder.ts';
import { contextOf } from '../runs/run-context.ts';

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };
const objects = runObjects({
  job: readJob(['pi']),
  profile,
  image: 'spark:x',
  names: runNames(newRunId('pi')),
  user: 'me',
});
const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const refusal = new Failure('it is forbidden');

/** A namespace in memory that refuses some requests, at once, and answers others a moment later. */
function namespaceThat(refuses: { kind?: string; patch?: boolean }, there: readonly Manifest[] = []) {
  const live = new Map(there.map((manifest) => [nameOf(manifest), manifest]));
  const keyOf = ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`;
  const kube: Partial<Kube> = {
    create: async (manifest) => {
      if (manifest.kind === refuses.kind) throw refusal;
      await setImmediate();
      const key = nameOf(manifest);
      if (live.has(key)) throw new Failure('it already exists', { cause: { httpStatus: 409 } });
      const { metadata } = stamped(manifest);
      live.set(key, { ...manifest, metadata: { ...metadata, uid: `uid of ${key}` } });
      return live.get(key) as Manifest;
    },
    get: async (ref) => live.get(keyOf(ref)),
    list: async () => [],
    remove: async (ref) => void live.delete(keyOf(ref)),
    patch: async (ref) => {
      if (refuses.patch) throw refusal;
      return live.get(keyOf(ref)) as Manifest;
    },
  };
  return { kube: kube as Kube, names: () => [...live.keys()] };
}

test('objects that arrive after a refused object are removed with it', async () => {
  const { kube, names } = namespaceThat({ kind: 'Service' });
  await expect(ensureSubmitted(kube, objects)).rejects.toThrow(refusal);
  await setImmediate();
  expect(names()).toEqual([]);
});

test('a policy that this account may not make is left out', async () => {
  const { kube, names } = namespaceThat({});
  const create: Kube['create'] = (manifest) => {
    if (manifest.kind !== 'NetworkPolicy') return kube.create(manifest);
    throw new Failure('it is forbidden', { cause: { httpStatus: 403 } });
  };
  const newest = { ...profile, spark: { ...profile.spark, version: '4.3.0' } };
  const request = {
    job: readJob(['pi']),
    profile: newest,
    image: 'spark:x',
    names: runNames(newRunId('pi')),
    user: 'me',
  };
  const all = runObjects(request);
  expect(all.beside.map(({ kind }) => kind)).toContain('NetworkPolicy');
  const made = await ensureSubmitted({ ...kube, create }, all);
  expect(made.metadata.uid).toBeDefined();
  expect(names().sort()).toEqual(
    [all.pod, ...all.beside]
      .filter(({ kind }) => kind !== 'NetworkPolicy')
      .map(nameOf)
      .sort(),
  );
});

test('a driver is removed if its objects cannot get it as owner', async () => {
  const { kube, names } = namespaceThat({ patch: true });
  await expect(ensureSubmitted(kube, objects)).rejects.toThrow(refusal);
  expect(names()).toEqual([]);
});

test('what another submit has made stays when this one fails', async () => {
  const theirs = [objects.pod, ...objects.beside.slice(1)].map(stamped);
  for (const { metadata } of theirs) metadata.uid = 'theirs';
  const { kube, names } = namespaceThat({ patch: true }, theirs);
  await expect(ensureSubmitted(kube, objects)).rejects.toThrow(refusal);
  expect(names()).toEqual(theirs.map(nameOf));
});

describe('a submit that is interrupted', () => {
  test('says that its run may continue, and how to end it', async () => {
    ownFolderOfTest();
    const controller = new AbortController();
    const { kube } = namespaceThat({});
    const create: Kube['create'] = async (manifest) => {
      controller.abort(new Failure('interrupted', { exitCode: 130 }));
      controller.signal.throwIfAborted();
      return manifest;
    };
    const { signal } = controller;
    const state = { image: 'spark:x' };
    const usual = contextOf({ ...kube, create });
    const context: Context = { ...usual, profile, signal, state };
    const [submit] = submitSteps(askedJob(readJob(['pi']), profile));
    const failure = await submit?.run(context, { line: () => {} }).catch((error: unknown) => error);
    const [run] = readRuns();
    expect(failure).toMatchObject({
      message: `interrupted: ${run?.id} may still be running`,
      hint: `kill it: firesteel kill ${run?.id}`,
      exitCode: 130,
    });
    // Nobody knows whether it has ended.
    expect(run).not.toHaveProperty('finishedAt');
  });
});

test('a run without an event log says why when it is submitted and when it has ended', async () => {
  ownFolderOfTest();
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'spark-history' } };
  const { kube } = namespaceThat({}, [claim]);
  const spark = { ...profile.spark, conf: { 'spark.driver.extraClassPath': '/opt/own/*' } };
  const context: Context = { ...contextOf(kube), profile: { ...profile, spark }, state: { image: 'spark:x' } };
  const lines: string[] = [];
  await submitSteps(askedJob(readJob(['pi']), profile))[0]?.run(context, { line: (line) => void lines.push(line) });
  const why = "no event log: spark.driver.extraClassPath puts /opt/own/* before Spark's jars";
  expect(lines[0]).toContain(why);
  expect(outcomeLines(context.state.run?.folder ?? '').join()).toContain(`! ${why}`);
});

test("a run's pods are found whichever program made the id of their app", async () => {
  const selectors: unknown[] = [];
  const list: Kube['list'] = async ({ labelSelector }) => {
    selectors.push(labelSelector);
    return [];
  };
  await podsOf({ list } as Kube, { namespace: 'spark', id: 'pi-1', appId: 'spark-1' } as RunRecord);
  expect(selectors).toEqual(['firesteel/run=pi-1']);
});
