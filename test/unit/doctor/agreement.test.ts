// What verbs say before they start, doctor says in the same words.
import { expect, test } from 'vitest';
import { buildWith } from '../../../tasks/build.ts';
import { clusters } from '../../../tasks/clusters/index.ts';
import { deploy } from '../../../tasks/deploy.ts';
import { readProfile } from '../../../tasks/profile/read.ts';
import { look } from '../../check-of.ts';
import { ownFolder } from '../../own-folder.ts';
import { plainContext } from '../../plain-context.ts';
import { planIn } from '../../plan-of.ts';

ownFolder({ XDG_CACHE_HOME: '', XDG_DATA_HOME: '' });

const contextWith = async (...sets: string[]) =>
  plainContext({ profile: await readProfile('local', sets), cluster: clusters.local, read: async () => '' });

test('what keeps the image from being built is the same to doctor and to build', async () => {
  const context = await contextWith('spark.home=/none', 'image.builder=minikube');
  const { problems = [] } = await planIn(buildWith(), context);
  const found = await look('image', context);
  expect(problems.length).toBeGreaterThan(1);
  expect([found.seen, ...(found.more ?? [])]).toEqual(problems);
  expect(found.state).toBe('missing');
});

test('what keeps a cluster of this size from running a job is the same to doctor and to deploy', async () => {
  const context = await contextWith();
  const capacity = () => ({ nodes: 1, cores: 2, mebibytes: 300, keys: 'this machine' });
  const small = { ...context, cluster: { ...clusters.local, capacity } };
  const { problems = [] } = await planIn(deploy, small);
  expect(problems).toHaveLength(1);
  expect(await look('room', small)).toMatchObject({ state: 'missing', seen: problems[0] });
});
