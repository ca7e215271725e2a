// DigitalOcean Kubernetes from nothing to nothing: a fake account whose clusters are real, and a real registry beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeDigitalOcean, startFakeDigitalOcean } from '../fakes/digitalocean/fake.ts';
import { keepSecrets } from '../fakes/digitalocean/integration.ts';
import { type LocalBacking, localBacking } from '../fakes/digitalocean/local.ts';
import { installTools, sandbox, whyNoNodes } from './firesteel.ts';
import { leftBehind } from './host.ts';
import { startRegistry, type TestRegistry } from './registry.ts';

const reason = await whyNoNodes();
const suite = reason ? describe.skip : describe;

const host = 'registry.digitalocean.com';
/** As DigitalOcean has it, user and password are the same. */
const logins = { push: 'dor_v1_push:dor_v1_push', pull: 'dor_v1_pull:dor_v1_pull' };
/** Nodes see the same machine: what each keeps back makes them promise less of what is there once. */
const shared = { systemReserved: { cpu: '500m', memory: '1Gi' } };

suite(`DigitalOcean Kubernetes${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let ocean: FakeDigitalOcean;
  let registry: TestRegistry;
  let backing: LocalBacking;
  const ending = new AbortController();
  const integrations: Promise<void>[] = [];
  const box = sandbox(() => ({ ...registry.env, ...ocean.environment }));
  const school = box.profile('school', 'cluster: digitalocean\ndigitalocean:\n  nodes: 2\n  registry: class\n');
  const firesteel = (...words: string[]) => box.run(...words, '--profile', school);

  beforeAll(async () => {
    await installTools([{ name: 'skopeo', package: 'skopeo', purpose: 'pushes the Spark image' }]);
    registry = await startRegistry({
      hosts: [host],
      accounts: (user, password) => {
        const login = `${user}:${password}`;
        return login === logins.push ? 'push' : login === logins.pull ? 'pull' : undefined;
      },
    });
    const folder = join(box.data, 'digitalocean');
    // Nodes have no login: pods bring the secret.
    const registries = Object.fromEntries(
      Object.entries(registry.nodes).map(([name, { endpoint, ca }]) => [name, { endpoint, ca }]),
    );
    backing = localBacking({
      folder,
      admits: (authorization) => ocean.clusters.admits(authorization),
      local: { ...shared, registries },
    });
    ocean = await startFakeDigitalOcean({ folder, backing, tokenSeconds: 60 });
    ocean.resources.registryLogin = logins.push;
    ocean.resources.onIntegration = (ids, [name = '']) => {
      for (const id of ids)
        integrations.push(keepSecrets(backing.kube(id, ending.signal), name, logins.pull, ending.signal));
    };
  });

  const endIntegrations = async () => {
    ending.abort();
    await Promise.allSettled(integrations);
  };

  afterAll(async () => {
    await endIntegrations();
    await ocean.close();
    await registry.stop();
    box.remove();
  });

  const creations = () => ocean.changes().filter((what) => what === 'POST /v2/kubernetes/clusters').length;

  test('without a token no request is sent, and one line names the variable', async () => {
    const bare = sandbox(() => ({ ...ocean.environment, DIGITALOCEAN_ACCESS_TOKEN: '' }));
    for (const [verb, code] of [
      ['deploy', 2],
      ['destroy', 2],
    ] as const) {
      const ended = await bare.run(verb, '--profile', school, '--yes');
      expect(ended.output).toContain('$DIGITALOCEAN_ACCESS_TOKEN is not set');
      expect(ended.code).toBe(code);
    }
    bare.remove();
    expect(ocean.calls).toEqual([]);
  });

  test('deploy shows what it would create and the price, and creates nothing without agreement', async () => {
    const { code, output } = await firesteel('deploy');
    expect(output).toContain('cluster school at DigitalOcean in fra1: Kubernetes 1.18.8-do.0, 2 × s-2vcpu-4gb');
    expect(output).toMatch(/about \$0\.07 an hour, \$48 a month/);
    expect(output).toContain('container registry class with plan basic');
    expect(output).toContain('add --yes');
    expect(code).toBe(2);
    expect(ocean.changes()).toEqual([]);
  });

  test('a dry run prints the request, and sends none that changes anything', async () => {
    const { code, output } = await firesteel('deploy', '--dry-run');
    expect(output).toContain('POST /v2/kubernetes/clusters {"name":"school"');
    expect(code).toBe(0);
    expect(ocean.changes()).toEqual([]);
  });

  test('after Ctrl-C the creation continues at DigitalOcean, and firesteel says what costs money', async () => {
    const deploy = box.start('deploy', '--profile', school, '--yes');
    await deploy.seen(/provisioning, 0 of 2 nodes/);
    deploy.interrupt();
    const { code, output } = await deploy.ended;
    expect(output).toMatch(/Cluster school at DigitalOcean .* is provisioning/);
    expect(output).toContain('End it with: firesteel destroy');
    expect(code).toBe(130);
    expect(creations()).toBe(1);
  });

  test('the next deploy continues with it, and the cluster is ready', async () => {
    const { code, output } = await firesteel('deploy', '--yes');
    expect(output).toContain('Cluster school is ready');
    expect(code).toBe(0);
    expect(creations()).toBe(1);
    expect(backing.started()).toBe(1);
  });

  test('SparkPi comes from the registry with the secret of the cluster, and ends with pi', async () => {
    const { code, output } = await firesteel('submit', 'pi', '--yes');
    expect(output).toMatch(/^Pi is roughly 3\.14\d+$/m);
    expect(code).toBe(0);
    expect(registry.logins).toContainEqual({ user: 'dor_v1_push', isKnown: true });
    expect(registry.logins).toContainEqual({ user: 'dor_v1_pull', isKnown: true });
    const runs = join(box.data, 'firesteel', 'runs');
    const images = readdirSync(runs).flatMap((run) =>
      readdirSync(join(runs, run, 'pods')).map(
        (file) => JSON.parse(readFileSync(join(runs, run, 'pods', file), 'utf8')).spec.containers[0].image,
      ),
    );
    expect(images.length).toBe(3);
    for (const image of images) expect(image).toMatch(/^registry\.digitalocean\.com\/class\/spark:4\./);
  });

  test('a second deploy and build change nothing at DigitalOcean, in the cluster or in the registry', async () => {
    const [machine] = backing.machines.values();
    const counts = () => [ocean.changes().length, registry.changes.length, machine?.changes().length ?? 0];
    const count = counts();
    expect(Math.min(...count)).toBeGreaterThan(2);
    for (const verb of ['deploy', 'build']) expect((await firesteel(verb, '--yes')).code).toBe(0);
    expect(counts()).toEqual(count);
  });

  test('status reports every node, and no token is in any file or output', async () => {
    const { output } = await firesteel('status', '--verbose');
    expect(output).toContain('school: running (running, 2 of 2 nodes, fra1, Kubernetes 1.18.8-do.0)');
    const files = readdirSync(box.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('/digitalocean'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(10);
    const secret = /dop_v1_|dor_v1_|"?token"?: ?\S{20}/;
    expect(files.filter((file) => secret.test(readFileSync(file, 'utf8')))).toEqual([]);
    expect(output).not.toMatch(secret);
  });

  test('destroy lists what it deletes, deletes after agreement, and lists what stays', async () => {
    const [cluster] = ocean.clusters.all();
    const volume = { id: 'ba49449a-7435-11ea-b89e-0a58ac14480f', name: 'pvc-1' };
    ocean.resources.associated.set(cluster?.id ?? '', { load_balancers: [], volumes: [volume], volume_snapshots: [] });
    const asked = await firesteel('destroy');
    expect(asked.output).toContain(`cluster school at DigitalOcean (${cluster?.id})`);
    expect(asked.output).toContain('add --yes');
    expect(asked.code).toBe(2);
    expect(backing.machines.size).toBe(1);
    await endIntegrations();
    const { code, output } = await firesteel('destroy', '--yes');
    expect(output).toContain('Cluster school is gone');
    expect(output).toContain('volume pvc-1 stays, and costs money');
    expect(code).toBe(0);
    expect(existsSync(join(box.data, 'firesteel', 'clusters', 'school', 'kubeconfig'))).toBe(false);
  });

  test('nothing is left, and DigitalOcean got no unexpected request', async () => {
    const again = await firesteel('destroy', '--yes');
    expect(again.code).toBe(0);
    expect(ocean.clusters.all()).toEqual([]);
    expect(backing.machines.size).toBe(0);
    expect(ocean.unexpected).toEqual([]);
    expect(leftBehind(box.data)).toEqual([]);
  });
});
