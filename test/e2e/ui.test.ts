// Web pages of runs on a local cluster of two nodes: claims, event logs, forwards that outlive pods and the API server.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pauseImage } from '../../tasks/clusters/local/images/system-images.ts';
import { connectKube } from '../../tasks/kube/client.ts';
import type { Manifest } from '../../tasks/kube/types.ts';
import { historySelector } from '../../tasks/spark/event-log.ts';
import { containerSecurityContext, podSecurityContext } from '../../tasks/spark/pod-security.ts';
import { installTools, type Running, sandbox, whyNoNodes } from './firesteel.ts';
import { pidOn } from './host.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;
const patient = { timeout: 60_000, interval: 500 };

suite(`web pages of runs${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const box = sandbox();
  const profile = box.profile('pages', 'local:\n  nodes: 2\nspark:\n  conf:\n    spark.executor.instances: 1\n');
  const folder = join(box.data, 'firesteel', 'clusters', 'pages');
  const ending = new AbortController();
  const kube = connectKube(() => ({ path: join(folder, 'kubeconfig'), context: 'pages' }), ending.signal);
  const namespace = 'spark';

  beforeAll(() => installTools());

  afterAll(async () => {
    ending.abort();
    await box.run('destroy', '--profile', profile, '--yes');
    box.remove();
  });

  const claim: Manifest = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'notes', namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };

  /** A pod as Spark's are, on that node, that does something with the claim at /notes. */
  const noter = (node: string, script: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `on-${node}`, namespace },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      securityContext: podSecurityContext,
      containers: [
        {
          name: 'noter',
          image: pauseImage,
          command: ['/busybox', 'sh', '-c', script],
          securityContext: containerSecurityContext,
          volumeMounts: [{ name: 'notes', mountPath: '/notes' }],
        },
      ],
      volumes: [{ name: 'notes', persistentVolumeClaim: { claimName: 'notes' } }],
    },
  });

  const phaseOf = async (name: string) =>
    ((await kube.get({ apiVersion: 'v1', kind: 'Pod', name, namespace }))?.['status'] as { phase?: string })?.phase;

  const volumes = () => readdirSync(join(folder, 'volumes'));

  /** The ids of the runs that a web interface reports. */
  const applications = async (address: string): Promise<string[]> => {
    const answer = await fetch(`${address}/api/v1/applications`);
    return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
  };

  const addressOf = async (ui: Running): Promise<string> => {
    await ui.seen(/at its driver|from the history server/);
    return ui.seen(/http:\/\/127\.0\.0\.1:\d+/);
  };

  test('a cluster comes up', async () => {
    const { code } = await box.run('deploy', '--profile', profile, '--yes');
    expect(code).toBe(0);
  });

  test("a claim is written by Spark's user on one node, and read on another", async () => {
    await kube.create(claim);
    await kube.create(noter('pages-1', '/busybox mkdir /notes/a && /busybox id -u > /notes/a/who'));
    await expect.poll(() => phaseOf('on-pages-1'), patient).toBe('Succeeded');
    await kube.create(noter('pages-2', 'read who < /notes/a/who && [ "$who" = 185 ] && echo too >> /notes/a/who'));
    await expect.poll(() => phaseOf('on-pages-2'), patient).toBe('Succeeded');
  });

  test('its volume is deleted with the claim', async () => {
    expect(volumes()).toHaveLength(1);
    for (const name of ['on-pages-1', 'on-pages-2'])
      await kube.remove({ apiVersion: 'v1', kind: 'Pod', name, namespace });
    await kube.remove({ apiVersion: 'v1', kind: claim.kind, name: 'notes', namespace });
    await expect.poll(volumes, patient).toEqual([]);
  });

  test('history up starts the history server, and a second one changes nothing', async () => {
    const { code, output } = await box.run('history', 'up', '--profile', profile, '--yes');
    expect(output).toContain('now keep their event logs');
    expect(code).toBe(0);
    const { code: drift } = await box.run('history', 'up', '--profile', profile, '--dry-run', '--exit-code');
    expect(drift).toBe(0);
  });

  test('a run is shown by its driver, then by the history server, through deaths of both and of the API server', async () => {
    const file = join(box.data, 'counts.py');
    writeFileSync(
      file,
      'import time\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n' +
        'print("counting", flush=True)\n' +
        'print("sum", spark.sparkContext.parallelize(range(60), 60).map(lambda i: (time.sleep(1), i)[1]).sum())\n' +
        'spark.stop()\n',
    );
    const job = box.start('submit', file, '--profile', profile);
    await job.seen(/counting/);
    const ui = box.start('ui', '--profile', profile);
    const address = await addressOf(ui);
    expect(await applications(address)).toEqual(['counts']);
    expect(await (await fetch(address)).text()).toContain('Spark Jobs');

    process.kill(pidOn('pages-1', 'kube-apiserver'), 'SIGKILL');
    await expect.poll(() => applications(address).catch(() => []), patient).toEqual(['counts']);

    const second = box.start('ui', '--profile', profile);
    await second.seen(/at its driver/);
    second.interrupt();
    const { code: interrupted, output } = await second.ended;
    expect(output).toMatch(/port 4040 is in use on this machine/);
    expect(interrupted).toBe(0);

    expect((await job.ended).code).toBe(0);
    await ui.seen(/from the history server/);
    await expect.poll(() => applications(address), patient).toEqual(['counts']);

    const [pod] = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: historySelector });
    await kube.remove({ apiVersion: 'v1', kind: 'Pod', name: pod?.metadata.name ?? '', namespace });
    await expect.poll(() => applications(address).catch(() => []), patient).toEqual(['counts']);
    ui.interrupt();
    expect((await ui.ended).code).toBe(0);
  });

  test('SparkPi leaves an event log without any option', async () => {
    expect((await box.run('submit', 'pi', '--profile', profile)).code).toBe(0);
    const ui = box.start('ui', 'pi', '--profile', profile);
    const address = await addressOf(ui);
    await expect.poll(() => applications(address), patient).toContainEqual(expect.stringMatching(/Pi$/));
    ui.interrupt();
    expect((await ui.ended).code).toBe(0);
  });

  test('without the history server ui says how to see a run that has ended', async () => {
    expect((await box.run('history', 'down', '--profile', profile)).code).toBe(0);
    const { code, output } = await box.run('ui', 'counts', '--profile', profile);
    expect(output).toMatch(
      /run counts-\w+ has ended, and no history server is running\n→ start one: firesteel history up/,
    );
    expect(code).toBe(1);
    expect(volumes()).toHaveLength(1);
  });

  test('history remove deletes the event logs, and later runs write none', async () => {
    expect((await box.run('history', 'remove', '--profile', profile)).code).toBe(0);
    await expect.poll(volumes, patient).toEqual([]);
    const { output } = await box.run('submit', 'pi', '--profile', profile, '--dry-run');
    expect(output).not.toContain('spark.eventLog');
  });

  test('destroy leaves nothing of its volumes', async () => {
    await kube.create(claim);
    await expect.poll(volumes, patient).toHaveLength(1);
    expect((await box.run('destroy', '--profile', profile, '--yes')).code).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });
});
