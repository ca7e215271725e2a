// A cluster of GKE that cannot be brought up: the failure says why, from every source, and nothing is requested again.
import { beforeEach, describe, expect, test } from 'vitest';
import type { Container } from '../../../../tasks/clusters/gke/api/container.ts';
import type { Door } from '../../../../tasks/clusters/gke/api/google.ts';
import { bringUp, createCluster } from '../../../../tasks/clusters/gke/up.ts';
import { begin, doorTo, failureOf, fakeContainer, ours, type Project, refused, runOf } from './fake-container.ts';
import { gkeProfile } from './profiles.ts';

const profile = await gkeProfile('gke');
let project: Project;
let run: ReturnType<typeof runOf>;

beforeEach(() => {
  project = { operations: [], calls: [] };
  run = runOf(profile);
});

const up = (container: Container, more: Partial<Door> = {}) =>
  bringUp(profile, run.context, run.out, doorTo(container, more));
const count = (method: string) => project.calls.filter((call) => call === method).length;

describe('a cluster that cannot be', () => {
  const stockout =
    'Google Compute Engine: Not all instances running in IGM. Current errors: [GCE_STOCKOUT]: The zone does not have enough resources available to fulfill the request.';

  test('is explained by the operation that ended with an error', async () => {
    const google = fakeContainer(project, {
      createCluster: () =>
        begin(project, 2, {
          error: { code: 8, message: stockout },
          clusterConditions: [{ code: 'GCE_STOCKOUT', canonicalCode: 'RESOURCE_EXHAUSTED', message: stockout }],
        }),
    });
    const { message, hint } = await failureOf(up(google));
    expect(message).toMatch(/^cannot create cluster gke: Google has no free machines of that type there: /);
    expect(hint).toContain('gke.location');
    expect(count('createCluster')).toBe(1);
  });

  test('is explained by an operation that ended with an error of unknown kind, and not tried again', async () => {
    const google = fakeContainer(project, {
      createCluster: () => begin(project, 2, { error: { code: 13, message: 'An internal error has occurred.' } }),
    });
    const { message } = await failureOf(up(google));
    expect(message).toBe('cannot create cluster gke: An internal error has occurred. (INTERNAL)');
    expect(count('createCluster')).toBe(1);
  });

  test.each([
    ['a quota', 'PERMISSION_DENIED', 'Insufficient regional quota to satisfy request: resource "CPUS".', /quota CPUS/],
    ['a role', 'PERMISSION_DENIED', 'Required "container.clusters.create" permission(s).', /lack permission/],
  ] as const)('is explained by the refusal for want of %s, and not tried again', async (_, code, said, line) => {
    const google = fakeContainer(project, {
      createCluster: () => {
        throw refused(code, said);
      },
    });
    const { message } = await failureOf(up(google));
    expect(message).toMatch(line);
    expect(count('createCluster')).toBe(1);
  });

  test.each(['ERROR', 'DEGRADED'])('is left alone in %s, with the word to destroy it', async (status) => {
    project.cluster = ours(status, { conditions: [{ code: 'GCE_STOCKOUT', message: 'no resources: stockout' }] });
    const { message, hint } = await failureOf(up(fakeContainer(project)));
    expect(message).toMatch(new RegExp(`^cannot use cluster gke, which is in ${status}: Google has no free machines`));
    expect(hint).toMatch(/^delete the cluster: firesteel destroy; then /);
    expect(project.calls).toEqual(['getCluster']);
  });

  test('has a version that Google does not have, and a failure says so before anything is made', async () => {
    const old = await gkeProfile('gke', 'gke.version=1.29');
    const google = fakeContainer(project, {
      getServerConfig: () => ({ channels: [{ channel: 'REGULAR', validVersions: ['1.34.1-gke.1', '1.33.5-gke.2'] }] }),
    });
    const ended = failureOf(bringUp(old, run.context, run.out, doorTo(google)));
    expect((await ended).message).toBe('gke.version 1.29 is not in release channel REGULAR of europe-west1-b');
    expect((await ended).hint).toContain('1.34, 1.33');
  });
});

describe('someone else’s cluster of that name', () => {
  beforeEach(() => {
    project.cluster = { name: 'gke', status: 'RUNNING', resourceLabels: { team: 'red' } };
  });

  test('is not used', async () => {
    const google = fakeContainer(project);
    expect((await failureOf(up(google))).message).toContain('was not made by firesteel');
    const step = createCluster(profile, doorTo(google));
    await expect(step.skip?.(run.context)).rejects.toThrow('was not made by firesteel');
    expect(new Set(project.calls)).toEqual(new Set(['getCluster']));
  });
});
