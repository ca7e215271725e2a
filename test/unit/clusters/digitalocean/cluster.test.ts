// The cluster's life at a fake DigitalOcean: made once, used only if ours, deleted only if ours, whatever is lost on the way.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { DoCluster } from '../../../../tasks/clusters/digitalocean/answers.ts';
import { digitalocean } from '../../../../tasks/clusters/digitalocean/cluster.ts';
import { clusterToken } from '../../../../tasks/clusters/digitalocean/credentials.ts';
import { sortClusters } from '../../../../tasks/clusters/digitalocean/find.ts';
import { errors } from '../../../fakes/digitalocean/published.ts';
import { type Account, startAccount } from './account.ts';

let account: Account;
const begin = async (...given: Parameters<typeof startAccount>) => {
  account = await startAccount(...given);
  const { fake, profile } = account;
  fake.resources.registries.push({ name: 'images', region: 'fra1', created_at: '2020-03-21T16:02:37Z' });
  return { fake, profile, ...account.person(), up: digitalocean.up(profile), down: digitalocean.down(profile) };
};

afterEach(async () => {
  const { unexpected } = account.fake;
  await account.close();
  expect(unexpected).toEqual([]);
});

const creations = () => account.fake.changes().filter((what) => what === 'POST /v2/kubernetes/clusters');
const foreign = { region: 'fra1', version: 'latest', node_pools: [{ name: 'n', size: 's-2vcpu-4gb', count: 1 }] };

test('up makes a running cluster, with a kubeconfig that holds no token', async () => {
  const { context, perform, up, profile } = await begin();
  expect((await digitalocean.costs?.(context))?.[0]).toContain('3 × s-2vcpu-4gb');
  expect((await perform(up)).failure).toBeUndefined();
  const { path, context: name } = digitalocean.kubeconfig(profile);
  const text = readFileSync(path, 'utf8');
  expect(name).toBe('do-fra1-demo');
  expect(text).toContain('current-context: do-fra1-demo');
  expect(text).toContain('server: https://127.0.0.1:1');
  expect(text).not.toMatch(/token|dop_v1/);
  expect((await digitalocean.status(context)).state).toBe('running');
  expect(await digitalocean.costs?.(context)).toEqual([]);
});

test('up again changes nothing, and asks for no further token', async () => {
  const { fake, perform, up } = await begin();
  await perform(up);
  const before = { changes: fake.changes().length, tokens: tokensAsked() };
  const { failure, skipped } = await perform(up);
  expect(failure).toBeUndefined();
  expect(Object.keys(skipped)).toHaveLength(up.length);
  expect({ changes: fake.changes().length, tokens: tokensAsked() }).toEqual(before);
});

const tokensAsked = () => account.fake.calls.filter(({ what }) => what.includes('/credentials')).length;

test('a token is fetched when it is needed, for an hour', async () => {
  const { fake, perform, up } = await begin();
  await perform(up);
  const [cluster] = fake.clusters.all();
  const { token, expires } = await clusterToken(cluster?.id ?? '', new AbortController().signal);
  expect(fake.clusters.admits(`Bearer ${token}`)).toBe(true);
  expect((expires?.getTime() ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
  expect(fake.calls.at(-1)?.what).toContain('expiry_seconds=3600');
});

test.each(['lose', { answer: errors.server }] as const)(
  'an answer that is lost (%j) is looked for, not requested again',
  async (does) => {
    const { fake, perform, up, profile } = await begin();
    fake.inject({ what: /^POST/, does });
    // A fault of the server may come after the work, too.
    const late =
      does === 'lose'
        ? undefined
        : sleep(100).then(() =>
            fake.clusters.create({ name: profile.clusterName, tags: ['managed-by:firesteel'], ...foreign }),
          );
    const { failure, lines } = await perform(up);
    await late;
    expect(failure).toBeUndefined();
    expect(lines).toContain('the answer was lost: checking whether the cluster exists');
    expect(fake.clusters.all()).toHaveLength(1);
  },
);

test('a cluster that was not created is a failure, and leaves nothing behind', async () => {
  const { fake, perform, up } = await begin();
  fake.inject({ what: /^POST/, does: { answer: errors.dropletLimit } });
  const { failure } = await perform(up);
  expect(failure?.message).toContain('has reached its limit of machines');
  expect(fake.clusters.all()).toEqual([]);
});

test('one that ends in error says why, and destroy removes it', async () => {
  const { fake, perform, up, down } = await begin([], 60_000);
  const run = perform(up);
  while (fake.clusters.all().length === 0) await sleep(20);
  const [cluster] = fake.clusters.all();
  if (cluster) cluster.status = { state: 'error', message: 'could not get droplets' };
  expect((await run).failure?.message).toBe('DigitalOcean could not create cluster demo: could not get droplets');
  fake.clusters.abandon(cluster?.id ?? '');
  expect((await perform(down)).failure).toBeUndefined();
  expect(fake.clusters.all()).toEqual([]);
});

test('Ctrl-C leaves it to DigitalOcean, and the next run waits for the same one', async () => {
  const { fake, perform, up, context } = await begin([], 600);
  const first = account.person();
  const controller = new AbortController();
  const interrupted = { ...first.context, signal: controller.signal };
  const { runSteps } = await import('../../../../tasks/steps/runner.ts');
  const run = runSteps(up, interrupted, { abort: () => {}, report: () => {} });
  while (fake.clusters.all().length === 0) await sleep(10);
  controller.abort(new Error('interrupted'));
  expect((await run).failure).toBeDefined();
  expect((await digitalocean.status(context)).detail).toMatch(/^provisioning, 0 of 3 nodes, fra1/);
  const { failure } = await perform(up);
  expect(failure).toBeUndefined();
  expect(creations()).toHaveLength(1);
});

test('two people at once get one cluster', async () => {
  const { fake, up } = await begin([], 300);
  const ends = await Promise.all([account.person(), account.person()].map(({ perform }) => perform(up)));
  expect(ends.map(({ failure }) => failure)).toEqual([undefined, undefined]);
  const left = fake.clusters.all().filter(({ status }) => status.state !== 'deleting');
  expect(left.map(({ status }) => status.state)).toEqual(['running']);
  // Each had asked before the other's was to be seen.
  expect(creations()).toHaveLength(2);
});

test('a cluster without our tag is neither used nor deleted', async () => {
  const { fake, perform, up, down, context } = await begin();
  const theirs = fake.clusters.add({ name: 'demo', ...foreign, tags: ['production'] });
  theirs.status = { state: 'running' };
  const { failure } = await perform(up);
  expect(failure?.message).toBe(
    `the account already has a cluster demo (${theirs.id} in fra1), which firesteel did not make`,
  );
  expect(await digitalocean.status(context)).toMatchObject({ state: 'absent' });
  expect(await digitalocean.deletes?.(context)).toEqual([]);
  const { skipped } = await perform(down);
  expect(skipped['Delete the cluster at DigitalOcean']).toBe(`${theirs.id} was not made by firesteel, so it stays`);
  expect(fake.changes()).toEqual([]);
});

test('down deletes the cluster, waits, and then lists what stays', async () => {
  const { fake, perform, up, down, context, profile } = await begin();
  await perform(up);
  const [cluster] = fake.clusters.all();
  const volume = { id: 'ba49449a-7435-11ea-b89e-0a58ac14480f', name: 'volume-001' };
  fake.resources.associated.set(cluster?.id ?? '', { load_balancers: [], volumes: [volume], volume_snapshots: [] });
  expect(await digitalocean.deletes?.(context)).toEqual([
    expect.stringMatching(/^cluster demo at DigitalOcean \(.*\): running, 3 of 3 nodes$/),
    expect.stringMatching(/^volume volume-001 stays, and costs money: doctl compute volume delete ba49449a/),
  ]);
  expect((await digitalocean.reminder?.(context))?.join('\n')).toMatch(
    /is running: 3 × s-2vcpu-4gb, about \$0\.11 an hour/,
  );
  expect((await perform(down)).failure).toBeUndefined();
  expect(fake.clusters.all()).toEqual([]);
  expect(existsSync(digitalocean.kubeconfig(profile).path)).toBe(false);
  expect(await digitalocean.reminder?.(context)).toEqual([expect.stringContaining('volume-001 stays')]);
  fake.resources.associated.clear();
  expect(await digitalocean.reminder?.(context)).toEqual([]);
  const before = fake.changes().length;
  expect((await perform(down)).failure).toBeUndefined();
  expect(fake.changes()).toHaveLength(before);
});

test('a setting that is not offered is refused before anything is made', async () => {
  const { fake, perform, up, context } = await begin(['digitalocean.region=fra2']);
  await expect(digitalocean.costs?.(context)).rejects.toThrow('did you mean "fra1"?');
  expect((await perform(up)).failure?.message).toContain('did you mean "fra1"?');
  expect(fake.changes()).toEqual([]);
});

test('of several clusters of one name, every run uses the oldest of ours', async () => {
  await begin();
  const cluster = (id: string, created_at: string, more: Partial<DoCluster> = {}): DoCluster => ({
    id,
    name: 'demo',
    region: 'fra1',
    version: '1',
    node_pools: [],
    status: { state: 'running' },
    tags: ['managed-by:firesteel'],
    created_at,
    ...more,
  });
  const found = sortClusters(
    [
      cluster('c', '2026-01-01T00:00:02Z'),
      cluster('b', '2026-01-01T00:00:01Z'),
      cluster('a', '2026-01-01T00:00:01.000Z'),
      cluster('old', '2025-01-01T00:00:00Z', { tags: ['k8s'] }),
      cluster('gone', '2025-01-01T00:00:00Z', { status: { state: 'deleting' } }),
      cluster('other', '2025-01-01T00:00:00Z', { name: 'demo-2' }),
    ],
    'demo',
  );
  expect(found.cluster?.id).toBe('a');
  expect(found.others.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(found.foreign.map(({ id }) => id)).toEqual(['old']);
  expect(found.leaving.map(({ id }) => id)).toEqual(['gone']);
});
