// Whose Connect server it is: a second person of the namespace is sent to a separate one.
import { expect, test } from 'vitest';
import { serverObjects } from '../../../tasks/connect/objects.ts';
import { endsOfOther, nameFor, verifyOwner } from '../../../tasks/connect/owner.ts';
import { connectWith } from '../../../tasks/connect.ts';
import { userName } from '../../../tasks/core/user.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { serverNameProblems } from '../../../tasks/servers/names.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';
import { planFor } from '../../plan-of.ts';

const profile = await readProfile('local', []);
const startedBy = async (user: string) => {
  const request = { profile, object: 'connect', image: 'spark:1', chosen: {}, user, pullSecrets: [] };
  return plainContext({ profile, kube: memoryKube(await serverObjects(request)).kube });
};
const out = { line: () => {} };

test('a server of someone else is refused, with the name that helps', async () => {
  const failure = await Promise.resolve(verifyOwner('connect').run(await startedBy('someone'), out)).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    message: 'connect is the server of someone: all its sessions share one JVM and one token',
    hint: `start a separate server: firesteel connect up --name ${nameFor(userName())}`,
  });
  expect(await endsOfOther(await startedBy('someone'), 'connect')).toEqual([
    'Connect server connect of someone, with its sessions',
  ]);
});

test('an own server, and none, are no problem', async () => {
  await verifyOwner('connect').run(await startedBy(userName()), out);
  await verifyOwner('connect-x').run(await startedBy('someone'), out);
  expect(await endsOfOther(await startedBy(userName()), 'connect')).toEqual([]);
});

test.each(['up', 'open'])('%s checks whose server it is', async (action) => {
  const { steps } = await planFor(connectWith(), profile, [action]);
  expect(steps.map(({ title }) => title)).toContain('Check whose server it is');
});

test.each(['Ada Lovelace', 'ada', 'an.extremely-long-name@example.org', 'домен'])(
  'the name for %s is one that a server can have',
  (user) => expect(serverNameProblems(nameFor(user))).toEqual([]),
);
