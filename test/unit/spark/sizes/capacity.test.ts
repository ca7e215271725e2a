// Sizes of runs on a cluster that is not made yet: what its profile says of its nodes is the room.
import { describe, expect, test } from 'vitest';
import { localCapacity } from '../../../../tasks/clusters/local/cluster.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { roomOf } from '../../../../tasks/spark/sizes/capacity.ts';
import { choose } from './rooms.ts';

describe('a cluster that is not made yet', () => {
  const local = async (...sets: string[]) => {
    const profile = await readProfile('local', sets);
    return roomOf({ ...localCapacity(profile), cores: 2, mebibytes: 24_000 });
  };

  test('fits on a machine of two cores', async () => expect(choose(await local()).lines).toHaveLength(1));

  test('says the keys that make it larger', async () => {
    const small = roomOf({ nodes: 1, cores: 2, mebibytes: 1500, keys: 'minikube.memory' });
    expect(() => choose(small, {}, {}, 'minikube.memory')).toThrow(
      expect.objectContaining({ hint: 'change minikube.memory' }),
    );
  });

  test('fits where nothing is known of its nodes', () =>
    expect(() => choose(roomOf({ nodes: 1, keys: '' }), { 'spark.driver.memory': '99g' })).not.toThrow());

  test('of several nodes has room on each', async () => {
    const three = roomOf({ nodes: 3, cores: 1.93, mebibytes: 6248, keys: '' });
    expect(choose(three).chosen).toEqual({
      'spark.kubernetes.driver.request.cores': '800m',
      'spark.kubernetes.executor.request.cores': '800m',
    });
  });
});
