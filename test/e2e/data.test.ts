// Data in four ways on a real cluster: the same files, the same checksum; the S3 server, its check, and what is refused.
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKube } from '../../tasks/kube/client.ts';
import { driverContainer } from '../../tasks/spark/pod.ts';
import { notRun } from './documented.ts';
import { type Ended, installTools, sandbox, whyNoNodes } from './firesteel.ts';
import { typed } from './typed.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** The same bytes at each run, which nothing can pack. */
function bytesOf(seed: string, count: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 64 < count; i++) blocks.push(createHash('sha512').update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, count);
}

const sum = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** In a seat: reads a set, and tries to write to it and to read what a job wrote. */
const seatProgram = `
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").getOrCreate()
print("files:", spark.read.format("binaryFile").load("s3a://spark/data/set-remote/*.bin").count())
def attempt(action):
    try:
        action()
        return "done"
    except Exception as error:
        return "denied" if "AccessDenied" in str(error) or "403" in str(error) else str(error)
print("write:", attempt(lambda: spark.range(1).write.parquet("s3a://spark/data/set-remote/mine")))
print("other:", attempt(lambda: spark.read.parquet("s3a://spark/out").count()))
`;

suite(`data in four ways${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const spark =
    'spark:\n  conf:\n    spark.executor.instances: 1\n    spark.executor.memory: 512m\n' +
    '    spark.kubernetes.driver.request.cores: 300m\n    spark.kubernetes.executor.request.cores: 300m\n';
  const list = join(box.data, 'list.txt');
  const course =
    `classroom:\n  name: readers\n  roster: ${list}\n  end: ${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}\n` +
    '  seat: { cores: 100m, storage: 256Mi, executors: { count: 1, cores: 100m } }\n  door: { port: 28743 }\n';
  const profile = box.profile(
    'data',
    `storage: { kind: s3, service: true, size: 2Gi }\nnotebook: { keras: false }\nstandalone: { workers: 1, worker: { memory: 1200Mi } }\n${course}${spark}`,
  );
  const files = { 'a.bin': bytesOf('a', 30_000_000), 'b.bin': bytesOf('b', 20_000_000) };
  const total = sum(Object.values(files).map(sum).join(''));
  // A node has another /tmp than this machine.
  const folder = mkdtempSync('/var/tmp/fs-data-');
  const job = 'test/e2e/data/sum.py';

  beforeAll(async () => {
    await installTools();
    // Pods run as another user.
    chmodSync(folder, 0o755);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    expect(output).not.toContain('✖');
    expect(code).toBe(0);
  });
  afterAll(async () => {
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
    rmSync(folder, { recursive: true });
  });

  const data = (...words: string[]) => box.run('data', '--profile', profile, '--yes', ...words);
  const submit = (...words: string[]) => box.run('submit', '--profile', profile, '--yes', ...words);
  const kube = () => {
    const path = join(box.data, 'firesteel', 'clusters', 'data', 'kubeconfig');
    return connectKube(() => ({ path, context: 'data' }), new AbortController().signal);
  };

  /** A shell with a script on its standard input. */
  const shell = (script: string, ...words: string[]) =>
    typed(box, script, [...words, '--profile', profile, '--yes']).ended;

  /** Pods and claims that are there. */
  const present = async () => {
    const kinds = ['Pod', 'PersistentVolumeClaim'];
    const found = kinds.map((kind) => kube().list({ apiVersion: 'v1', kind, namespace: 'spark' }));
    return (await Promise.all(found)).flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  };

  /** A submit that is refused makes no pod, no claim and no image. */
  async function refused(...words: string[]): Promise<Ended> {
    const before = await present();
    const ended = await submit(...words);
    expect(await present()).toEqual(before);
    // Other lanes make images in the same cache.
    expect(ended.output).not.toContain("Build the job's image");
    return ended;
  }

  test('a job is refused where the storage has no Secret yet, before anything starts', async () => {
    const { code, output } = await refused(job, '--data', 'storage:set');
    expect(output).toContain('missing credentials: there is no Secret storage-keys in namespace spark');
    expect(output).toContain('→ create it: firesteel data up');
    expect(code).toBe(1);
  });

  test('the S3 server starts once, and a pod writes, reads and removes an object', async () => {
    const up = await data('up');
    expect(up.output).toContain('bucket spark is there');
    expect(up.code).toBe(0);
    const again = await data('up');
    expect(again.output).toContain('already up to date');
    const check = await data('check');
    expect(check.output).toContain(
      'The storage works from a pod: wrote, read and removed s3a://spark/firesteel-check-',
    );
    expect(check.code).toBe(0);
  });

  test('a job reads the same 50 MB in each way; one writes to the storage, and reads that again', async () => {
    const ways = { image: [], mount: [], claim: [], remote: ['--', 's3a://spark/out'] };
    for (const [way, words] of Object.entries(ways)) {
      const added = await data('add', `set-${way}`, folder, '--way', way, '--license', 'CC0-1.0');
      expect(added.output).toContain(`, way: ${way}`);
      expect(added.code).toBe(0);
      const { code, output } = await submit(job, '--data', `set-${way}`, ...words);
      expect(output).toContain(`read: 2 files, ${total}\n`);
      if (words.length > 0) expect(output).toContain('again: 14286 14286 14286 14286 14286 14285 14285\n');
      expect(code).toBe(0);
    }
    const list = await data('list');
    expect(list.output).toMatch(/^set-mount +mount +CC0-1\.0 +[0-9a-f]{12} +\//m);
    const secret = await kube().get({ apiVersion: 'v1', kind: 'Secret', name: 'storage-keys', namespace: 'spark' });
    const keys = Object.values(secret?.['data'] as Record<string, string>).map((text) =>
      Buffer.from(text, 'base64').toString(),
    );
    const maps = JSON.stringify(await kube().list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'spark' }));
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(maps).not.toContain(key);
  });

  // The driver reads the schema, and an executor the rows.
  const read = 'print("rows:", spark.read.parquet("s3a://spark/out").filter("rest = 3").count())';

  test.each([
    ['in a pod', ['shell', 'pyspark']],
    ['on this machine', ['shell', 'pyspark', '--here']],
  ])('PySpark %s reads what the job wrote to the storage', async (_, words) => {
    const { code, output } = await shell(read, ...words);
    expect(output).toBe('rows: 14286\n');
    expect(code).toBe(0);
  });

  test('a standalone cluster reads the storage in its shell, and in jobs by their --data', async () => {
    const standalone = (...words: string[]) => box.run('standalone', ...words, '--profile', profile, '--yes');
    const up = await standalone('up');
    expect(up.code, up.output).toBe(0);
    expect(await shell(read, 'standalone', 'shell')).toMatchObject({ code: 0, output: 'rows: 14286\n' });
    const { code, output } = await standalone('submit', job, '--data', 'set-remote');
    expect(output).toContain(`read: 2 files, ${total}\n`);
    expect(code).toBe(0);
    expect((await standalone('down')).code).toBe(0);
  });

  test('uploaded data is not sent again, and a changed file is refused', async () => {
    const again = await submit(job, '--data', 'set-remote');
    expect(again.output).toContain('at s3a://spark/data/set-remote');
    expect(again.output).toContain(`read: 2 files, ${total}\n`);
    writeFileSync(join(folder, 'a.bin'), 'other');
    const changed = await refused(job, '--data', 'set-image');
    expect(changed.output).toContain('data set-image: its checksum is ');
    expect(changed.code).toBe(1);
    expect((await data('check', 'set-image')).code).toBe(1);
    const removed = await data('remove', 'set-image');
    expect(removed.output).toContain(`${folder} stays`);
    expect((await refused(job, '--data', 'set-image')).code).toBe(2);
  });

  test('the seats of a class read a data set without a key, and write nothing', async () => {
    const classroom = (...words: string[]) => box.run('classroom', ...words, '--profile', profile, '--yes');
    writeFileSync(list, 'Ada Lovelace\n');
    for (const words of [['apply', '--address', '127.0.0.1'], ['start']]) {
      const { code, output } = await classroom(...words);
      expect(code, output).toBe(0);
    }
    const again = await classroom('apply', '--address', '127.0.0.1', '--dry-run');
    expect(again.output).toMatch(/Let readers open the data sets without a key: already up to date/);
    const namespace = 'readers-ada-lovelace';
    const [pod] = await kube().list({ apiVersion: 'v1', kind: 'Pod', namespace });
    const seat = await kube().openProcess(
      { name: pod?.metadata.name ?? '', namespace },
      {
        container: driverContainer,
        command: ['python3', '-c', seatProgram],
      },
    );
    const [output, errors] = await Promise.all([text(seat.stdout), text(seat.stderr)]);
    expect(output, errors).toBe('files: 2\nwrite: denied\nother: denied\n');
    expect((await classroom('destroy')).code).toBe(0);
    const policies = await kube().list({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      namespace: 'spark',
    });
    const names = policies.map(({ metadata }) => metadata.name);
    expect(names.filter((one) => one.startsWith('storage'))).toEqual(['storage']);
  });

  test('a Hadoop of another version and a wrong bucket are refused in a line, before anything starts', async () => {
    const pair = await refused(job, '--packages', 'org.apache.hadoop:hadoop-aws:3.3.4');
    expect(pair.output).toMatch(
      /hadoop-aws:3\.3\.4: Spark 4\.3\.0 has Hadoop (\S+), which needs hadoop-aws \1: use that version/,
    );
    expect(pair.code).toBe(2);
    const bucket = await refused(job, '--data', 'storage:set', '--set', 'storage.bucket=other');
    expect(bucket.output).toContain('bucket other does not exist at http://storage.spark.svc:7070');
    expect(bucket.code).toBe(1);
  });

  test('data down keeps the objects, and with --objects removes them', async () => {
    expect((await data('down')).code).toBe(0);
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'storage', namespace: 'spark' };
    expect(await kube().get(claim)).toBeDefined();
    const { output } = await data('down', '--objects');
    expect(output).toContain('PersistentVolumeClaim storage');
    expect(await kube().get(claim)).toBeUndefined();
  });

  test('every command of docs/data.md was run', () => {
    expect(notRun('data.md', box.ran)).toEqual([]);
  });
});
