// What goes wrong at Google before there is a cluster to use: each its line, and nothing left behind. Needs no nodes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { subjectToken } from '../fakes/google/access-routes.ts';
import { type FakeGoogle, startFakeGoogle } from '../fakes/google/fake.ts';
import { badEnds, type Fault, refusals } from '../fakes/google/faults.ts';
import { refuse } from '../fakes/google/route.ts';
import { installTools, sandbox } from './firesteel.ts';

const parent = 'projects/spark-school/locations/europe-west1-b';
const afterAWhile = () => new Promise((done) => setTimeout(done, 6000));

describe('what goes wrong at Google Kubernetes Engine', () => {
  let google: FakeGoogle;
  /** When a cluster that was requested has been made. */
  let made = afterAWhile;
  const box = sandbox(() => google.environment);
  const school = box.profile('school', 'cluster: gke\n');
  const theirs = box.profile('theirs', 'cluster: gke\n');
  const changes = (what: string) => google.changes().filter((call) => call.what === what).length;

  beforeAll(async () => {
    await installTools();
    // Clusters that come up and cannot be reached: no test here gets as far.
    const backing = {
      start: async () => {
        await made();
        return { endpoint: '127.0.0.1:1', authorityPem: 'none', remove: async () => {} };
      },
    };
    google = await startFakeGoogle({ folder: join(box.data, 'google'), backing, tokenSeconds: 60 });
  });

  afterEach(() => {
    google.faults.clear();
    expect(google.unexpected()).toEqual([]);
  });

  afterAll(async () => {
    await google.close();
    box.remove();
  });

  const refused: [what: string, fault: Fault, line: RegExp][] = [
    ['an API that is off', { does: { refuse: refusals.apiDisabled } }, /API container\.googleapis\.com is not enabled/],
    ['a project that nobody pays for', { does: { refuse: refusals.noBilling } }, /no billing account is linked/],
    [
      'a quota that is too small',
      { method: 'CreateCluster', does: { refuse: refusals.quota } },
      /quota CPUS.* is too small: 6\.0 needed, 4\.0 of 4\.0 left/,
    ],
    [
      'a missing role',
      { method: 'CreateCluster', does: { refuse: refusals.forbidden } },
      /you lack permission container\.clusters\.create/,
    ],
  ];
  test.each(refused)('%s is one clear failure', async (_, fault, line) => {
    google.faults.inject({ ...fault, ...(fault.method ? {} : { times: 100 }) });
    const { code, output } = await box.run('deploy', '--profile', school, '--yes');
    expect(output).toMatch(line);
    expect(output).toMatch(/^→ /m);
    expect(code).toBe(1);
    expect(google.clusters.list(parent)).toEqual([]);
  });

  test('a login that has ended is one clear failure', async () => {
    const file = join(box.data, 'google', 'subject-token');
    writeFileSync(file, 'of yesterday');
    const { code, output } = await box.run('deploy', '--profile', school, '--yes');
    writeFileSync(file, subjectToken);
    expect(output).toContain('your Google credentials have expired or are revoked');
    expect(output).toContain('→ run gcloud auth application-default login');
    expect(output).not.toContain('of yesterday');
    expect(code).toBe(1);
  });

  test('a policy that someone else changes in between is read again', async () => {
    google.access.policy.bindings?.splice(1);
    const conflict = refuse(409, 'ABORTED', 'There were concurrent policy changes. Please retry.');
    google.rest.inject(/POST .*:setIamPolicy/, conflict);
    google.faults.inject({ method: 'CreateCluster', does: { refuse: refusals.quota } });
    const { output } = await box.run('deploy', '--profile', school, '--yes');
    expect(output).toContain('✔ Prepare the service account of the nodes');
    expect(google.access.policy.bindings?.map(({ role }) => role)).toEqual([
      'roles/owner',
      'roles/container.defaultNodeServiceAccount',
      'roles/artifactregistry.reader',
    ]);
  });

  test.each([
    ['no machines are left', badEnds.stockout, /has no free machines of that type/],
    ['addresses run out', badEnds.addressQuota, /quota IN_USE_ADDRESSES of project spark-school is reached \(8\.0\)/],
    ['it comes up unhealthy', badEnds.unhealthy, /component "kube-apiserver".* is unhealthy/],
  ] as const)('a cluster in error because %s is reported, and destroyed', async (_, endsBadly, line) => {
    google.faults.inject({ method: 'CreateCluster', does: { endsBadly } });
    for (const hint of ['→ ', 'firesteel destroy --profile']) {
      const { code, output } = await box.run('deploy', '--profile', school, '--yes');
      expect(output).toMatch(line);
      expect(output).toContain(hint);
      expect(code).toBe(1);
    }
    const { code } = await box.run('destroy', '--profile', school, '--yes');
    expect(code).toBe(0);
    expect(google.clusters.list(parent)).toEqual([]);
  });

  test('a busy cluster is deleted after its operation', async () => {
    let finish = (_?: unknown) => {};
    made = () => new Promise((done) => (finish = done));
    const deploy = box.start('deploy', '--profile', school, '--yes');
    await deploy.seen(/operation-\d+/);
    deploy.interrupt();
    await deploy.ended;
    const destroy = box.start('destroy', '--profile', school, '--yes');
    await destroy.seen(/the cluster is busy; waiting for operation-\d+/);
    finish();
    made = afterAWhile;
    const { code, output } = await destroy.ended;
    expect(output).toContain('Cluster school is gone');
    expect(code).toBe(0);
    expect(google.clusters.list(parent)).toEqual([]);
  });

  test('a cluster that is not ours is neither used nor deleted', async () => {
    google.clusters.add(parent, { name: 'theirs', status: 'RUNNING', endpoint: '127.0.0.1:1' });
    const count = changes('DeleteCluster');
    const deploy = await box.run('deploy', '--profile', theirs, '--yes');
    expect(deploy.output).toContain('cluster theirs in europe-west1-b was not made by firesteel');
    expect(deploy.code).toBe(1);
    const destroy = await box.run('destroy', '--profile', theirs, '--yes');
    expect(destroy.output).toContain('Delete the cluster: not made by firesteel, so it stays');
    expect(destroy.code).toBe(0);
    expect(changes('DeleteCluster')).toBe(count);
    expect(google.clusters.find(`${parent}/clusters/theirs`)?.cluster.status).toBe('RUNNING');
  });
});
