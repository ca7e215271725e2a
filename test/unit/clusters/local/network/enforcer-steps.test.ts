// The token of the enforcer of NetworkPolicies: when a node gets another one.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enforcerSteps } from '../../../../../tasks/clusters/local/network/enforcer-steps.ts';
import { networkClaim } from '../../../../../tasks/clusters/local/network/networks.ts';
import { writeFiles } from '../../../../../tasks/core/files/changes.ts';
import type { Context, SingleStep } from '../../../../../tasks/steps/types.ts';
import { ownFolder } from '../../../../own-folder.ts';
import { clusterOf, networks, profileWith } from '../fixtures.ts';

ownFolder();
const { first } = await clusterOf(1);

/** A token of this account that ends in this number of days. */
function token(uid: string, days: number): string {
  const claims = { exp: Date.now() / 1000 + days * 86_400, 'kubernetes.io': { serviceaccount: { uid } } };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

test.each([
  ['one that lasts for long stays', token('u1', 300), 'already there'],
  ['one that ends soon is replaced', token('u1', 20), false],
  ['one that has ended is replaced', token('u1', -1), false],
  ['one of a former account is replaced', token('u0', 300), false],
])('%s', async (_, content, skipped) => {
  await writeFiles([
    networkClaim('local', networks()),
    { path: join(first.folder, 'pki', 'network-policies.token'), content },
  ]);
  const step = enforcerSteps(await profileWith()).at(-1) as SingleStep;
  const kube = { get: async () => ({ metadata: { uid: 'u1' } }) };
  const context = { kube, read: async () => '' } as unknown as Context;
  expect(await step.skip?.(context)).toBe(skipped);
});
