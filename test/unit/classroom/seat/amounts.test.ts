// What a seat may take.
import { describe, expect, test } from 'vitest';
import { seatAmounts, seatLimits, seatQuotas } from '../../../../tasks/classroom/seat/amounts.ts';
import { quantityValue } from '../../../../tasks/kube/quantity.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';

const gib = 2 ** 30;
const mib = 2 ** 20;

describe('a seat of the usual size', async () => {
  const profile = await readProfile('local', []);

  test('reads with its notebook server, and computes with a driver and two executors beside it', () => {
    const executor = (512 + 384) * mib;
    expect(seatAmounts(profile)).toEqual({
      reading: { cpu: 200, memory: gib, pods: 1 },
      computing: { cpu: 200 + 3 * 200, memory: gib + 3 * executor, pods: 4 },
      job: [1, 2, 3].map(() => ({ cpu: 200, memory: executor, pods: 1 })),
    });
  });

  test('has a quota that holds what computes, and another for pods with a deadline', () => {
    const { pods, podsWithDeadline } = seatQuotas(profile);
    expect(pods).toEqual({
      'requests.cpu': '800m',
      'requests.memory': '3712Mi',
      'limits.memory': '3712Mi',
      pods: '6',
    });
    expect(podsWithDeadline).toMatchObject({ 'requests.cpu': '200m', pods: '1' });
  });

  test('has no address that the outside reaches', () =>
    expect(seatQuotas(profile).objects).toMatchObject({ 'services.nodeports': '0', 'services.loadbalancers': '0' }));

  test('fills no more of a disk than its pods may, each with a limit it has not named', () => {
    expect(seatLimits(profile)[0]).toMatchObject({
      default: { 'ephemeral-storage': '2Gi' },
      defaultRequest: { 'ephemeral-storage': '0' },
      max: { 'ephemeral-storage': '2Gi' },
    });
    // Six pods, and one with a deadline.
    expect(seatQuotas(profile).objects).toMatchObject({ 'limits.ephemeral-storage': '14Gi' });
  });

  test('lets no container take more than the notebook server', () =>
    expect(seatLimits(profile)).toContainEqual(
      expect.objectContaining({ type: 'Container', max: expect.objectContaining({ memory: '1Gi' }) }),
    ));
});

test('sizes that are no number of MiB fit in the limits and quotas of their seat', async () => {
  const profile = await readProfile('local', [
    ...['classroom.seat.memory=1G', 'classroom.seat.storage=1G', 'classroom.seat.scratch=1G'],
    'classroom.seat.executors.count=0',
  ]);
  const bytesOf = (text: unknown) => quantityValue(`${text}`) ?? 0;
  const [container] = seatLimits(profile) as { max: { memory: string } }[];
  expect(bytesOf(container?.max.memory)).toBeGreaterThanOrEqual(10 ** 9);
  const { pods, objects } = seatQuotas(profile);
  expect(bytesOf(pods['limits.memory'])).toBeGreaterThanOrEqual(seatAmounts(profile).computing['memory'] ?? 0);
  expect(bytesOf(objects['requests.storage'])).toBeGreaterThanOrEqual(3 * 10 ** 9);
});

test('jobs are counted as the profile sizes them', async () => {
  const profile = await readProfile('local', [
    'classroom.seat.executors.count=1',
    'spark.conf.spark.executor.memory=2g',
  ]);
  const { reading, computing } = seatAmounts(profile);
  // Two fifths of the heap are for Python.
  expect((computing['memory'] ?? 0) - (reading['memory'] ?? 0)).toBe((512 + 384 + 2048 + 819) * mib);
});
