// The wait for the answer of cluster DNS, and what ends it early.
import { expect, test } from 'vitest';
import { waitForDns } from '../../../../../tasks/clusters/local/control-plane/dns.ts';
import type { Manifest } from '../../../../../tasks/kube/types.ts';
import type { Context, SingleStep } from '../../../../../tasks/steps/types.ts';
import { memoryKube } from '../../../../fakes/memory-kube.ts';

const pod = (status: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'firesteel-dns-probe', namespace: 'kube-system' },
  status,
});
const ended = (terminated: object) => ({ phase: 'Failed', containerStatuses: [{ state: { terminated } }] });

test.each([
  [
    'its container could not start',
    ended({ reason: 'StartError', exitCode: 128, message: 'runc create failed: no such file\n' }),
    'StartError: runc create failed: no such file',
  ],
  ['its program failed', ended({ reason: 'Error', exitCode: 127 }), 'Error: exit code 127'],
  [
    'its node evicted it',
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
    'Evicted: The node was low on resource: memory.',
  ],
  ['nobody knows why', { phase: 'Failed' }, 'no reason given'],
])('a looking pod that failed ends the wait at once and says why: %s', async (_, status, why) => {
  const { kube } = memoryKube([pod(status)]);
  const { signal } = new AbortController();
  const wait = (waitForDns() as SingleStep).run({ kube, signal } as Context, { line: () => {} });
  await expect(wait).rejects.toThrow(`the pod of the DNS look-up failed: ${why}`);
});
