// What a cluster of GKE looks like from here: its state, its kubeconfig, its bill, and an operation in a line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { progressLine } from '../../../../tasks/clusters/gke/api/operations.ts';
import { gkeSource, kubeconfigOf, pluginUser, writeKubeconfig } from '../../../../tasks/clusters/gke/kubeconfig.ts';
import { creationCosts, deletions, runningCosts } from '../../../../tasks/clusters/gke/prices.ts';
import { gkeStatus } from '../../../../tasks/clusters/gke/status.ts';
import { readYaml } from '../../../../tasks/core/yaml.ts';
import { execUser } from '../../../../tasks/kube/kubeconfig/exec-credential.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { doorTo, fakeContainer, operation, ours, type Project, refused, runOf } from './fake-container.ts';
import { gkeProfile } from './profiles.ts';

const profile = await gkeProfile('gke');
const kept = { XDG_DATA_HOME: process.env['XDG_DATA_HOME'], PATH: process.env['PATH'] };
const name = 'gke_spark-class_europe-west1-b_gke';
const running = ours('RUNNING', {
  endpoint: '203.0.113.9',
  masterAuth: { clusterCaCertificate: 'Y2E=' },
  currentNodeCount: 3,
  currentMasterVersion: '1.34.1-gke.1',
});
let project: Project;
let context: Context;
let run: ReturnType<typeof runOf>;

beforeEach(() => {
  project = { operations: [], calls: [] };
  run = runOf(profile);
  context = run.context;
});
afterAll(() => {
  for (const [key, value] of Object.entries(kept))
    if (value === undefined) delete process.env[key];
    else process.env[key] = value;
});

describe('status', () => {
  const raw = (answer: () => Promise<string>) => ({ ...context, kube: { raw: answer } }) as unknown as Context;

  test.each([
    [undefined, 'absent', 'GKE has no such cluster in europe-west1-b'],
    [{ name: 'gke', status: 'RUNNING' }, 'broken', 'it was not made by firesteel'],
    [ours('PROVISIONING'), 'broken', 'it is being created; deploy waits for it'],
    [ours('STOPPING'), 'broken', 'it is being deleted'],
    [ours('ERROR', { statusMessage: 'no room' }), 'broken', 'error: no room; delete it: firesteel destroy'],
    [running, 'running', '3 nodes, Kubernetes 1.34.1-gke.1, europe-west1-b'],
    [
      { ...running, status: 'RECONCILING' },
      'running',
      '3 nodes, Kubernetes 1.34.1-gke.1, europe-west1-b, being changed by Google',
    ],
  ])('of %j is %s', async (cluster, state, detail) => {
    project.cluster = cluster as typeof running;
    const seen = await gkeStatus(
      raw(async () => 'ok'),
      doorTo(fakeContainer(project)),
    );
    expect(seen).toMatchObject({ state, detail });
  });

  test('reports an API that does not answer, and a refusal of Google', async () => {
    project.cluster = running;
    const silent = raw(() => Promise.reject(new Error('no answer')));
    expect(await gkeStatus(silent, doorTo(fakeContainer(project)))).toMatchObject({
      state: 'broken',
      detail: expect.stringMatching(/, but no answer$/),
    });
    const google = fakeContainer(project, {
      getCluster: () => {
        throw refused('PERMISSION_DENIED', 'x', 'SERVICE_DISABLED' as never);
      },
    });
    expect((await gkeStatus(silent, doorTo(google))).state).toBe('broken');
  });
});

describe('the kubeconfig', () => {
  test('has gcloud’s names, and no token', () => {
    expect(kubeconfigOf(name, running, execUser('google'))).toMatchObject({
      clusters: [{ name, cluster: { server: 'https://203.0.113.9', 'certificate-authority-data': 'Y2E=' } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    });
    expect(gkeSource(profile).context).toBe(name);
  });

  test('is refused while the cluster has no address', () =>
    expect(() => kubeconfigOf(name, ours('PROVISIONING'), {})).toThrow('cluster gke has no address yet'));

  test('is written once, for its owner alone, and asks firesteel itself for tokens', async () => {
    project.cluster = running;
    const step = writeKubeconfig(profile, doorTo(fakeContainer(project)));
    process.env['PATH'] = '/nowhere';
    expect(await step.skip?.(context)).toBe(false);
    await step.run(context, run.out);
    expect(await step.skip?.(context)).toBe('up to date');
    const text = readFileSync(gkeSource(profile).path, 'utf8');
    const { users } = readYaml(text).value as { users: { user: ReturnType<typeof execUser> }[] };
    expect(users[0]?.user).toEqual(execUser('google'));
    expect(text).toMatch(/credential\n\s+- google\n/);
    expect(text).not.toMatch(/token/);
  });

  test.each([
    ['ada@example.com', true],
    ['(unset)', false],
  ])('asks Google’s plug-in where gcloud knows someone: %s', async (account, isPlugin) => {
    project.cluster = running;
    const folder = mkdtempSync(join(tmpdir(), 'fs-plugin-'));
    for (const program of ['gcloud', 'gke-gcloud-auth-plugin'])
      writeFileSync(join(folder, program), `#!/bin/sh\necho '${account}'\n`, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${kept.PATH}`;
    await writeKubeconfig(profile, doorTo(fakeContainer(project))).run(context, run.out);
    const { users } = readYaml(readFileSync(gkeSource(profile).path, 'utf8')).value as { users: { user: object }[] };
    expect(users[0]?.user).toEqual(isPlugin ? pluginUser : execUser('google'));
    rmSync(folder, { recursive: true });
  });
});

describe('the bill', () => {
  const door = () => doorTo(fakeContainer(project));

  test('is reported before, while there is no cluster', async () => {
    expect((await creationCosts(context, door())).join('\n')).toMatch(
      /^cluster gke in europe-west1-b of project spark-class:\n3 × e2-standard-2[\s\S]*an hour/,
    );
    project.cluster = running;
    expect(await creationCosts(context, door())).toEqual([]);
  });

  test('ends with what is deleted, and never with what is not ours', async () => {
    expect(await deletions(context, door())).toEqual([]);
    project.cluster = running;
    expect(await deletions(context, door())).toEqual([
      'cluster gke in europe-west1-b of project spark-class (3 nodes, Kubernetes 1.34.1-gke.1, europe-west1-b), and everything in it',
    ]);
    project.cluster = { ...running, resourceLabels: {} };
    expect(await deletions(context, door())).toEqual([]);
    expect(await runningCosts(context, door())).toEqual([]);
  });

  test('is shown after every run, with the command that ends it', async () => {
    project.cluster = running;
    const lines = await runningCosts(context, door());
    expect(lines.join('\n')).toMatch(
      /^Running costs: cluster gke .* \(running\): .*USD an hour[\s\S]*firesteel destroy/,
    );
  });
});

describe('an operation in a line', () => {
  const metric = (of: string, intValue: string) => ({ name: of, intValue });
  test.each([
    [operation('o', 'PENDING'), 'pending'],
    [operation('o', 'RUNNING', { detail: 'Waiting for nodes' }), 'running (Waiting for nodes)'],
    [
      operation('o', 'RUNNING', {
        progress: {
          metrics: [metric('CLUSTER_CONFIGURING', '3'), metric('CLUSTER_CONFIGURING_TOTAL', '5'), metric('X', '1')],
        },
      }),
      'running: cluster configuring 3/5',
    ],
    [
      operation('o', 'RUNNING', {
        progress: {
          metrics: [metric('DONE_ALREADY', '4'), metric('DONE_ALREADY_TOTAL', '4')],
          stages: [
            { name: 'DEPLOYING', status: 'DONE' },
            {
              name: 'HEALTH_CHECKING',
              status: 'RUNNING',
              metrics: [metric('NODES', '2'), metric('NODES_TOTAL', '3')],
            },
          ],
        },
      }),
      'running: health checking nodes 2/3',
    ],
  ])('%#', (seen, line) => expect(progressLine(seen)).toBe(line));
});
