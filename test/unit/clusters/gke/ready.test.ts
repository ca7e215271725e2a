// The wait for the nodes of a new cluster: what passes is waited for, a refusal ends the wait.
import { expect, test } from 'vitest';
import { waitUntilReady } from '../../../../tasks/clusters/gke/ready.ts';
import { answerFailure, networkFailure } from '../../../../tasks/kube/failure.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { gkeProfile } from './profiles.ts';

const profile = await gkeProfile('gke');
const server = 'https://203.0.113.9';
const lost = (code: string) => networkFailure('read /readyz', server, Object.assign(new Error(code), { code }));
const answer = (status: number) => answerFailure('read /readyz', status, 'no');
const node = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };

/** Waits at an API that first fails like this, at the call or the list; returns what was seen. */
async function wait(failure: Error, at: 'raw' | 'list'): Promise<string[]> {
  const seen: string[] = [];
  let failures = [failure];
  const call =
    <T>(name: 'raw' | 'list', value: T) =>
    async () => {
      const [first] = name === at ? failures : [];
      if (!first) return value;
      failures = [];
      throw first;
    };
  const kube = { raw: call('raw', 'ok'), list: call('list', [node]) };
  const context = { kube, signal: new AbortController().signal } as unknown as Context;
  await waitUntilReady(profile).run(context, { line: (line) => seen.push(line) });
  return seen;
}

test.each([
  ['ECONNREFUSED', lost('ECONNREFUSED')],
  ['ECONNRESET', lost('ECONNRESET')],
  ['UND_ERR_SOCKET', lost('UND_ERR_SOCKET')],
  ['429', answer(429)],
  ['500', answer(500)],
  ['503', answer(503)],
])('%s is waited for', async (_, failure) => {
  expect(await wait(failure, 'raw')).toEqual([failure.message]);
  expect(await wait(failure, 'list')).toEqual([failure.message]);
});

test.each([
  ['401', answer(401)],
  ['403', answer(403)],
  ['a certificate that is not trusted', lost('SELF_SIGNED_CERT_IN_CHAIN')],
  ['a fault', new TypeError('no such method')],
])('%s ends the wait', async (_, failure) => {
  await expect(wait(failure, 'raw')).rejects.toBe(failure);
});
