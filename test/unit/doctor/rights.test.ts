// What doctor says of a user's rights, by what is in the cluster already.
import { expect, test } from 'vitest';
import { clusters } from '../../../tasks/clusters/index.ts';
import type { Kube } from '../../../tasks/kube/types.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import type { Cluster } from '../../../tasks/steps/cluster.ts';
import { look } from '../../check-of.ts';
import { memoryKube } from '../../fakes/memory-kube.ts';
import { plainContext } from '../../plain-context.ts';

const profile = await readProfile('local', []);
const cluster: Cluster = {
  ...clusters.local,
  status: async () => ({ state: 'running', detail: 'up', components: [] }),
};

/** A user who may do nothing, where these objects of deploy are in place. */
const contextOf = (isApplied: Kube['isApplied']) =>
  plainContext({
    profile,
    cluster,
    kube: {
      ...memoryKube([]).kube,
      raw: async () => JSON.stringify({ gitVersion: 'v1.36.0' }),
      can: async () => false,
      isApplied,
    },
  });

test('deploy needs no rights for objects that an administrator has applied', async () => {
  expect(
    await look(
      'rights-deploy',
      contextOf(async () => true),
    ),
  ).toMatchObject({
    state: 'ok',
    seen: 'all that it makes is there already',
  });
});

test('deploy needs the rights where one object is not in place', async () => {
  const context = contextOf(async ({ kind }) => kind !== 'RoleBinding');
  expect(await look('rights-deploy', context)).toMatchObject({
    state: 'partial',
    seen: `you may not get, create, patch serviceaccounts in ${profile.namespace}`,
  });
  expect(
    await look(
      'rights-submit',
      contextOf(async () => true),
    ),
  ).toMatchObject({ state: 'partial' });
});
