// What a run that failed has as its cause, when its executors were refused or had failed.
import { expect, test } from 'vitest';
import { ended, event, ownFollower, pod, running } from './played-run.ts';

const { follow } = ownFollower();

const refusedByQuota =
  'Message: pods "pi-1-exec-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1.';

test('why executors cannot be made is taken from the log of the driver', async () => {
  const { end, states } = await follow(
    [event('ADDED', pod('driver', running)), event('MODIFIED', pod('driver', ended(1)))],
    {
      'pi-1-driver': [refusedByQuota],
    },
  );
  const cause =
    'executors: quota team is full: pods=1 requested, pods=1 used of pods=1; wait for other jobs to end, request less, or raise the quota';
  expect(states).toContain(cause);
  expect(end).toEqual({ exitCode: 1, cause });
});

test.each([
  [
    'an executor that failed long ago',
    ended(52),
    "ModuleNotFoundError: No module named 'pandas'",
    /^driver: Python module/,
  ],
  ['an executor that failed long ago', ended(52), 'KeyError: 7', undefined],
  ['a refusal that was overcome', running, refusedByQuota, undefined],
])('the cause is not %s (%#)', async (_, state, line, cause) => {
  const driver = { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-11-21T16:00:00Z' } };
  const first = pod('executor', state);
  const { terminated: old } = first.status?.containerStatuses?.[0]?.state ?? {};
  if (old) old.finishedAt = '2026-11-21T15:00:00Z';
  const { end } = await follow(
    [
      event('ADDED', pod('driver', running)),
      ...[first, pod('executor', running, 2), pod('executor', running, 3)].map((one) => event('ADDED', one)),
      event('MODIFIED', pod('driver', driver)),
    ],
    { 'pi-1-driver': [line] },
  );
  if (cause) expect(end.cause).toMatch(cause);
  else expect(end).toEqual({ exitCode: 1 });
});
