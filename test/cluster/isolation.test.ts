// What keeps seats apart, as a real API server takes it: their policies, and the end of pods that no student may force.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forcedDeletionGuard } from '../../tasks/classroom/isolation/deletion.ts';
import { finalizerGuard } from '../../tasks/classroom/isolation/finalizers.ts';
import { seatPolicies } from '../../tasks/classroom/isolation/policies.ts';
import { until } from '../../tasks/core/wait.ts';
import { refOf } from '../../tasks/kube/ref.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import { kubeconfigText } from './control-plane.ts';
import { connect, controlPlane, needControlPlane, newNamespace, patchBySomebody, removePodAtOnce } from './harness.ts';

needControlPlane();

const guard = `guard-${process.pid}`;
const account = 'student';
const folder = mkdtempSync(join(tmpdir(), 'firesteel-isolation-'));
const { signal } = new AbortController();

const pod = (namespace: string, name: string, spec: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { serviceAccountName: account, containers: [{ name: 'one', image: 'none' }], ...spec },
});

/** A namespace in which a student may do what one does with pods. */
async function newSeat(kube: Kube): Promise<{ namespace: string; token: string }> {
  const namespace = await newNamespace(kube);
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } });
  await kube.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'pods', namespace },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'create', 'delete', 'deletecollection'] }],
  });
  await kube.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'pods', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pods' },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
  return { namespace, token: await kube.issueToken({ name: account, namespace }, 3600) };
}

/** Deletes pods with a student's token; returns the server's refusal, or nothing. */
async function remove(seat: { namespace: string; token: string }, name: string, options: object): Promise<string> {
  const path = [`/api/v1/namespaces/${seat.namespace}/pods`, name].filter(Boolean).join('/');
  const text = JSON.stringify(options);
  const headers = {
    authorization: `Bearer ${seat.token}`,
    'content-type': 'application/json',
    // Of a DELETE node sends no length by itself, and a server then takes the body for none.
    'content-length': text.length,
  };
  return new Promise((done, fail) => {
    const asked = { method: 'DELETE', headers, ca: controlPlane.authority.certificatePem };
    const sent = request(controlPlane.server + path, asked, async (answer) => {
      const body = JSON.parse(Buffer.concat(await answer.toArray()).toString()) as { message?: string };
      done(answer.statusCode === 200 ? '' : `${body.message}`);
    });
    sent.on('error', fail).end(text);
  });
}

describe('in the namespace of a seat', () => {
  let kube: Kube;
  let seat: { namespace: string; token: string };
  const forced = { gracePeriodSeconds: 0 };
  const refusal = /delete the pod without --force and --grace-period=0: its policies apply until its end/;

  beforeAll(async () => {
    kube = connect();
    seat = await newSeat(kube);
    const only = { 'kubernetes.io/metadata.name': seat.namespace };
    for (const object of forcedDeletionGuard(guard, only)) await kube.apply(object);
    // The server takes a new rule up within a second.
    await until({
      for: 'rule',
      seconds: 30,
      everyMs: 50,
      signal,
      probe: async () => {
        const refused = await kube.create(pod(seat.namespace, 'early', { terminationGracePeriodSeconds: 0 })).then(
          () => false,
          () => true,
        );
        await kube.remove(refOf(pod(seat.namespace, 'early')));
        return refused ? { done: true } : { seen: 'not in force' };
      },
    });
  });
  afterAll(async () => {
    for (const object of forcedDeletionGuard(guard, {})) await kube.remove(refOf(object));
    rmSync(folder, { recursive: true });
  });

  const pods = async () =>
    (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace: seat.namespace })).map(
      ({ metadata }) => metadata.name,
    );

  test('a student cannot force the end of a pod, alone or with all others, and can end it with grace', async () => {
    const mine = pod(seat.namespace, 'mine', { nodeName: 'none' });
    await kube.create(mine);
    expect(await remove(seat, 'mine', forced)).toMatch(refusal);
    expect(await remove(seat, '', forced)).toMatch(refusal);
    expect(await remove(seat, 'mine', {})).toBe('');
    // Its kubelet would end it now.
    const { metadata } = (await kube.get(refOf(mine))) ?? {};
    expect(metadata?.deletionTimestamp).toBeDefined();
    expect(await remove(seat, 'mine', forced)).toMatch(refusal);
    await removePodAtOnce(mine);
  });

  test('a student can delete pods without running containers: pending and ended ones', async () => {
    await kube.create(pod(seat.namespace, 'waiting'));
    expect(await remove(seat, 'waiting', {})).toBe('');
    const ended = pod(seat.namespace, 'ended', { nodeName: 'none' });
    await kube.create(ended);
    const status = `/api/v1/namespaces/${seat.namespace}/pods/ended/status`;
    await patchBySomebody(status, 'merge-patch+json', { status: { phase: 'Succeeded' } });
    expect(await remove(seat, '', {})).toBe('');
    expect(await pods()).toEqual([]);
  });

  test('no pod has an end without grace', async () => {
    const path = join(folder, 'kubeconfig');
    const { server, authority } = controlPlane;
    writeFileSync(path, kubeconfigText(server, authority.certificatePem, 'seat', { token: seat.token }));
    const abrupt = pod(seat.namespace, 'abrupt', { terminationGracePeriodSeconds: 0 });
    for (const who of [kube, connect({}, path, 'seat')])
      await expect(who.create(abrupt)).rejects.toThrow(/terminationGracePeriodSeconds must be above 0/);
  });

  test('a pod of a student must end within minutes', async () => {
    const slow = (seconds: number) => pod(seat.namespace, 'slow', { terminationGracePeriodSeconds: seconds });
    await expect(kube.create(slow(301))).rejects.toThrow(/terminationGracePeriodSeconds must be at most 300/);
    await kube.create(slow(300));
    await removePodAtOnce(slow(300));
  });

  describe('finalizers', () => {
    const name = `finalizers-${process.pid}`;
    const held = { finalizers: ['example.org/held'] };
    let student: Kube;
    const claim = (metadata: object): Manifest => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'claim', namespace: seat.namespace, ...metadata },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });

    beforeAll(async () => {
      const path = join(folder, 'finalizers');
      const { server, authority } = controlPlane;
      writeFileSync(path, kubeconfigText(server, authority.certificatePem, 'seat', { token: seat.token }));
      student = connect({}, path, 'seat');
      await kube.create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'claims', namespace: seat.namespace },
        rules: [{ apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'create', 'patch'] }],
      });
      await kube.create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'claims', namespace: seat.namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'claims' },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: seat.namespace }],
      });
      for (const object of finalizerGuard(name, { 'kubernetes.io/metadata.name': seat.namespace }))
        await kube.apply(object);
    });
    afterAll(async () => {
      for (const object of finalizerGuard(name, {})) await kube.remove(refOf(object));
    });

    test("of a student are refused, also later; a claim has the server's own", async () => {
      const refused = () => student.refusal(claim(held)).then((why) => why ?? 'not in force');
      await expect.poll(refused, { timeout: 20_000 }).toMatch(/remove metadata\.finalizers/);
      const made = await student.create(claim({}));
      expect(made.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
      const label = { op: 'add', path: '/metadata/labels', value: { mine: 'yes' } } as const;
      await student.patch(refOf(made), [label]);
      const another = { op: 'add', path: '/metadata/finalizers/-', value: 'example.org/held' } as const;
      await expect(student.patch(refOf(made), [another])).rejects.toThrow(/remove metadata\.finalizers/);
    });

    test('of others are kept', async () => {
      const ref = refOf(claim({}));
      await kube.patch(ref, [{ op: 'add', path: '/metadata/finalizers/-', value: 'example.org/of-others' }]);
      await student.patch(ref, [{ op: 'add', path: '/metadata/labels', value: { mine: 'no' } }]);
    });
  });

  test('a teacher can force the end of a pod', async () => {
    await kube.create(pod(seat.namespace, 'stuck', { nodeName: 'gone' }));
    await removePodAtOnce(pod(seat.namespace, 'stuck'));
    expect(await pods()).toEqual([]);
  });

  test('the rule holds for seats alone', async () => {
    const other = await newSeat(kube);
    await kube.create(pod(other.namespace, 'mine'));
    expect(await remove(other, 'mine', forced)).toBe('');
  });

  test('all policies are accepted unchanged, a second time nothing changes, and what is closed again is closed', async () => {
    const network = {
      namespace: seat.namespace,
      door: 'class',
      api: [{ address: '198.18.7.2', port: 6443 }],
      nameServers: ['169.254.20.10'],
    };
    const open = {
      outside: { except: ['198.19.0.0/17', '2001:db8::/64'] },
      networks: ['10.20.0.0/24'],
      servers: [{ address: '10.1.2.3', port: 9000 }],
    };
    const rules = async (name: string) => {
      const ref = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: seat.namespace, name };
      const spec = (await kube.get(ref))?.['spec'] as { egress?: object[] } | undefined;
      return spec?.egress?.length ?? 0;
    };
    for (const [policies, outside, inPrivate] of [
      [seatPolicies({ ...network, ...open }), 1, 2],
      [seatPolicies(network), 0, 0],
    ] as const) {
      for (const policy of policies) await kube.apply(policy);
      expect(await Promise.all(policies.map((policy) => kube.isApplied(policy)))).toEqual(policies.map(() => true));
      expect([await rules('seat-outside'), await rules('seat-private')]).toEqual([outside, inPrivate]);
    }
  });
});
