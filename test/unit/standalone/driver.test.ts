// Jobs on a standalone cluster: executors that fit the live workers, and what of a job is refused.
import { describe, expect, test } from 'vitest';
import { readJob } from '../../../tasks/jobs/job.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { runNames } from '../../../tasks/spark/run-names.ts';
import { workerProblems } from '../../../tasks/standalone/conf.ts';
import {
  standaloneEngine,
  standaloneObjects,
  versionProblems,
  withoutExecutors,
} from '../../../tasks/standalone/driver.ts';
import { names } from '../../../tasks/standalone/names.ts';
import { clusterObjects } from '../../../tasks/standalone/objects.ts';
import { type WorkerSet, withSizesOf } from '../../../tasks/standalone/room.ts';
import { standaloneWith } from '../../../tasks/standalone.ts';
import { dryRunLines } from '../../dry-run.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';
import { planFor } from '../../plan-of.ts';

const profile = await readProfile('local', []);
const objects = await clusterObjects(profile, 'spark:1', '500m');
const workers = objects.find(
  ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === names.worker,
) as unknown as WorkerSet;

const request = (job: string, set: string[] = []) =>
  readProfile('local', set).then((own) => ({
    job: readJob([job]),
    profile: withoutExecutors(own),
    image: 'spark:1',
    names: runNames('pi-0123456789abcdef'),
    user: 'ada',
  }));

describe('a job', () => {
  const submitted = async (set: string[], ...args: string[]) =>
    planFor(standaloneWith(), await readProfile('local', set), ['submit', 'pi', ...args]);
  const found = (plan: Awaited<ReturnType<typeof submitted>>, set: string[] = []) =>
    readProfile('local', set).then((own) =>
      dryRunLines(
        plan.steps.slice(0, 1),
        plainContext({ profile: own, kube: memoryKube([...objects]).kube, state: {} }),
      ),
    );

  test.each<[string, string]>([
    [
      'spark.executor.memory=4g',
      'spark.executor.memory: 4g is more than the 1120 MiB that a worker offers: lower it to 1120m, or raise standalone.worker.memory and run: firesteel standalone up',
    ],
    [
      'spark.executor.cores=2',
      'spark.executor.cores: 2 is more than the 1 of a worker: lower it to 1, or raise standalone.worker.cores and run: firesteel standalone up',
    ],
  ])('with %s, which no worker of the live set has, is refused', async (property, message) => {
    const set = [`spark.conf.${property}`, 'standalone.worker.memory=16Gi', 'standalone.worker.cores=8'];
    await expect(found(await submitted(set), set)).rejects.toThrow(message);
    const [problem] = workerProblems(await readProfile('local', set.slice(0, 1)));
    expect(problem).toBe(message);
  });

  test('has executors as large as the live workers offer', async () => {
    const larger = await readProfile('local', ['standalone.worker.memory=16Gi', 'standalone.worker.cores=8']);
    const live = withSizesOf(workers, larger);
    expect(live.standalone.worker).toMatchObject({ cores: 1, memory: '2Gi' });
    const { properties } = standaloneObjects({
      ...(await request('pi')),
      profile: withoutExecutors(live),
      job: { ...readJob(['pi']), conf: {} },
    });
    expect(properties['spark.executor.memory']).toBe('1120m');
  });

  test('overrides what firesteel sets for a storage, but not what makes it a member', async () => {
    const asked = await request('pi', ['storage.kind=s3', 'storage.service=true']);
    const conf = {
      'spark.hadoop.fs.s3a.endpoint': 'http://other',
      'spark.storage.decommission.enabled': 'false',
      'spark.executor.memory': '500m',
      'spark.authenticate': 'false',
    };
    const { properties } = standaloneObjects({ ...asked, job: { ...asked.job, conf } });
    expect(properties).toMatchObject({ ...conf, 'spark.authenticate': 'true' });
  });

  test('with secrets is refused, because workers run without them', () => {
    const job = readJob(['pi']);
    const conf = { 'spark.kubernetes.executor.secretKeyRef.TOKEN': 'api:token' };
    expect(standaloneEngine.problems({ ...job, conf }, profile)).toEqual([
      'job pi brings secrets, which workers lack: run the job with firesteel submit',
    ]);
  });

  test('of another version of Spark is refused', async () => {
    const base = await readProfile('local', []);
    const older = { ...base, spark: { ...base.spark, version: '3.5.8' } };
    expect(versionProblems(readJob(['pi']), base, base)).toEqual([]);
    expect(versionProblems(readJob(['pi']), older, base)).toEqual([
      expect.stringMatching(
        /^job pi runs on Spark 3\.5\.8, and the workers have 4\S+: run the job with firesteel submit; /,
      ),
    ]);
  });
});
