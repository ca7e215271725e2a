// The namespace of jobs: made, or used as it is with the reason said.
import { expect, test } from 'vitest';
import { ensureNamespace } from '../../../tasks/access/namespace.ts';
import { answerFailure } from '../../../tasks/kube/failure.ts';
import { managedBy } from '../../../tasks/kube/render.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Context } from '../../../tasks/steps/types.ts';

const profile = await readProfile('local', []);

const why = (kube: Partial<Kube>) =>
  ensureNamespace(profile).skip?.({ kube: { isApplied: async () => false, ...kube } } as unknown as Context);

const labelled = (labels: Record<string, string>) => ({
  get: async () => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark', labels } }),
});

test.each<[string, Partial<Kube>, string | false]>([
  ['that is not there is made', { get: async () => undefined }, false],
  ['that is as it should be is left', { isApplied: async () => true }, 'already as it should be'],
  ['of somebody else is left', labelled({}), 'there already, not made by firesteel: used without a change'],
  ['of ours that we may change is changed', { ...labelled(managedBy), can: async () => true }, false],
  [
    'of ours that we may not change is left',
    { ...labelled(managedBy), can: async () => false },
    'there already, and you may not change it: used without a change',
  ],
  [
    'that we may not look at is left',
    { get: () => Promise.reject(answerFailure('read Namespace spark', 403, '')) },
    'you may not look at it: used without a change',
  ],
])('a namespace %s', async (_, kube, expected) => expect(await why(kube)).toBe(expected));

test('a cluster that fails is no reason to leave it', async () =>
  await expect(why({ get: () => Promise.reject(answerFailure('read Namespace spark', 500, '')) })).rejects.toThrow(
    'HTTP status 500',
  ));
