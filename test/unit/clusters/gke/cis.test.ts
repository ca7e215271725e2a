// CIS Google Kubernetes Engine Benchmark 1.8, section 5, walked over the requests we make.
import { describe, expect, test } from 'vitest';
import { createClusterRequest } from '../../../../tasks/clusters/gke/request.ts';
import type { Profile } from '../../../../tasks/profile/schema.ts';
import { type Kept, type Rule, rules } from './cis-rules.ts';
import { gkeProfile } from './profiles.ts';

const open = [
  'gke.privateNodes=true',
  'gke.authorizedNetworks=["203.0.113.0/24","198.51.100.7/32"]',
  'gke.encryptionKey=projects/spark-class/locations/europe-west1/keyRings/spark/cryptoKeys/secrets',
];

test('every recommendation of section 5 has its row', () => {
  const counts: Record<string, number> = {
    '5.1': 4,
    '5.2': 2,
    '5.3': 1,
    '5.4': 1,
    '5.5': 7,
    '5.6': 7,
    '5.7': 2,
    '5.8': 3,
    '5.9': 2,
    '5.10': 4,
  };
  const ids = Object.entries(counts).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => `${group}.${index + 1}`),
  );
  expect(rules.map(({ id }) => id).filter((id) => id.startsWith('5.'))).toEqual(ids);
});

describe.each(['gke', 'gke-autopilot'] as const)('%s', (name) => {
  const ruleOf = ({ standard, autopilot }: Rule) => (name === 'gke' ? standard : (autopilot ?? standard));

  test.each(
    rules.filter((rule) => typeof ruleOf(rule) === 'function').map((rule) => [rule.id, rule.says, rule] as const),
  )('%s %s', async (_, _says, rule) => {
    const kept = ruleOf(rule) as Kept;
    const shipped = await gkeProfile(name);
    const hardened = await gkeProfile(name, ...open);
    const isKept = (profile: Profile) => Boolean(kept(createClusterRequest(profile).cluster ?? {}, profile));
    expect(isKept(hardened)).toBe(true);
    // What is left to the person is written in the table, and nothing else is.
    expect(isKept(shipped)).toBe(rule.key === undefined);
  });

  test('no rule is kept by a request that asks for nothing', async () => {
    const profile = await gkeProfile(name, ...open);
    const always = rules.filter((rule) => {
      const kept = ruleOf(rule);
      return typeof kept === 'function' && kept({}, profile);
    });
    // These are kept by what is left out, or by what is beside the request.
    expect(always.map(({ id }) => id)).toEqual(['5.1.3', '5.1.4', '5.10.1', '5.10.2']);
  });
});

test('a request for Autopilot leaves out what Autopilot always has', async () => {
  const { cluster } = createClusterRequest(await gkeProfile('gke-autopilot', ...open));
  for (const field of ['nodePools', 'workloadIdentityConfig', 'shieldedNodes', 'monitoringConfig'])
    expect(cluster).not.toHaveProperty(field);
  expect(cluster?.networkConfig).toEqual({ defaultEnablePrivateNodes: true });
});
