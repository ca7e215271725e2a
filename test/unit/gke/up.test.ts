// Bringing a cluster of GKE up: made once, whatever gets lost, whoever else is at it, and told clearly where it cannot be.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Container, GkeOperation } from '../../../tasks/clusters/gke/container.ts';
import type { Door } from '../../../tasks/clusters/gke/google.ts';
import { operationFile, storedOperation } from '../../../tasks/clusters/gke/operations.ts';
import { bringUp, createCluster } from '../../../tasks/clusters/gke/up.ts';
import { Failure } from '../../../tasks/lib/failure.ts';
import { writeFiles } from '../../../tasks/lib/files.ts';
import { doorTo, fakeContainer, operation, ours, type Project, refused, runOf } from './fake-container.ts';
import { gkeProfile } from './profiles.ts';

const profile = await gkeProfile('gke');
const home = process.env['XDG_DATA_HOME'];
let project: Project;
let run: ReturnType<typeof runOf>;

beforeAll(() => rmSync(operationFile(profile), { force: true }));
beforeEach(() => {
  project = { operations: [], calls: [] };
  run = runOf(profile);
});
afterAll(() => {
  if (home === undefined) delete process.env['XDG_DATA_HOME'];
  else process.env['XDG_DATA_HOME'] = home;
});

/** Google begins: the cluster is there, and an operation that ends after some looks. */
function begin(looks = 2, end: GkeOperation = {}): GkeOperation {
  const begun = operation('operation-1', 'RUNNING');
  project.cluster = ours('PROVISIONING');
  project.operations.push(begun);
  let left = looks;
  Object.defineProperty(begun, 'status', {
    get: () => {
      left -= 1;
      if (left > 0) return 'RUNNING';
      if (project.cluster?.status === 'PROVISIONING') project.cluster = ours(end.error ? 'ERROR' : 'RUNNING');
      Object.assign(begun, end);
      return 'DONE';
    },
  });
  return begun;
}

const up = (container: Container, more: Partial<Door> = {}) =>
  bringUp(profile, run.context, run.out, doorTo(container, more));
const failureOf = (ended: Promise<unknown>): Promise<Failure> =>
  ended.then(
    () => expect.unreachable('it ended well'),
    (error) => {
      expect(error).toBeInstanceOf(Failure);
      return error as Failure;
    },
  );
const count = (method: string) => project.calls.filter((call) => call === method).length;

describe('a cluster that is not there', () => {
  test('is created once, and its operation written down before it is waited for', async () => {
    let stored: string | undefined;
    const google = fakeContainer(project, {
      createCluster: () => begin(),
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
        begin();
        throw refused('DEADLINE_EXCEEDED', 'Deadline exceeded');
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
    expect(run.lines).toContain('no answer to the creation; looking what has come of it');
  });

  test('is not created again if the cluster shows up only a few looks after the lost answer', async () => {
    let looks = 0;
    const google = fakeContainer(project, {
      createCluster: () => {
        throw refused('UNAVAILABLE', 'Connection dropped');
      },
      getCluster: () => {
        looks += 1;
        if (looks === 4) begin();
        return project.cluster;
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
  });

  test('is asked for again once several looks after a lost question found nothing', async () => {
    let tries = 0;
    const google = fakeContainer(project, {
      createCluster: () => {
        tries += 1;
        if (tries === 1) throw refused('UNAVAILABLE', 'Connection dropped');
        return begin();
      },
    });
    await up(google);
    expect(project.calls.join(' ')).toMatch(/createCluster( getCluster listOperations){4} .*createCluster/);
    expect(tries).toBe(2);
  });

  test('is asked for three times at most', async () => {
    const google = fakeContainer(project, {
      createCluster: () => {
        throw refused('UNAVAILABLE', 'Connection dropped');
      },
    });
    const { message } = await failureOf(up(google));
    expect(message).toBe('cannot create cluster gke: Google cannot be reached: Connection dropped');
    expect(count('createCluster')).toBe(3);
  });

  test('that somebody else begins at the same moment is waited for', async () => {
    const google = fakeContainer(project, {
      createCluster: () => {
        begin();
        throw refused('ALREADY_EXISTS', 'Already exists: projects/spark-class/…/clusters/gke.');
      },
    });
    await up(google);
    expect(count('createCluster')).toBe(1);
    expect(run.lines.join('\n')).toContain("going on with operation-1, begun by somebody else's run");
  });
});

describe('what is under way', () => {
  test('is gone on with by the next run, which creates nothing', async () => {
    begin(3);
    await writeFiles([storedOperation(profile, 'operation-1')]);
    await up(fakeContainer(project));
    expect(run.lines).toContain('it is being created: going on with operation-1');
  });

  test('is gone on with even where no cluster is seen yet', async () => {
    const begun = begin(4);
    project.cluster = undefined;
    await writeFiles([storedOperation(profile, 'operation-1')]);
    const google = fakeContainer(project, {
      getCluster: () => (project.calls.includes('getOperation') ? ours('RUNNING') : undefined),
    });
    await up(google);
    expect(run.lines).toContain(`going on with ${begun.name}`);
  });

  test('is left to Google by Ctrl-C, which says so', async () => {
    const google = fakeContainer(project, { createCluster: () => begin(1000) });
    const ended = failureOf(up(google));
    setTimeout(() => run.controller.abort(new Failure('interrupted', { exitCode: 130 })), 20);
    const { message, hint, exitCode } = await ended;
    expect(message).toBe('interrupted: the creation of cluster gke (operation-1) goes on at Google');
    expect(hint).toContain('run the same command again, which waits for it, or firesteel destroy');
    expect(exitCode).toBe(130);
    expect(existsSync(operationFile(profile))).toBe(true);
  });

  test('is written down even if Ctrl-C comes before Google’s answer', async () => {
    const google = fakeContainer(project, {
      createCluster: async () => {
        run.controller.abort(new Failure('interrupted', { exitCode: 130 }));
        return begin(1000);
      },
    });
    const { message } = await failureOf(up(google));
    expect(message).toContain('(operation-1) goes on at Google');
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
    expect(message).toBe('interrupted: perhaps the creation of cluster gke goes on at Google');
  });

  test('outlives a Google that is out of reach for a while', async () => {
    let looks = 0;
    const google = fakeContainer(project, {
      createCluster: () => begin(),
      getOperation: () => {
        looks += 1;
        if (looks < 4) throw refused('UNAVAILABLE', 'No connection established');
        return project.operations[0];
      },
    });
    await up(google);
    expect(run.lines).toContain('Google cannot be reached; asking again');
  });

  test('is given up when Google stays out of reach', async () => {
    const google = fakeContainer(project, {
      createCluster: () => begin(),
      getOperation: () => {
        throw refused('UNAVAILABLE', 'No connection established');
      },
    });
    const { message, hint } = await failureOf(up(google));
    expect(message).toBe('cannot ask for operation-1: Google cannot be reached: No connection established');
    expect(hint).toContain('it goes on where it was');
  });

  test('and changes a cluster that is there, is waited for, however it ends', async () => {
    begin(3, { error: { code: 13, message: 'upgrade failed' } });
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

describe('a cluster that cannot be', () => {
  const stockout =
    'Google Compute Engine: Not all instances running in IGM. Current errors: [GCE_STOCKOUT]: The zone does not have enough resources available to fulfill the request.';

  test('is told by the operation that ended with an error', async () => {
    const google = fakeContainer(project, {
      createCluster: () =>
        begin(2, {
          error: { code: 8, message: stockout },
          clusterConditions: [{ code: 'GCE_STOCKOUT', canonicalCode: 'RESOURCE_EXHAUSTED', message: stockout }],
        }),
    });
    const { message, hint } = await failureOf(up(google));
    expect(message).toMatch(/^cannot create cluster gke: Google has no machines of that kind left there: /);
    expect(hint).toContain('gke.location');
    expect(count('createCluster')).toBe(1);
  });

  test('is told by an operation that ended with an error of unknown kind, and not tried again', async () => {
    const google = fakeContainer(project, {
      createCluster: () => begin(2, { error: { code: 13, message: 'An internal error has occurred.' } }),
    });
    const { message } = await failureOf(up(google));
    expect(message).toBe('cannot create cluster gke: An internal error has occurred. (INTERNAL)');
    expect(count('createCluster')).toBe(1);
  });

  test.each([
    ['a quota', 'PERMISSION_DENIED', 'Insufficient regional quota to satisfy request: resource "CPUS".', /quota CPUS/],
    ['a role', 'PERMISSION_DENIED', 'Required "container.clusters.create" permission(s).', /lack permission/],
  ] as const)('is told by the refusal for want of %s, and not tried again', async (_, code, said, line) => {
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
    expect(message).toMatch(new RegExp(`^cannot use cluster gke, which is in ${status}: Google has no machines`));
    expect(hint).toMatch(/^firesteel destroy, then /);
    expect(project.calls).toEqual(['getCluster']);
  });

  test('has a version that Google does not have, and that is told before anything is made', async () => {
    const old = await gkeProfile('gke', 'gke.version=1.29');
    const google = fakeContainer(project, {
      getServerConfig: () => ({ channels: [{ channel: 'REGULAR', validVersions: ['1.34.1-gke.1', '1.33.5-gke.2'] }] }),
    });
    const ended = failureOf(bringUp(old, run.context, run.out, doorTo(google)));
    expect((await ended).message).toBe('gke.version 1.29 is not in release channel REGULAR of europe-west1-b');
    expect((await ended).hint).toContain('1.34, 1.33');
  });
});

describe('somebody else’s cluster of that name', () => {
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

test('a cluster that runs is nothing to do', async () => {
  project.cluster = ours('RUNNING');
  const step = createCluster(profile, doorTo(fakeContainer(project)));
  expect(await step.skip?.(run.context)).toBe('gke runs');
});

test('a cluster that is being deleted is waited for, then made anew', async () => {
  project.cluster = ours('STOPPING');
  project.operations = [operation('operation-0', 'RUNNING')];
  const google = fakeContainer(project, {
    getOperation: (name) => {
      if (!name.endsWith('operation-0')) return project.operations[0];
      project.cluster = undefined;
      project.operations = [];
      return undefined;
    },
    createCluster: () => begin(),
  });
  await up(google);
  expect(count('createCluster')).toBe(1);
});
