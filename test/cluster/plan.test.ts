// A run does exactly what its dry run has shown: the changes of the one against the API server's own log of the other.

import { expect, test } from 'vitest';
import { accessSteps } from '../../tasks/access/ready-cluster.ts';
import { createExec } from '../../tasks/core/exec.ts';
import { createFileVerbs } from '../../tasks/core/files/changes.ts';
import { history } from '../../tasks/history.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Context, Step } from '../../tasks/steps/types.ts';
import { type AuditEvent, writesIn } from '../audit-log.ts';
import { dryRunEvents, plannedWrites } from '../dry-run.ts';
import { planFor } from '../plan-of.ts';
import { connect, controlPlane, needControlPlane, patchBySomebody } from './harness.ts';

needControlPlane();

let namespaces = 0;

/** A profile whose namespace is not there yet. */
function newProfile(): Profile {
  const namespace = `plan-${process.pid}-${namespaces++}`;
  return { ...profileSchema.parse({ namespace }), name: 'local', clusterName: 'local' };
}

const { signal } = new AbortController();
const exec = createExec(signal);

const contextOf = (profile: Profile): Context =>
  ({
    profile,
    kube: connect(),
    cluster: {},
    read: exec,
    run: exec,
    change: (_: unknown, action: () => Promise<unknown>) => action(),
    ...createFileVerbs(signal),
    signal,
    state: { image: 'spark:4.3.0-x' },
  }) as unknown as Context;

/** What of deploy and of history up is objects; nothing here starts their pods. */
async function stepsOf(profile: Profile): Promise<Step[]> {
  const { steps } = await planFor(history, profile, ['up']);
  return [accessSteps(profile), ...steps.filter(({ title }) => title === 'Start the history server')];
}

/** What a dry run says it would write, as `create roles ns/name`. */
const planned = async (profile: Profile): Promise<string[]> =>
  plannedWrites(await dryRunEvents(await stepsOf(profile), contextOf(profile)));

/** What a run has written, by the server's log. */
async function written(profile: Profile): Promise<string[]> {
  // The API server itself writes an event where its check of cluster addresses meets a new Service.
  const isMeant = ({ objectRef, user }: AuditEvent) =>
    objectRef?.namespace === profile.namespace && user.username !== 'system:apiserver';
  const writes = () => writesIn(controlPlane.auditLog, isMeant);
  const before = writes().length;
  const { failure } = await runSteps(await stepsOf(profile), contextOf(profile), { report: () => {}, abort: () => {} });
  expect(failure).toBeUndefined();
  return writes().slice(before);
}

test('the first run makes what its dry run shows, in that order, and the second shows and writes nothing', async () => {
  const profile = newProfile();
  const plan = await planned(profile);
  expect(plan[0]).toBe(`create namespaces ${profile.namespace}`);
  expect(plan.length).toBeGreaterThan(5);
  expect(await written(profile)).toEqual(plan);
  expect(await planned(profile)).toEqual([]);
  expect(await written(profile)).toEqual([]);
});

test('one object that somebody changed is all that the next run writes', async () => {
  const profile = newProfile();
  await written(profile);
  const path = `/api/v1/namespaces/${profile.namespace}/services/spark-history`;
  await patchBySomebody(path, 'merge-patch+json', {
    metadata: { labels: { 'app.kubernetes.io/managed-by': null } },
  });
  const plan = await planned(profile);
  expect(plan).toEqual([`change services ${profile.namespace}/spark-history`]);
  expect(await written(profile)).toEqual(plan);
  expect(await planned(profile)).toEqual([]);
});
