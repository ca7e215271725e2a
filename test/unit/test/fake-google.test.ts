// The fake of Google itself, asked by the real client: what it lets through, what it refuses, and what it counts.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectPath } from '../../../tasks/core/paths.ts';
import { rawClient, rawOperation, rawRequest } from '../../fakes/google/client.ts';
import type { Backing } from '../../fakes/google/clusters.ts';
import { type FakeGoogle, startFakeGoogle } from '../../fakes/google/fake.ts';
import { badEnds, refusals } from '../../fakes/google/faults.ts';

const parent = 'projects/spark-school/locations/europe-west1-b';
const name = `${parent}/clusters/spark`;
const cluster = {
  name: 'spark',
  nodePools: [{ name: 'default', initialNodeCount: 3, config: { machineType: 'e2-standard-2' } }],
  resourceLabels: { 'managed-by': 'firesteel' },
};
const quick = { timeout: 20_000, retry: null };

describe('the fake of Google', { timeout: 30_000 }, () => {
  let folder = '';
  let google: FakeGoogle;
  let started: string[] = [];
  let removed = 0;

  /** What clusters wait for before they come up. */
  let gate: Promise<unknown> = Promise.resolve();

  /** Clusters of nothing. */
  const standIn: Backing = {
    start: async (asked, onStage) => {
      onStage();
      await gate;
      started.push(asked.name ?? '');
      return { endpoint: '127.0.0.1:6443', authorityPem: 'a certificate', remove: async () => void removed++ };
    },
  };

  beforeEach(async () => {
    process.env['METADATA_SERVER_DETECTION'] = 'none';
    gate = Promise.resolve();
    started = [];
    removed = 0;
    folder = mkdtempSync(join(tmpdir(), 'fs-google-'));
    google = await startFakeGoogle({ folder, backing: standIn });
  });

  afterEach(async () => {
    delete process.env['METADATA_SERVER_DETECTION'];
    await google.close();
    rmSync(folder, { recursive: true });
  });

  const client = (token?: string) => rawClient(google, token);
  const rest = (method: string, path: string, body?: object, token?: string) =>
    rawRequest(google, { method, path, ...(body ? { body } : {}), ...(token ? { token } : {}) });

  const reached = (asking: ReturnType<typeof rawClient>, id: string, status: 'RUNNING' | 'DONE') =>
    rawOperation(asking, `${parent}/operations/${id}`, status);
  const ended = (asking: ReturnType<typeof rawClient>, id: string) => reached(asking, id, 'DONE');

  /** Keeps clusters from coming up until what it answers is called. */
  function hold(): () => void {
    let open = () => {};
    gate = new Promise<void>((done) => {
      open = done;
    });
    return open;
  }

  test('a cluster is made, found, and deleted', async () => {
    const asking = client();
    const release = hold();
    const [created] = await asking.createCluster({ parent, cluster }, quick);
    expect(created).toMatchObject({ status: 'PENDING', operationType: 'CREATE_CLUSTER', location: 'europe-west1-b' });
    const [early] = await asking.getCluster({ name }, quick);
    expect(early).toMatchObject({ status: 'PROVISIONING', endpoint: '' });
    const running = await reached(asking, created.name ?? '', 'RUNNING');
    expect(running.progress?.metrics?.[0]).toMatchObject({ name: 'CLUSTER_CONFIGURING', intValue: '2' });
    release();
    const found = await ended(asking, created.name ?? '');
    expect(found.error).toBeNull();
    expect(found.progress?.metrics?.[0]).toMatchObject({ name: 'CLUSTER_CONFIGURING', intValue: '6' });
    const [made] = await asking.getCluster({ name }, quick);
    expect(made).toMatchObject({ status: 'RUNNING', endpoint: '127.0.0.1:6443', currentNodeCount: 3 });
    expect(made.resourceLabels).toEqual({ 'managed-by': 'firesteel' });
    expect(Buffer.from(made.masterAuth?.clusterCaCertificate ?? '', 'base64').toString()).toBe('a certificate');
    const [{ clusters }] = await asking.listClusters({ parent: 'projects/spark-school/locations/-' }, quick);
    expect(clusters?.map((one) => one.name)).toEqual(['spark']);

    const [deleting] = await asking.deleteCluster({ name }, quick);
    await ended(asking, deleting.name ?? '');
    await expect(asking.getCluster({ name }, quick)).rejects.toMatchObject({
      code: 5,
      details: `Not found: ${name}.`,
    });
    expect(started).toEqual(['spark']);
    expect(removed).toBe(1);
    expect(google.clusters.machines()).toBe(0);
    expect(google.changes().map(({ what }) => what)).toEqual(['CreateCluster', 'DeleteCluster']);
    expect(google.unexpected()).toEqual([]);
  });

  test('a second cluster of the same name, and a deletion during creation, are refused', async () => {
    const asking = client();
    const release = hold();
    const [created] = await asking.createCluster({ parent, cluster }, quick);
    await expect(asking.createCluster({ parent, cluster }, quick)).rejects.toMatchObject({ code: 6 });
    await expect(asking.deleteCluster({ name }, quick)).rejects.toMatchObject({
      code: 9,
      details: `Cluster is running incompatible operation ${created.name}.`,
    });
    const [{ operations }] = await asking.listOperations({ parent }, quick);
    release();
    expect(operations?.map((one) => one.name)).toEqual([created.name]);
    await ended(asking, created.name ?? '');
    expect(started).toEqual(['spark']);
  });

  test('a request without a token of the fake is refused', async () => {
    await expect(client('stolen').getCluster({ name }, quick)).rejects.toMatchObject({ code: 16 });
    google.tokens.seconds = 0;
    await expect(client().getCluster({ name }, quick)).rejects.toMatchObject({ code: 16 });
    expect((await rest('GET', '/compute/v1/projects/spark-school/zones', undefined, 'stolen')).status).toBe(401);
  });

  test('another project is refused', async () => {
    const other = 'projects/elsewhere/locations/europe-west1-b/clusters/spark';
    await expect(client().getCluster({ name: other }, quick)).rejects.toMatchObject({ code: 7 });
  });

  test.each([
    ['a name', { ...cluster, name: 'Spark' }, /Invalid value for field "cluster\.name"/],
    ['no nodes', { name: 'spark' }, /initial_node_count/],
    ['pools of an Autopilot', { ...cluster, autopilot: { enabled: true } }, /do not support specifying node pools/],
    ['an Autopilot in a zone', { name: 'spark', autopilot: { enabled: true } }, /must be regional/],
    [
      'an account that is not there',
      {
        name: 'spark',
        nodePools: [
          {
            name: 'default',
            initialNodeCount: 3,
            config: { serviceAccount: 'nodes@spark-school.iam.gserviceaccount.com' },
          },
        ],
      },
      /Service account ".*" does not exist/,
    ],
  ])('%s that Google refuses is refused', async (_, asked, details) => {
    await expect(client().createCluster({ parent, cluster: asked }, quick)).rejects.toMatchObject({
      code: 3,
      details: expect.stringMatching(details),
    });
    expect(started).toEqual([]);
  });

  test('a request that no test should send is refused', async () => {
    await client().createCluster({ parent, cluster: { ...cluster, enableKubernetesAlpha: true } }, quick);
    await expect(client().setLabels({ name }, quick)).rejects.toMatchObject({ code: 12 });
    expect((await rest('DELETE', '/v1/projects/spark-school')).status).toBe(501);
    expect((await rest('POST', '/v1/projects/spark-school/serviceAccounts', { accountID: 'x' })).status).toBe(501);
    expect(google.unexpected()).toEqual([
      'CreateCluster sets cluster.enableKubernetesAlpha',
      'call of SetLabels',
      'DELETE /v1/projects/spark-school: no such path',
      'POST /v1/projects/spark-school/serviceAccounts: body with accountID',
    ]);
  });

  test('refusals come as the script says, with their reason', async () => {
    google.faults.inject({ does: { refuse: refusals.apiDisabled } });
    google.faults.inject({ method: 'CreateCluster', does: { refuse: refusals.quota } });
    await expect(client().getCluster({ name }, quick)).rejects.toMatchObject({ code: 7, reason: 'SERVICE_DISABLED' });
    await expect(client().getCluster({ name }, quick)).rejects.toMatchObject({ code: 5 });
    await expect(client().createCluster({ parent, cluster }, quick)).rejects.toMatchObject({
      code: 7,
      details: expect.stringContaining('Insufficient regional quota'),
    });
    expect(google.clusters.list(parent)).toEqual([]);
  });

  test('an operation that fails is done, and its cluster in error', async () => {
    const asking = client();
    google.faults.inject({ method: 'CreateCluster', does: { endsBadly: badEnds.stockout } });
    const [created] = await asking.createCluster({ parent, cluster }, quick);
    const found = await ended(asking, created.name ?? '');
    expect(found.error).toMatchObject({ code: 8, message: expect.stringContaining('GCE_STOCKOUT') });
    const [broken] = await asking.getCluster({ name }, quick);
    expect(broken.status).toBe('ERROR');
    expect(broken.conditions?.[0]).toMatchObject({ code: 'GCE_STOCKOUT', canonicalCode: 'RESOURCE_EXHAUSTED' });
    expect(started).toEqual([]);
  });

  test.each([
    ['request', 0],
    ['answer', 1],
  ] as const)('a connection cut at the %s is lost, and the cluster is requested %i times', async (cut, times) => {
    google.faults.inject({ method: 'CreateCluster', does: { cut } });
    await expect(client().createCluster({ parent, cluster }, quick)).rejects.toMatchObject({ code: 14 });
    const asking = client();
    const [{ operations }] = await asking.listOperations({ parent }, quick);
    expect(operations?.length).toBe(times);
    for (const { name: operation } of operations ?? []) await ended(asking, operation ?? '');
    expect(started.length).toBe(times);
  });

  test('accounts, the policy and repositories are kept', async () => {
    const policyPath = '/v3/projects/spark-school:getIamPolicy';
    expect((await rest('POST', '/v1/projects/spark-school/serviceAccounts', { accountId: 'nodes-of-it' })).status).toBe(
      200,
    );
    const email = 'nodes-of-it@spark-school.iam.gserviceaccount.com';
    expect((await rest('GET', `/v1/projects/spark-school/serviceAccounts/${email}`)).body).toMatchObject({ email });
    const { body: policy } = await rest('POST', policyPath, {});
    const binding = { role: 'roles/logging.logWriter', members: [`serviceAccount:${email}`] };
    const wanted = { policy: { ...policy, bindings: [...(policy['bindings'] as object[]), binding] } };
    const set = '/v3/projects/spark-school:setIamPolicy';
    expect((await rest('POST', set, wanted)).status).toBe(200);
    expect((await rest('POST', set, wanted)).status).toBe(409);
    expect(google.access.policy.bindings).toContainEqual(binding);
    const repositories = '/v1/projects/spark-school/locations/europe-west1/repositories';
    expect((await rest('GET', `${repositories}/spark`)).status).toBe(404);
    const { body: made } = await rest('POST', `${repositories}?repositoryId=spark`, { format: 'DOCKER' });
    expect((await rest('GET', `/v1/${made['name']}`)).body).toMatchObject({ done: true });
    expect((await rest('GET', `${repositories}/spark`)).status).toBe(200);
    expect(google.unexpected()).toEqual([]);
  });

  test('a program with its environment finds credentials and trust by itself', async () => {
    const script = `
      const { v1 } = await import('@google-cloud/container');
      const { hostname, port } = new URL(process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER);
      const client = new v1.ClusterManagerClient({ apiEndpoint: hostname, port: Number(port), scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
      const [{ defaultClusterVersion }] = await client.getServerConfig({ name: '${parent}' });
      console.log(defaultClusterVersion);
      await client.close();`;
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '--eval', script], {
      cwd: projectPath(),
      env: { ...process.env, ...google.environment },
    });
    expect(stdout.trim()).toBe('1.34.1-gke.1829001');
    expect(google.tokens.issued()).toBeGreaterThan(0);
    expect(google.unexpected()).toEqual([]);
  });
});
