// What connect takes and refuses.
import { expect, test } from 'vitest';
import { type ConnectFlags, connectWith } from '../../tasks/connect.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { planFor } from '../plan-of.ts';

test.each<[ConnectFlags, string, string[], RegExp[]]>([
  [{}, 'up', [], []],
  [{ name: 'ada', port: '15010' }, 'open', [], []],
  [{ name: 'Ada' }, 'status', [], [/^--name Ada: expected at most 20 lower-case/]],
  [{ port: '80' }, 'open', [], [/^--port 80: expected a number from 1024 to 65535$/]],
  [{ port: 'many' }, 'open', [], [/^--port many: expected/]],
  [{}, 'up', ['spark.version=3.5.9'], [/^spark\.version 3\.5\.9: .*use Spark 4\.0 or newer$/]],
  [{}, 'down', ['spark.version=3.5.9'], []],
])('%j %s %j has problems %j', async (flags, action, set, expected) => {
  const profile = await readProfile('local', set);
  const { problems = [] } = await planFor(connectWith(flags), profile, [action]);
  expect(problems).toEqual(expected.map((one) => expect.stringMatching(one)));
});
