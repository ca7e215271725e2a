// Which container registry images go to, what it costs to make one, and who may pull from it.
import { afterEach, describe, expect, test } from 'vitest';
import { digitalocean } from '../../../../tasks/clusters/digitalocean/cluster.ts';
import { allowAccounts } from '../../../../tasks/clusters/digitalocean/pull-secret.ts';
import { chooseRegistry } from '../../../../tasks/clusters/digitalocean/registry.ts';
import type { Kube, Manifest } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { dryRunLines } from '../../../dry-run.ts';
import { type Account, startAccount } from './account.ts';

const named = async (name?: string) => readProfile('digitalocean', name ? [`digitalocean.registry=${name}`] : []);

describe('images go to', () => {
  test.each([
    ['the one that is named', 'mine', ['mine', 'other'], { name: 'mine', isThere: true }],
    ['the only one', undefined, ['only'], { name: 'only', isThere: true }],
    ['the one to be made', 'mine', [], { name: 'mine', isThere: false }],
  ])('%s', async (_, wanted, there, chosen) =>
    expect(
      chooseRegistry(
        await named(wanted),
        there.map((name) => ({ name })),
      ),
    ).toEqual(chosen),
  );

  test.each([
    ['none is named and there is none', undefined, [], /no container registry, and the profile does not name one/],
    ['none is named of two', undefined, ['a', 'b'], /has the container registries a, b, and the profile names none/],
    ['another is there', 'mien', ['mine'], /no container registry mien; did you mean "mine"\?/],
  ])('none, if %s', async (_, wanted, there, message) => {
    const profile = await named(wanted);
    expect(() =>
      chooseRegistry(
        profile,
        there.map((name) => ({ name })),
      ),
    ).toThrow(message);
  });

  test('the folder of image.repository, if that is one of DigitalOcean', async () => {
    const profile = await readProfile('digitalocean', ['image.repository=registry.digitalocean.com/ours']);
    expect(chooseRegistry(profile, [{ name: 'ours' }, { name: 'b' }])).toEqual({ name: 'ours', isThere: true });
  });
});

describe('a registry', () => {
  let account: Account;
  afterEach(async () => {
    expect(account.fake.unexpected).toEqual([]);
    await account.close();
  });

  test('is priced, then made once by up, before the cluster', async () => {
    account = await startAccount(['digitalocean.registry=school']);
    const { fake, profile } = account;
    const { context, perform } = account.person();
    expect((await digitalocean.costs?.(context))?.at(-1)).toMatch(
      /^container registry school with plan basic: 5 GB for \$5 a month/,
    );
    for (let i = 0; i < 2; i++) expect((await perform(digitalocean.up(profile))).failure).toBeUndefined();
    expect(fake.changes()).toEqual(['POST /v2/registries', 'POST /v2/kubernetes/clusters']);
    expect(await digitalocean.costs?.(context)).toEqual([]);
  });

  test('and everything else is only printed by a dry run', async () => {
    account = await startAccount(['digitalocean.registry=school']);
    const { fake, profile } = account;
    const kube = { get: async () => undefined, list: async () => [] } as unknown as Kube;
    const context = { ...account.person().context, kube, state: { image: 'spark:1' } };
    const steps = [...digitalocean.up(profile), ...digitalocean.publish(profile)];
    const lines = (await dryRunLines(steps, context)).map((line) => line.trim());
    expect(lines).toContain('POST /v2/registries {"name":"school","subscription_tier_slug":"basic"}');
    expect(lines).toContainEqual(expect.stringMatching(/^POST \/v2\/kubernetes\/clusters \{"name":"demo",/));
    expect(lines).toContain('push the image to registry.digitalocean.com/school');
    expect(fake.changes()).toEqual([]);
  });

  test('that nobody named is refused before a cluster is priced or made', async () => {
    account = await startAccount([]);
    const { context, perform } = account.person();
    const text = 'the account has no container registry, and the profile does not name one to create';
    await expect(digitalocean.costs?.(context)).rejects.toThrow(text);
    expect((await perform(digitalocean.up(account.profile))).failure?.message).toBe(text);
    expect(account.fake.changes()).toEqual([]);
  });

  test('of another name is refused before a cluster is made', async () => {
    account = await startAccount(['digitalocean.registry=school']);
    account.fake.resources.registries.push({ name: 'schol', region: 'fra1', created_at: '2020-03-21T16:02:37Z' });
    const { failure } = await account.person().perform(digitalocean.up(account.profile));
    expect(failure?.message).toBe('the account has no container registry school; did you mean "schol"?');
    expect(account.fake.changes()).toEqual([]);
  });
});

test('accounts of jobs get the secret that DigitalOcean brings, and keep those they have', async () => {
  const profile = await named('mine');
  const auths = { auths: { 'registry.digitalocean.com': { auth: 'eDp5' } } };
  const secret = (name: string, type: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type,
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(auths)).toString('base64') },
  });
  const accounts = new Map<string, Manifest>(
    ['spark-driver', 'spark-executor'].map((name) => [
      name,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'spark' } },
    ]),
  );
  (accounts.get('spark-driver') as Manifest)['imagePullSecrets'] = [{ name: 'own' }];
  let patches = 0;
  const kube = {
    list: async () => [secret('other', 'Opaque'), secret('mine', 'kubernetes.io/dockerconfigjson')],
    get: async ({ name }: { name: string }) => accounts.get(name),
    patch: async ({ name }: { name: string }, [operation]: { value?: unknown }[]) => {
      patches += 1;
      (accounts.get(name) as Manifest)['imagePullSecrets'] = operation?.value;
    },
  } as unknown as Kube;
  const context = { kube, profile, signal: new AbortController().signal } as Context;
  const step = allowAccounts(profile);
  expect(await step.skip?.(context)).toBe(false);
  await step.run(context, { line: () => {} });
  expect(accounts.get('spark-driver')?.['imagePullSecrets']).toEqual([{ name: 'own' }, { name: 'mine' }]);
  expect(accounts.get('spark-executor')?.['imagePullSecrets']).toEqual([{ name: 'mine' }]);
  expect(await step.skip?.(context)).toBe('jobs can already pull');
  expect(patches).toBe(2);
});
