// A job with its data, volumes and flags filled in, as it goes into its pods.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJob } from '../../../tasks/jobs/job.ts';
import { planJob } from '../../../tasks/jobs/plan.ts';
import { readProfile } from '../../../tasks/profile/read.ts';

async function plan(words: string[], options: { data?: string; sets?: string[] } = {}) {
  return planJob(readJob(words), await readProfile('local', options.sets ?? []), options.data);
}

describe('LeNet', () => {
  test('gets its data, the defaults of flags that are left out, and a folder that stays', async () => {
    const { job, problems, notes, claims, fetch } = await plan(['lenet', '-b', '64']);
    expect(job.args).toEqual([
      ...['-b', '64', '--folder', '/opt/spark/job/data/fashion-mnist'],
      ...['--maxEpoch', '5', '--checkpoint', '/opt/spark/models'],
    ]);
    expect(job.layer?.files.map(({ to }) => to)).toEqual(['/opt/spark/job/data/fashion-mnist']);
    expect(job.layer?.pip).toContain('bigdl-core==2.3.0');
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^data: fashion-mnist/)]);
    expect(fetch.map(({ title }) => title)).toEqual(['Fetch the data set fashion-mnist']);
    expect(claims.map(({ title }) => title)).toEqual(['Make claim lenet-models']);
  });

  test.each([
    [[], '2'],
    [['spark.conf.spark.executor.instances=3'], '3'],
    [['spark.conf.spark.executor.instances=4', 'spark.conf.spark.executor.cores=2'], '8'],
    [['dynamicAllocation.enabled=true', 'dynamicAllocation.initialExecutors=4'], '4'],
  ])('with %j gets all cores', async (sets, cores) =>
    expect((await plan(['lenet'], { sets })).job.conf['spark.cores.max']).toBe(cores),
  );

  test('gets the cores of sizes that are chosen after its plan, and nothing else changes', async () => {
    const { job, jobOn } = await plan(['lenet']);
    const conf = { 'spark.executor.cores': '3' };
    const profile = await readProfile('local', []);
    const sized = jobOn({ ...profile, spark: { ...profile.spark, conf } });
    expect(sized).toEqual({ ...job, conf: { ...job.conf, 'spark.cores.max': '6' } });
  });

  test('has a batch size that fits the executors of the profile', async () =>
    expect((await plan(['lenet'], { sets: ['spark.conf.spark.executor.instances=3'] })).problems).toEqual([
      'job lenet: --batchSize 128: expected a multiple of 3, the cores of all executors, such as 126 or 129',
    ]));

  test('reads from a given address, and brings no data', async () => {
    const { job, problems, fetch, notes } = await plan(['lenet', '-f', 'hdfs://namenode/mnist']);
    expect(job.args.slice(0, 2)).toEqual(['-f', 'hdfs://namenode/mnist']);
    expect(job.args).not.toContain('--folder');
    expect(job.layer?.files).toEqual([]);
    expect([problems, fetch, notes]).toEqual([[], [], []]);
  });

  test.each([
    [
      ['-f', '/data/mnist'],
      undefined,
      'job lenet: -f /data/mnist: expected an address such as hdfs://…; for a folder or a data set: --data /data/mnist',
    ],
    [
      ['-f', 'file:///tmp/x'],
      undefined,
      'job lenet: -f file:///tmp/x: expected an address such as hdfs://…; for a folder or a data set: --data /tmp/x',
    ],
    [['-f', 'hdfs://n/m'], 'digits', 'job lenet: -f: --data already sets the path of the data; use only one of them'],
    [
      [],
      'imagenet',
      'job lenet: --data imagenet: not one of fashion-mnist, digits; or use your own: --data FOLDER, claim:NAME/path or image:/path',
    ],
  ])('with %j and --data %s is refused', async (args, data, problem) =>
    expect((await plan(['lenet', ...args], data ? { data } : {})).problems).toEqual([problem]),
  );

  test('may keep its models on a volume that the profile mounts', async () => {
    const mount = 'spark.conf.spark.kubernetes.driver.volumes.nfs.shared.mount.path=/shared';
    const words = ['lenet', '--checkpoint', '/shared/models'];
    expect((await plan(words, { sets: [mount] })).problems).toEqual([]);
    expect((await plan(words)).problems).toHaveLength(1);
  });
});

test('both jobs of LeNet keep their models on the same claim and need the same packages', async () => {
  const [train, evaluate] = [readJob(['lenet']), readJob(['lenet-test'])];
  expect(evaluate.volumes).toEqual(train.volumes);
  expect(evaluate.layer).toEqual({ ...train.layer, pipFolder: evaluate.layer?.pipFolder });
});

test('a job without a data block accepts any data', async () => {
  const { job, problems } = await plan(['pi'], { data: 'digits' });
  expect(problems).toEqual([]);
  expect(job.conf['spark.executorEnv.FIRESTEEL_DATA']).toBe('/opt/spark/job/data/digits');
});

test('a job without data, volumes and options stays unchanged', async () => {
  const job = readJob(['pi', '7']);
  expect((await plan(['pi', '7'])).job).toEqual(job);
});

test.each([
  [undefined, '/opt/spark/job/data/film-reviews'],
  ['claim:reviews/new', '/opt/spark/job/data/claim'],
  ['image:/opt/reviews', '/opt/reviews'],
])('data %s stands in the current folder of a program that has no flag for it', async (data, folder) => {
  const path = mkdtempSync(join(tmpdir(), 'fs-plan-'));
  const description = 'main: main.py\ndata: { sets: [film-reviews], files: { film_reviews.txt: "" } }\n';
  writeFileSync(join(path, 'job.yaml'), description);
  writeFileSync(join(path, 'main.py'), '');
  const { job, problems } = await plan([path, '--epochs', '2'], data ? { data } : {});
  rmSync(path, { recursive: true });
  expect(problems).toEqual([]);
  expect(job.args).toEqual(['--epochs', '2']);
  expect(job.lists).toEqual({ 'spark.files': [`file://${folder}/film_reviews.txt`] });
});
