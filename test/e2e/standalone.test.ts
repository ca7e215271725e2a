// A standalone cluster on two nodes: workers come and go under a running job, its master is lost, strangers stay out.
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../tasks/core/paths.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import { masterAt } from '../../tasks/standalone/master.ts';
import { partLabel } from '../../tasks/standalone/names.ts';
import { changingRequests, writesIn } from '../audit-log.ts';
import { eventsIn, plannedWrites } from '../dry-run.ts';
import { notRun } from './documented.ts';
import { type Ended, installTools, type Running, sandbox, whyNoNodes } from './firesteel.ts';
import { typed } from './typed.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;
const patient = { timeout: 600_000, interval: 500 };
const jobs = projectPath('test', 'e2e', 'standalone');
/** Runs what follows on a terminal, whose keys are its own standard input. */
const onTerminal = ['sh', '-c', 'exec script --quiet --return /dev/null --command "$*"', 'sh'];

suite(`a standalone cluster${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const namespace = 'alone';
  const profile = box.profile(
    'workers',
    `namespace: ${namespace}\nlocal:\n  nodes: 2\nstandalone:\n  worker:\n    memory: 1200Mi\n  graceSeconds: 300\n`,
  );
  const folder = join(box.data, 'firesteel', 'clusters', 'workers');
  const stop = new AbortController();
  const kube = connectKube(() => ({ path: join(folder, 'kubeconfig'), context: 'workers' }), stop.signal);
  const auditLog = join(folder, 'nodes', '1', 'logs', 'audit.log');
  let ui: Running;
  let address = '';

  const standalone = (...words: string[]) => box.run('standalone', ...words, '--profile', profile);
  const submit = (file: string, ...args: string[]) =>
    box.start('standalone', 'submit', join(jobs, file), '--profile', profile, '--', ...args);
  const view = () => masterAt(address);

  /** The shell, with this on its standard input. */
  const shell = (input: string, before: string[] = []): Promise<Ended> =>
    typed(box, input, ['standalone', 'shell', '--profile', profile], before).ended;

  beforeAll(async () => {
    await installTools();
    const { code, output } = await box.run('deploy', '--profile', profile, '--yes');
    if (code !== 0) throw new Error(output);
    // A dry run lists no steps of an image that is there.
    expect((await box.run('build', '--profile', profile, '--yes')).code).toBe(0);
  });

  afterAll(async () => {
    stop.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  test('there is none at first', async () => {
    const { code, output } = await standalone('scale', '3');
    expect(output).toMatch(/there is no standalone cluster in alone\n→ start one: firesteel standalone up --profile/);
    expect(code).toBe(1);
    expect((await standalone('status')).output).toContain(`no standalone cluster in ${namespace}`);
  });

  test('up starts a master and two workers, and writes exactly what its dry run shows', async () => {
    const dryRun = await standalone('up', '--dry-run', '--json');
    const plan = plannedWrites(eventsIn(dryRun.output));
    const writes = () => writesIn(auditLog, ({ user }) => user.username === 'firesteel-admin');
    const before = writes().length;
    const { code, output } = await standalone('up', '--yes');
    expect(code, output).toBe(0);
    expect(plan).toContain(`create statefulsets ${namespace}/standalone-master`);
    expect(writes().slice(before)).toEqual(plan);
    const { output: status } = await standalone('status');
    expect(status).toContain('spark://standalone-master-0.standalone-master.alone.svc:7077 is ALIVE');
    expect(status.match(/standalone-worker-\d +ALIVE +0\/1 +0\/526 MiB/g)).toHaveLength(2);
  });

  test('a second up changes nothing', async () => {
    const changes = () => changingRequests(auditLog, ({ user }) => user.username === 'firesteel-admin');
    const before = changes().length;
    const { code, output } = await standalone('up', '--yes');
    expect(code, output).toBe(0);
    expect(
      changes()
        .slice(before)
        .filter((one) => !/portforward|accessreviews/.test(one)),
    ).toEqual([]);
    expect((await standalone('up', '--dry-run', '--exit-code')).code).toBe(0);
  });

  test('pages of master and workers answer through one forward', async () => {
    ui = box.start('standalone', 'ui', '--profile', profile);
    address = (await ui.seen(/Open http:\S+/)).slice('Open '.length);
    expect(await (await fetch(address)).text()).toContain('Spark Master at spark://standalone-master-0');
    const { workers = [] } = (await view()) ?? {};
    expect(workers).toHaveLength(2);
    for (const { id } of workers)
      expect(await (await fetch(`${address}/proxy/${id}/`)).text()).toContain('Spark Worker at');
  });

  test('a running job loses nothing when workers leave', async () => {
    expect((await standalone('scale', '4')).code).toBe(0);
    const job = submit('scaled.py');
    expect(await job.seen(/kept .*/)).toBe('kept 780 [(0, 140), (1, 148), (2, 156), (3, 164), (4, 172)] on 4');
    const { code, output } = await standalone('scale', '1');
    expect(code, output).toBe(0);
    expect(output).toContain('3 workers hand over their blocks and end');
    const ended = await job.ended;
    expect(ended.code, ended.output).toBe(0);
    expect(ended.output).toMatch(/^left 1$/m);
    expect(ended.output).toMatch(/^again 780 \[\(0, 140\), \(1, 148\), \(2, 156\), \(3, 164\), \(4, 172\)\]$/m);
    // No task ran again for what a worker took with it.
    expect(ended.output).toMatch(/^each task once: True True True$/m);
  });

  test('a job outlives its master, and its exit code is the driver’s own', async () => {
    const job = submit('long.py', '7');
    const id = (await job.seen(/application app-\S+/)).slice('application '.length);
    await expect.poll(async () => (await view())?.activeapps[0]?.cores, patient).toBe(1);
    const master = { apiVersion: 'v1', kind: 'Pod', name: 'standalone-master-0', namespace };
    const uid = (await kube.get(master))?.metadata.uid;
    await kube.remove(master);
    await expect.poll(async () => (await kube.get(master))?.metadata.uid ?? uid, patient).not.toBe(uid);
    // The application is known to a master that never heard it register.
    await expect
      .poll(async () => (await view())?.activeapps.map((one) => [one.id, one.state]), patient)
      .toEqual([[id, 'RUNNING']]);
    expect((await view())?.status).toBe('ALIVE');
    expect(await (await fetch(`${address}/proxy/${id}/jobs/`)).text()).toContain('Spark Jobs');
    const { code, output } = await job.ended;
    expect(output).toMatch(/^sum 1770$/m);
    expect(output).toContain('the driver ended with exit code 7');
    expect(code).toBe(7);
  });

  test('up with another setting replaces master and worker, and jobs run on those', async () => {
    const { code, output } = await standalone('up', '--set', 'standalone.defaultCores=1', '--yes');
    expect(code, output).toBe(0);
    expect(output).toContain('Set the number of workers: 1 workers');
    expect((await standalone('status')).output).toMatch(/standalone-worker-0 +ALIVE/);
    const pi = await standalone('submit', 'pi');
    expect(pi.output).toMatch(/^Pi is roughly 3\.14/m);
    expect(pi.code).toBe(0);
  });

  test('an application with a wrong secret is refused', async () => {
    const words = [
      ...['env', '_SPARK_AUTH_SECRET=wrong', '/opt/spark/bin/spark-submit', '--driver-memory', '512m'],
      ...['--master', 'spark://standalone-master-0.standalone-master.alone.svc:7077'],
      ...['--conf', 'spark.authenticate.secret=wrong', '/opt/spark/examples/src/main/python/pi.py', '2'],
    ];
    const stranger = await kube.openProcess(
      { name: 'standalone-worker-0', namespace },
      { container: 'worker', command: words },
    );
    const [out, error, code] = await Promise.all([text(stranger.stdout), text(stranger.stderr), stranger.ended]);
    expect(code, error).not.toBe(0);
    expect(error).toMatch(/Failed to connect to master/);
    expect(out).not.toContain('Pi is roughly');
    expect((await view())?.activeapps).toEqual([]);
  });

  test('the shell runs a script of standard input, and a person types at a terminal', async () => {
    const script = await shell('print("sum", sc.parallelize(range(10), 2).sum())\nraise SystemExit(3)\n');
    expect(script.output).toBe('sum 45\n');
    expect(script.code).toBe(3);
    const person = await shell('print("sum", sc.parallelize(range(20), 2).sum())\nexit()\n', onTerminal);
    expect(person.output).toContain('sum 190');
    expect(person.code).toBe(0);
  });

  test('without a metrics server autoscale says so and makes nothing', async () => {
    const { code, output } = await standalone('autoscale', '--min', '1', '--max', '4', '--cpu', '80');
    expect(output).toContain('the cluster has no metrics server, so nothing measures the CPU that workers use');
    expect(code).toBe(1);
    expect((await standalone('autoscale', '--off')).output).toContain('there is none');
  });

  test('down leaves nothing', async () => {
    ui.interrupt();
    expect((await ui.ended).code).toBe(0);
    const { code, output } = await standalone('down', '--yes');
    expect(code, output).toBe(0);
    const kinds: [string, string][] = [
      ['apps/v1', 'StatefulSet'],
      ...['Pod', 'Service', 'PersistentVolumeClaim', 'Secret'].map((kind): [string, string] => ['v1', kind]),
      ['networking.k8s.io/v1', 'NetworkPolicy'],
    ];
    const left = () =>
      Promise.all(kinds.map(([apiVersion, kind]) => kube.list({ apiVersion, kind, namespace }))).then((all) =>
        all.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      );
    await expect.poll(left, patient).toEqual([]);
    const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
    expect(maps.map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt']);
    expect(await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: partLabel })).toEqual([]);
  });

  test('every command of docs/standalone.md was run', () => {
    expect(notRun('standalone.md', box.ran)).toEqual([]);
  });
});
