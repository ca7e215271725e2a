// New settings end no session that may be open.
import { expect, test } from 'vitest';
import { serverObjects } from '../../../tasks/connect/objects.ts';
import { keepSessions } from '../../../tasks/connect/start.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

const profile = await readProfile('local', []);

test.each<[string, object, string]>([
  [
    'serves is kept',
    { updatedReplicas: 1, readyReplicas: 1 },
    'connect serves, and its pages do not answer: sessions may be open, which would end',
  ],
  [
    'never became ready is replaced',
    { updatedReplicas: 1 },
    'the server does not answer: firesteel replaces the server',
  ],
])('a server whose pages do not answer and that %s', async (_, status, said) => {
  const request = { profile, object: 'connect', image: 'spark:1', chosen: {}, user: 'ada', pullSecrets: [] };
  const objects = (await serverObjects(request)).map(
    (one): Manifest => (one.kind === 'Deployment' ? { ...one, status } : one),
  );
  const kube = {
    ...memoryKube(objects).kube,
    isApplied: async () => false,
    forward: () => Promise.reject(new Error('no answer')),
  };
  const lines: string[] = [];
  const context = plainContext({ profile, kube, state: { image: 'spark:2' } });
  await Promise.resolve(
    keepSessions('connect', 'firesteel connect down').run(context, { line: (text) => lines.push(text) }),
  ).catch(({ message, hint }) => {
    lines.push(message);
    expect(hint).toBe('run the command again, or stop the server with firesteel connect down first');
  });
  expect(lines).toEqual([said]);
});
