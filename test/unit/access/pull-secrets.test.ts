// The secrets by which a server's pod pulls its image: of the account and of the profile, each once.
import { expect, test } from 'vitest';
import { pullSecretsOf } from '../../../tasks/access/pull-secrets.ts';
import type { Manifest } from '../../../tasks/kube/types.ts';
import { type Profile, profileSchema } from '../../../tasks/profile/schema.ts';
import type { Context } from '../../../tasks/steps/types.ts';

test.each<[of: string[] | undefined, named: string, expected: string[]]>([
  [undefined, '', []],
  [['a'], '', ['a']],
  [undefined, 'b', ['b']],
  [['a'], 'b', ['a', 'b']],
  [['a', 'b'], 'b, c,c', ['a', 'b', 'c']],
])('account %j and profile %j make %j', async (of, named, expected) => {
  const account = of && { kind: 'ServiceAccount', imagePullSecrets: of.map((name) => ({ name })) };
  const conf = named ? { 'spark.kubernetes.container.image.pullSecrets': named } : {};
  const profile: Profile = { ...profileSchema.parse({ spark: { conf } }), name: 'x', clusterName: 'x' };
  const context = { profile, kube: { get: async () => account as unknown as Manifest } } as unknown as Context;
  expect(await pullSecretsOf(context)).toEqual(expected.map((name) => ({ name })));
});
