// Bringing a cluster of GKE up: made once, whatever gets lost, also while another run makes it.
import { existsSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Container } from '../../../../tasks/clusters/gke/api/container.ts';
import type { Door } from '../../../../tasks/clusters/gke/api/google.ts';
import { operationFile, storedOperation } from '../../../../tasks/clusters/gke/api/operations.ts';
import { bringUp, createCluster } from '../../../../tasks/clusters/gke/up.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { writeFiles } from '../../../../tasks/core/files/changes.ts';
import {
  begin,
  doorTo,
  failureOf,
  fakeContainer,
  operation,
  ours,
  type Project,
  refused,
  runOf,
} from './fake-container.ts';
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

describe('a cluster that is not there', () => {
  test('is created once, and its operation written down before it is waited for', async () => {
    let stored: string | undefined;
    const google = fakeContainer(project, {
      createCluster: () => begin(project),
      getOperation: () => {
        stored ??= readFileSync(operationFile(profile), 'utf8');
        return project.operations[0];
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
    expect(JSON.parse(stored ?? '')).toEqual({
      id: 'operation-1',
      parent: 'projects/spark-class/locations/europe-west1-b',
    });
    expect(run.lines).toContain('operation-1 began');
  });

  test('is not created again if the answer got lost and Google has begun', async () => {
    const google = fakeContainer(project, {
      createCluster: () => {
        begin(project);
        throw refused('DEADLINE_EXCEEDED', 'Deadline exceeded');
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
    expect(run.lines).toContain('no answer to the request; checking whether the creation has begun');
  });

  test('is not created again if the cluster appears only after several looks', async () => {
    let looks = 0;
    const google = fakeContainer(project, {
      createCluster: () => {
        throw refused('UNAVAILABLE', 'Connection dropped');
      },
      getCluster: () => {
        looks += 1;
        if (looks === 4) begin(project);
        return project.cluster;
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
  });

  test('is requested again after several looks that found nothing', async () => {
    let tries = 0;
    const google = fakeContainer(project, {
      createCluster: () => {
        tries += 1;
        if (tries === 1) throw refused('UNAVAILABLE', 'Connection dropped');
        return begin(project);
      },
    });
    await up(google);
    expect(project.calls.join(' ')).toMatch(/createCluster( getCluster listOperations){4} .*createCluster/);
    expect(tries).toBe(2);
  });

  test('is requested three times at most', async () => {
    const google = fakeContainer(project, {
      createCluster: () => {
        throw refused('UNAVAILABLE', 'Connection dropped');
      },
    });
    const { message } = await failureOf(up(google));
    expect(message).toBe('cannot create cluster gke: Google cannot be reached: Connection dropped');
    expect(count('createCluster')).toBe(3);
  });

  test('that someone else begins at the same moment is waited for', async () => {
    const google = fakeContainer(project, {
      createCluster: () => {
        begin(project);
        throw refused('ALREADY_EXISTS', 'Already exists: projects/spark-class/…/clusters/gke.');
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
    expect(run.lines.join('\n')).toContain('waiting for operation-1, which another run began');
  });
});

describe('what is under way', () => {
  test('is resumed by the next run, which creates nothing', async () => {
    begin(project, 3);
    await writeFiles([storedOperation(profile, 'operation-1')]);
    await up(fakeContainer(project));
    expect(run.lines).toContain('the cluster is being created: waiting for operation-1');
  });

  test('is resumed even where no cluster is seen yet', async () => {
    const begun = begin(project, 4);
    project.cluster = undefined;
    await writeFiles([storedOperation(profile, 'operation-1')]);
    const google = fakeContainer(project, {
      getCluster: () => (project.calls.includes('getOperation') ? ours('RUNNING') : undefined),
    });
    await up(google);
    expect(run.lines).toContain(`waiting for ${begun.name}`);
  });

  test('is left to Google by Ctrl-C, which says so', async () => {
    const google = fakeContainer(project, { createCluster: () => begin(project, 1000) });
    const ended = failureOf(up(google));
    setTimeout(() => run.controller.abort(new Failure('interrupted', { exitCode: 130 })), 20);
    const { message, hint, exitCode } = await ended;
    expect(message).toBe('interrupted: the creation of cluster gke (operation-1) continues at Google');
    expect(hint).toContain('run the same command again to keep waiting, or delete the cluster: firesteel destroy');
    expect(exitCode).toBe(130);
    expect(existsSync(operationFile(profile))).toBe(true);
  });

  test('is written down even if Ctrl-C comes before Google’s answer', async () => {
    const google = fakeContainer(project, {
      createCluster: async () => {
        run.controller.abort(new Failure('interrupted', { exitCode: 130 }));
        return begin(project, 1000);
      },
    });
    const { message } = await failureOf(up(google));
    expect(message).toContain('(operation-1) continues at Google');
    expect(existsSync(operationFile(profile))).toBe(true);
  });

  test('may have begun, if Ctrl-C comes and no answer', async () => {
    const google = fakeContainer(project, {
      createCluster: () => {
        run.controller.abort(new Failure('interrupted', { exitCode: 130 }));
        return new Promise(() => {});
      },
    });
    const { message } = await failureOf(up(google));
    expect(message).toBe('interrupted: perhaps the creation of cluster gke continues at Google');
  });

  test('outlives a Google that cannot be reached for a while', async () => {
    let looks = 0;
    const google = fakeContainer(project, {
      createCluster: () => begin(project),
      getOperation: () => {
        looks += 1;
        if (looks < 4) throw refused('UNAVAILABLE', 'No connection established');
        return project.operations[0];
      },
    });
    await up(google);
    expect(run.lines).toContain('Google cannot be reached; trying again');
  });

  test('is given up when Google stays out of reach', async () => {
    const google = fakeContainer(project, {
      createCluster: () => begin(project),
      getOperation: () => {
        throw refused('UNAVAILABLE', 'No connection established');
      },
    });
    const { message, hint } = await failureOf(up(google));
    expect(message).toBe('cannot look up operation-1: Google cannot be reached: No connection established');
    expect(hint).toContain('to resume');
  });

  test('and changes a cluster that is there, is waited for, however it ends', async () => {
    begin(project, 3, { error: { code: 13, message: 'upgrade failed' } });
    project.cluster = ours('RECONCILING');
    const google = fakeContainer(project, {
      getOperation: () => {
        project.cluster = ours('RUNNING');
        return project.operations[0];
      },
    });
    await up(google);
    expect(run.lines.join('\n')).toContain('upgrade failed');
  });
});

test('a cluster that runs is nothing to do', async () => {
  project.cluster = ours('RUNNING');
  const step = createCluster(profile, doorTo(fakeContainer(project)));
  expect(await step.skip?.(run.context)).toBe('cluster gke is running');
});

test('a cluster that runs with other nodes is named with its values', async () => {
  const config = { machineType: 'n2-standard-8' };
  project.cluster = ours('RUNNING', { nodePools: [{ name: 'default', initialNodeCount: 3, config }] });
  const step = createCluster(profile, doorTo(fakeContainer(project)));
  expect(await step.skip?.(run.context)).toBe(
    'cluster gke is running, made with gke.machineType n2-standard-8 (profile: e2-standard-2): only a new cluster changes that',
  );
});

test('a cluster that is being deleted is waited for, then made again', async () => {
  project.cluster = ours('STOPPING');
  project.operations = [operation('operation-0', 'RUNNING')];
  const google = fakeContainer(project, {
    getOperation: (name) => {
      if (!name.endsWith('operation-0')) return project.operations[0];
      project.cluster = undefined;
      project.operations = [];
      return undefined;
    },
    createCluster: () => begin(project),
  });
  await up(google);
  expect(count('createCluster')).toBe(1);
});
