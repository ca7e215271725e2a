// Google Kubernetes Engine from nothing to nothing: a fake Google whose clusters are real, and a real registry as Artifact Registry.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKube } from '../../tasks/kube/client.ts';
import { type LocalBacking, localBacking } from '../fakes/google/backing.ts';
import { type FakeGoogle, startFakeGoogle } from '../fakes/google/fake.ts';
import { expectPulls } from './classroom/pulls.ts';
import { installTools, type Running, sandbox, whyNoNodes } from './firesteel.ts';
import { leftBehind } from './host.ts';
import { startRegistry, type TestRegistry } from './registry.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

/** Three nodes see the same machine: what each keeps back makes them promise less of what is there once. */
const shared = { systemReserved: { cpu: '500m', memory: '1Gi' } };
const parent = 'projects/spark-school/locations/europe-west1-b';
const repository = 'projects/spark-school/locations/europe-west1/repositories/spark';

suite(`Google Kubernetes Engine${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let google: FakeGoogle;
  let registry: TestRegistry;
  let backing: LocalBacking;
  let job: Running;
  const further = () => ({ ...registry.env, ...google.environment });
  const ada = sandbox(further);
  const ben = sandbox(further);
  const school = ada.profile('school', 'cluster: gke\n');

  beforeAll(async () => {
    await installTools();
    registry = await startRegistry({
      hosts: ['europe-west1-docker.pkg.dev'],
      accounts: (user, password) =>
        user === 'oauth2accesstoken' && google.tokens.holds(`Bearer ${password}`) ? 'push' : undefined,
      refuse: () =>
        google.resources.repositories.has(repository)
          ? undefined
          : { status: 404, code: 'NAME_UNKNOWN', message: 'Repository "spark" not found' },
    });
    backing = localBacking({
      folder: join(ada.data, 'google'),
      admits: (authorization) => google.tokens.holds(authorization),
      local: { ...shared, registries: registry.nodes },
    });
    google = await startFakeGoogle({ folder: join(ada.data, 'google'), backing, tokenSeconds: 60 });
  });

  afterAll(async () => {
    job?.interrupt();
    await job?.ended;
    await google.close();
    await registry.stop();
    for (const box of [ada, ben]) box.remove();
  });

  const changes = (what: string) => google.changes().filter((call) => call.what === what).length;
  const machineOf = (name: string) => {
    const machine = backing.machines.get(name);
    if (!machine) throw new Error(`no machine plays ${name}`);
    return machine;
  };

  test('deploy shows what it would create and the price, and creates nothing without agreement', async () => {
    const { code, output } = await ada.run('deploy', '--profile', school);
    expect(output).toContain('3 × e2-standard-2');
    expect(output).toMatch(/\d+\.\d+ .*hour/);
    expect(output).toContain('add --yes');
    expect(code).toBe(2);
    expect(google.changes()).toEqual([]);
  });

  test('a dry run prints the request, and sends none that changes anything', async () => {
    const { code, output } = await ada.run('deploy', '--profile', school, '--dry-run');
    expect(output).toContain('create cluster school');
    expect(code).toBe(0);
    expect(google.changes()).toEqual([]);
  });

  test('after Ctrl-C the creation continues at Google, and firesteel says so', async () => {
    const count = changes('CreateCluster');
    const deploy = ada.start('deploy', '--profile', school, '--yes');
    await deploy.seen(/operation-\d+/);
    deploy.interrupt();
    const { code, output } = await deploy.ended;
    expect(output).toMatch(/continues at Google/);
    expect(code).toBe(130);
    expect(changes('CreateCluster')).toBe(count + 1);
  });

  test('the next deploy continues with it, and the cluster is ready', async () => {
    const count = changes('CreateCluster');
    const { code, output } = await ada.run('deploy', '--profile', school, '--yes');
    expect(output).toMatch(/waiting for operation-\d+/);
    expect(output).toContain('Cluster school is ready');
    expect(code).toBe(0);
    expect(changes('CreateCluster')).toBe(count);
    expect([...backing.machines.keys()]).toEqual(['school']);
  });

  test('the start of a class pulls the image on each node, before a pod needs it', async () => {
    const { output } = await ada.run('build', '--profile', school, '--yes');
    const [image = ''] = /europe-west1-docker\.pkg\.dev\/spark-school\/spark\/spark:[\w.-]+/.exec(output) ?? [];
    expect(image, output).not.toBe('');
    const { env, name } = machineOf('school');
    const path = join(`${env['XDG_DATA_HOME']}`, 'firesteel', 'clusters', name, 'kubeconfig');
    const { signal } = new AbortController();
    await expectPulls(
      connectKube(() => ({ path, context: name }), signal),
      image,
      3,
    );
  });

  test('SparkPi comes from the registry to three nodes, and ends with pi', async () => {
    const { code, output } = await ada.run('submit', 'pi', '--profile', school, '--yes');
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(output).toContain(`End it with: firesteel destroy --profile ${school}`);
    expect(code).toBe(0);
    expect(google.resources.repositories.has(repository)).toBe(true);
    expect(registry.logins).toContainEqual({ user: 'oauth2accesstoken', isKnown: true });
    const runs = join(ada.data, 'firesteel', 'runs');
    const pods = readdirSync(runs).flatMap((run) =>
      readdirSync(join(runs, run, 'pods')).map((file) =>
        JSON.parse(readFileSync(join(runs, run, 'pods', file), 'utf8')),
      ),
    );
    const images = pods.map((pod) => pod.spec.containers[0].image);
    expect(images[0]).toMatch(/^europe-west1-docker\.pkg\.dev\/spark-school\/spark\/spark:/);
    expect(images.length).toBe(3);
  });

  test('a second deploy and build change nothing at Google, in the cluster or in the registry', async () => {
    const counts = () => [google.changes().length, registry.changes.length, machineOf('school').changes().length];
    const count = counts();
    expect(Math.min(...count)).toBeGreaterThan(3);
    for (const verb of ['deploy', 'build']) {
      const { code } = await ada.run(verb, '--profile', school, '--yes');
      expect(code).toBe(0);
    }
    expect(counts()).toEqual(count);
  });

  test('a job that will outlive its token begins', async () => {
    const file = join(ada.data, 'long.py');
    const text =
      'import time\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n' +
      'print("counting", flush=True)\nfor i in range(75):\n    time.sleep(1)\n' +
      'print("sum", spark.sparkContext.parallelize(range(4)).sum())\nspark.stop()\n';
    writeFileSync(file, text);
    job = ada.start('submit', file, '--profile', school, '--yes');
    await job.seen(/counting/);
  });

  test('of two people who deploy at once, one makes the cluster and both have it', async () => {
    const started = backing.started();
    const ends = await Promise.all(
      [ada, ben].map((box) =>
        box.run('deploy', '--profile', box.profile('pair', 'cluster: gke\ngke:\n  nodes: 1\n'), '--yes'),
      ),
    );
    for (const { code, output } of ends) {
      expect(output).toContain('Cluster pair is ready');
      expect(code).toBe(0);
    }
    expect(backing.started()).toBe(started + 1);
    const { code } = await ben.run('destroy', '--profile', join(ben.data, 'pair.yaml'), '--yes');
    expect(code).toBe(0);
    expect([...backing.machines.keys()]).toEqual(['school']);
  });

  test('a connection that is lost before and after Google accepts the request makes one cluster', async () => {
    const cut = ada.profile('cut', 'cluster: gke\ngke:\n  nodes: 1\n');
    const started = backing.started();
    for (const at of ['request', 'answer'] as const)
      google.faults.inject({ method: 'CreateCluster', does: { cut: at } });
    const { code, output } = await ada.run('deploy', '--profile', cut, '--yes');
    expect(output).toContain('no answer to the request; checking whether the creation has begun');
    expect(output).toContain('Cluster cut is ready');
    expect(code).toBe(0);
    expect(backing.started()).toBe(started + 1);
    const { code: destroyed } = await ada.run('destroy', '--profile', cut, '--yes');
    expect(destroyed).toBe(0);
  });

  test('the job succeeds, many tokens later', async () => {
    const { code, output } = await job.ended;
    expect(output).toMatch(/^sum 6$/m);
    expect(code).toBe(0);
    expect(google.tokens.issued()).toBeGreaterThan(10);
    expect(machineOf('school').proxy.counts.passed).toBeGreaterThan(100);
  });

  test('no token is in any file or output', async () => {
    const { output } = await ada.run('status', '--profile', school, '--verbose');
    expect(output).toContain('school: running');
    const files = readdirSync(join(ada.data, 'firesteel'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => readFileSync(file).includes('ya29.'))).toEqual([]);
    expect(output).not.toContain('ya29.');
  });

  test('destroy says what it deletes, deletes it once agreed, and lists what can outlive it', async () => {
    const asked = await ada.run('destroy', '--profile', school);
    expect(asked.output).toContain('school');
    expect(asked.output).toContain('add --yes');
    expect(asked.code).toBe(2);
    expect([...backing.machines.keys()]).toEqual(['school']);
    google.resources.disks.push({
      name: 'pvc-1b0239a6',
      zone: 'europe-west1-b',
      sizeGb: '8',
      labels: { 'goog-k8s-cluster-name': 'school' },
    });
    google.resources.forwardingRules.push({
      name: 'a9f1e8d2',
      region: 'europe-west1',
      IPAddress: '203.0.113.7',
      description: '{"kubernetes.io/service-name":"spark/notebook"}',
    });
    const { code, output } = await ada.run('destroy', '--profile', school, '--yes');
    expect(code).toBe(0);
    expect(output).toContain('Cluster school is gone');
    expect(output).toContain('disk pvc-1b0239a6 (8 GB): gcloud compute disks delete');
    expect(output).toContain('load balancer a9f1e8d2 (203.0.113.7) of spark/notebook');
    expect(output).toContain('images in repository spark');
    const again = await ada.run('destroy', '--profile', school, '--yes');
    expect(again.code).toBe(0);
  });

  test('nothing is left, and Google got no unexpected request', () => {
    expect(backing.machines.size).toBe(0);
    expect(google.clusters.list(parent)).toEqual([]);
    expect(google.unexpected()).toEqual([]);
    expect([ada, ben].flatMap(({ data }) => leftBehind(data))).toEqual([]);
  });
});
