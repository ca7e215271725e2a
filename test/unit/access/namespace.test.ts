// The namespace of jobs: made, or used unchanged with the reason said.
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
  ['that is as it should be is left', { isApplied: async () => true }, 'already up to date'],
  ['of someone else is left', labelled({}), 'not made by firesteel, so it stays unchanged'],
  ['of ours that we may change is changed', { ...labelled(managedBy), can: async () => true }, false],
  [
    'of ours that we may not change is left',
    { ...labelled(managedBy), can: async () => false },
    'you may not change this namespace, so it stays unchanged',
  ],
  [
    'that we may not read is left',
    { get: () => Promise.reject(answerFailure('read Namespace spark', 403, '')) },
    'you may not read this namespace, so it stays unchanged',
  ],
])('a namespace %s', async (_, kube, expected) => expect(await why(kube)).toBe(expected));

test('a failing cluster is a failure, and not a reason to skip the namespace', async () =>
  await expect(why({ get: () => Promise.reject(answerFailure('read Namespace spark', 500, '')) })).rejects.toThrow(
    'HTTP status 500',
  ));
