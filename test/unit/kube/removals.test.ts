import { expect, test } from 'vitest';
import { createRemovals } from '../../../tasks/kube/removals.ts';
import type { ApiRequest, Transport } from '../../../tasks/kube/transport/transport.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';

const namespaceOf = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
  status: { phase: 'Terminating' },
});

/** A server on which these namespaces take this number of looks to end; refused ones cannot be deleted. */
function serverWith(looks: Record<string, number>, refused: readonly string[] = []) {
  const requests: ApiRequest[] = [];
  let lists = 0;
  const send = async (request: ApiRequest) => {
    if (refused.some((name) => request.path.endsWith(`/${name}`))) throw new Error('forbidden');
    requests.push(request);
    return { httpStatus: 200, body: '{}' };
  };
  const removals = createRemovals({
    transport: { send, timing: { removalMs: 1500 } } as unknown as Transport,
    signal: new AbortController().signal,
    list: async () => {
      lists += 1;
      return Object.keys(looks)
        .filter((name) => (looks[name] ?? 0) >= lists)
        .map(namespaceOf);
    },
  });
  return { ...removals, requests, lists: () => lists };
}

const options = { labelSelector: 'firesteel/class=class' };

test('pods of a namespace end within its own time before the namespace is deleted', async () => {
  const { removeNamespaces, requests } = serverWith({ ada: 0 });
  await removeNamespaces(['ada'], options);
  expect(requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['DELETE', '/api/v1/namespaces/ada/pods', expect.objectContaining({ gracePeriodSeconds: 30 })],
    ['DELETE', '/api/v1/namespaces/ada', expect.not.objectContaining({ gracePeriodSeconds: 30 })],
  ]);
});

test('namespaces are waited for with one list each second, as long as some of them end', async () => {
  // Each ends a second after the one before, and all take longer than the time of one.
  const { removeNamespaces, lists } = serverWith({ ada: 1, bob: 2, eve: 3 });
  const seen: number[] = [];
  const left = await removeNamespaces(['ada', 'bob', 'eve'], { ...options, onLeft: (count) => seen.push(count) });
  expect([left.size, lists(), seen]).toEqual([0, 4, [3, 2, 1, 0]]);
});

test('what does not end and what cannot be deleted is named with its reason, and stops no other', async () => {
  const { removeNamespaces } = serverWith({ ada: 0, bob: 99 }, ['eve']);
  expect([...(await removeNamespaces(['eve', 'ada', 'bob'], options))]).toEqual([
    ['eve', 'forbidden'],
    ['bob', 'still Terminating'],
  ]);
});
