// Taking a cluster of GKE down: only our own, however busy it is, and not before it is gone.
import { beforeEach, expect, test } from 'vitest';
import type { Container, GkeOperation } from '../../../../tasks/clusters/gke/api/container.ts';
import { downSteps, tearDown } from '../../../../tasks/clusters/gke/down.ts';
import type { SingleStep } from '../../../../tasks/steps/types.ts';
import { clusterName, doorTo, fakeContainer, operation, ours, type Project, refused, runOf } from './fake-container.ts';
import { gkeProfile } from './profiles.ts';

const profile = await gkeProfile('gke');
let project: Project;
let run: ReturnType<typeof runOf>;

beforeEach(() => {
  project = { cluster: ours('RUNNING'), operations: [], calls: [] };
  run = runOf(profile);
});

/** An operation that ends at the second look; with it goes the cluster, if it succeeds. */
function end(id: string, how: GkeOperation = {}): GkeOperation {
  const begun = operation(id, 'RUNNING');
  let looks = 0;
  Object.defineProperty(begun, 'status', {
    get: () => {
      looks += 1;
      if (looks < 3) return 'RUNNING';
      Object.assign(begun, how);
      if (!how.error) project.cluster = undefined;
      return 'DONE';
    },
  });
  project.operations.push(begun);
  return begun;
}

const down = (container: Container) => tearDown(profile, run.context, run.out, doorTo(container));
const count = (method: string) => project.calls.filter((call) => call === method).length;
const [deletes] = downSteps(profile, doorTo(fakeContainer({ operations: [], calls: [] }))) as [SingleStep];

test('the cluster is deleted by its whole name, and gone afterwards', async () => {
  const names: string[] = [];
  const google = fakeContainer(project, {
    deleteCluster: (name) => {
      names.push(name);
      project.cluster = ours('STOPPING');
      return end('operation-9');
    },
  });
  await down(google);
  expect(names).toEqual([clusterName]);
  expect(project.calls.at(-1)).toBe('getCluster');
});

test.each(['PROVISIONING', 'RECONCILING', 'ERROR', 'DEGRADED'])('one in %s is deleted, too', async (status) => {
  project.cluster = ours(status);
  await down(fakeContainer(project, { deleteCluster: () => end('operation-9') }));
  expect(count('deleteCluster')).toBe(1);
});

test('one that is busy is waited for, whatever becomes of that operation, then deleted', async () => {
  let tries = 0;
  const google = fakeContainer(project, {
    deleteCluster: () => {
      tries += 1;
      if (tries > 1) return end('operation-9');
      end('operation-7', { error: { code: 13, message: 'it failed' } });
      throw refused('FAILED_PRECONDITION', 'Cluster is running incompatible operation operation-7.');
    },
  });
  await down(google);
  expect(tries).toBe(2);
  expect(run.lines).toContain('the cluster is busy; waiting for operation-7');
});

test('one that someone else deletes is waited for, and not deleted again', async () => {
  project.cluster = ours('STOPPING');
  end('operation-5');
  await down(fakeContainer(project));
  expect(project.cluster).toBeUndefined();
});

test('a cluster that disappeared in between counts as deleted', async () => {
  const google = fakeContainer(project, {
    deleteCluster: () => {
      throw refused('NOT_FOUND', 'Not found');
    },
  });
  await down(google);
  expect(count('deleteCluster')).toBe(1);
});

test('after a lost answer firesteel looks before a second request', async () => {
  const google = fakeContainer(project, {
    deleteCluster: () => {
      project.cluster = ours('STOPPING');
      end('operation-9');
      throw refused('UNAVAILABLE', 'Connection dropped');
    },
  });
  await down(google);
  expect(count('deleteCluster')).toBe(1);
});

test('a deletion that ends with an error is a failure', async () => {
  const google = fakeContainer(project, {
    deleteCluster: () => end('operation-9', { error: { code: 13, message: 'could not delete the network' } }),
  });
  await expect(down(google)).rejects.toThrow('cannot delete cluster gke: could not delete the network (INTERNAL)');
  expect(count('deleteCluster')).toBe(1);
});

test('a refusal is shown unchanged', async () => {
  const google = fakeContainer(project, {
    deleteCluster: () => {
      throw refused('PERMISSION_DENIED', 'Required "container.clusters.delete" permission(s) for "x".');
    },
  });
  await expect(down(google)).rejects.toThrow(
    'cannot delete cluster gke: you lack permission container.clusters.delete of project spark-class',
  );
});

test('someone else’s cluster stays', async () => {
  project.cluster = { name: 'gke', status: 'RUNNING', resourceLabels: { 'managed-by': 'terraform' } };
  const google = fakeContainer(project);
  const [step] = downSteps(profile, doorTo(google)) as [SingleStep];
  expect(await step.skip?.(run.context)).toBe('not made by firesteel, so it stays');
  await down(google);
  expect(new Set(project.calls)).toEqual(new Set(['getCluster']));
});

test('a missing cluster needs no deletion', async () => {
  expect(await deletes.skip?.(run.context)).toBe('no such cluster');
});
