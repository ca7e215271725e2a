// Namespace, access and a run's objects against a real API server, with Pod Security enforced.
import { afterAll, describe, expect, test } from 'vitest';
import { verifyAccess } from '../../tasks/access/rights.ts';
import { Failure } from '../../tasks/core/failure.ts';
import { until } from '../../tasks/core/wait.ts';
import { readJob } from '../../tasks/jobs/job.ts';
import { renderTemplate } from '../../tasks/kube/render.ts';
import type { Kube, Manifest } from '../../tasks/kube/types.ts';
import type { Profile } from '../../tasks/profile/schema.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import type { Pod } from '../../tasks/spark/pod.ts';
import { newRunId, runNames } from '../../tasks/spark/run-names.ts';
import type { Context } from '../../tasks/steps/types.ts';
import type { RunObjects } from '../../tasks/submission/run-objects.ts';
import { ownerOf, runObjects } from '../../tasks/submission/run-objects.ts';
import { ensureSubmitted } from '../../tasks/submission/submission.ts';
import { connect, needControlPlane } from './harness.ts';

needControlPlane();

const signal = new AbortController();
afterAll(() => signal.abort());

/** The API server learns of rights and quotas a moment after they were written. */
const eventually = (what: string, probe: () => Promise<boolean>): Promise<unknown> =>
  until({
    for: what,
    seconds: 10,
    signal: signal.signal,
    probe: async () => ((await probe()) ? { done: true } : { seen: 'not yet' }),
  });

let count = 0;
const newProfile = (): Profile => ({
  ...profileSchema.parse({ namespace: `run-${process.pid}-${Date.now().toString(36)}-${count++}` }),
  name: 'local',
  clusterName: 'local',
});

async function apply(kube: Kube, template: string, profile: Profile): Promise<void> {
  for (const manifest of await renderTemplate(template, profile)) await kube.apply(manifest);
}

async function deployed(kube: Kube): Promise<Profile> {
  const profile = newProfile();
  await apply(kube, 'namespace', profile);
  await apply(kube, 'access', profile);
  return profile;
}

const verified = (kube: Kube, profile: Profile): Promise<void> =>
  verifyAccess(profile).run({ kube, signal: signal.signal } as Context, { line: () => {} });

async function failureOf(result: Promise<unknown>): Promise<Failure> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw error ?? new Error('it succeeded');
}

async function piIn(profile: Profile, id = newRunId('pi')): Promise<RunObjects> {
  return runObjects({ job: readJob(['pi']), profile, image: 'spark:4.3.0-x', names: runNames(id), user: 'me' });
}

const live = (kube: Kube, { apiVersion, kind, metadata }: Manifest): Promise<Manifest | undefined> =>
  kube.get({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' });

describe('access', () => {
  test('is as expected after deploy, and as the templates say', async () => {
    const kube = connect();
    const profile = await deployed(kube);
    await verified(kube, profile);
    const manifests = [...(await renderTemplate('namespace', profile)), ...(await renderTemplate('access', profile))];
    expect(await Promise.all(manifests.map((manifest) => kube.isApplied(manifest)))).not.toContain(false);
  });

  test('that is missing is listed, every right of it', async () => {
    const kube = connect();
    const profile = newProfile();
    await apply(kube, 'namespace', profile);
    const { message } = await failureOf(verified(kube, profile));
    expect(message.split('\n')).toHaveLength(12);
    expect(message).toContain(`spark-driver may not create pods in ${profile.namespace}`);
  });

  test('that grants too much is listed with what it grants', async () => {
    const kube = connect();
    const profile = await deployed(kube);
    const { namespace, serviceAccounts } = profile;
    const metadata = { name: 'too-much', namespace };
    const group = 'rbac.authorization.k8s.io';
    const rules = [
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
    ];
    await kube.apply({ apiVersion: `${group}/v1`, kind: 'Role', metadata, rules });
    await kube.apply({
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: 'too-much' },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccounts.executor, namespace }],
    });
    const user = `system:serviceaccount:${namespace}:${serviceAccounts.executor}`;
    const secrets = { verb: 'get', resource: 'secrets', namespace, user };
    await eventually('the binding', async () => await kube.can(secrets));
    const { message, hint } = await failureOf(verified(kube, profile));
    expect(message).toContain(`spark-executor may get secrets in ${profile.namespace}`);
    expect(message).toContain(`spark-executor may create pods/exec in ${profile.namespace}`);
    expect(message).not.toContain('spark-driver');
    expect(hint).toContain('kubectl get rolebindings');
  });
});

describe('submission', () => {
  test('makes every object, and the driver pod owns the others', async () => {
    const kube = connect();
    const objects = await piIn(await deployed(kube));
    const pod = await ensureSubmitted(kube, objects);
    expect(pod.metadata.uid).toBeTruthy();
    for (const manifest of objects.beside) {
      const { metadata } = (await live(kube, manifest)) ?? {};
      expect(metadata?.ownerReferences).toEqual([ownerOf(pod)]);
    }
  });

  test('of the same id again takes over what is there and changes nothing', async () => {
    const kube = connect();
    const objects = await piIn(await deployed(kube), newRunId('pi'));
    const first = await ensureSubmitted(kube, objects);
    const before = await Promise.all(objects.beside.map((manifest) => live(kube, manifest)));
    const second = await ensureSubmitted(kube, objects);
    const after = await Promise.all(objects.beside.map((manifest) => live(kube, manifest)));
    expect(second.metadata.uid).toBe(first.metadata.uid);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(after.map((object) => object?.metadata.uid)).toEqual(before.map((object) => object?.metadata.uid));
    expect(after.map((object) => object?.metadata.ownerReferences)).toEqual(
      before.map((object) => object?.metadata.ownerReferences),
    );
  });

  test('that was cut off after the ConfigMaps continues', async () => {
    const kube = connect();
    const objects = await piIn(await deployed(kube));
    await Promise.all(objects.beside.map((manifest) => kube.apply(manifest)));
    const pod = await ensureSubmitted(kube, objects);
    const [first] = objects.beside;
    const owned = first && (await live(kube, first));
    expect(owned?.metadata.ownerReferences?.[0]?.uid).toBe(pod.metadata.uid);
  });

  test('without an account says so and leaves nothing behind', async () => {
    const kube = connect({ settleMs: 500 });
    const profile = newProfile();
    await apply(kube, 'namespace', profile);
    const objects = await piIn(profile);
    const { message, hint } = await failureOf(ensureSubmitted(kube, objects));
    expect(message).toBe(`service account spark-driver does not exist in ${profile.namespace}`);
    expect(hint).toBe('correct the name under serviceAccounts, or create the account: firesteel deploy');
    const left = await Promise.all(objects.beside.map((manifest) => live(kube, manifest)));
    expect(left.filter(Boolean)).toEqual([]);
  });

  test("beyond the namespace's limits says which", async () => {
    const kube = connect();
    const profile = await deployed(kube);
    await kube.apply({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'team', namespace: profile.namespace },
      spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] },
    });
    let message = '';
    await eventually('the limit', async () => {
      const submitted = piIn(profile).then((objects) => ensureSubmitted(kube, objects));
      message = await submitted.then(
        () => '',
        (error: Error) => error.message,
      );
      return message !== '';
    });
    expect(message).toBe('memory 1433Mi breaks the maximum of 1Gi for a container in this namespace');
  });
});

/** The template as Spark completes it. */
async function executor(profile: Profile): Promise<Pod> {
  const objects = await piIn(profile);
  const maps = objects.beside.map((object) => object['data'] as Record<string, string> | undefined);
  const template = JSON.parse(maps.map((data) => data?.['podspec-configmap-key']).find(Boolean) ?? '') as Pod;
  const [container] = template.spec.containers;
  return {
    ...template,
    metadata: { ...template.metadata, name: `${objects.pod.metadata.name}-exec-1`, namespace: profile.namespace },
    spec: {
      ...template.spec,
      restartPolicy: 'Never',
      containers: [{ ...container, name: container?.name ?? '', image: 'spark:4.3.0-x', args: ['executor'] }],
      volumes: [{ name: 'spark-local-dir-1', emptyDir: {} }],
    },
  };
}

describe('Pod Security', () => {
  test('takes an executor made from the template', async () => {
    const kube = connect();
    const pod = await executor(await deployed(kube));
    expect((await kube.create(pod)).metadata.uid).toBeTruthy();
  });

  test.each<[string, (pod: Pod) => Pod]>([
    [
      'a folder of the node',
      (pod) => ({ ...pod, spec: { ...pod.spec, volumes: [{ name: 'host', hostPath: { path: '/' } }] } }),
    ],
    ['the network of the node', (pod) => ({ ...pod, spec: { ...pod.spec, hostNetwork: true } })],
    ['to be root', (pod) => ({ ...pod, spec: { ...pod.spec, securityContext: { runAsUser: 0 } } })],
    [
      'a capability',
      (pod) => ({
        ...pod,
        spec: {
          ...pod.spec,
          containers: pod.spec.containers.map((one) => ({
            ...one,
            securityContext: { capabilities: { add: ['NET_ADMIN'] } },
          })),
        },
      }),
    ],
  ])('refuses one that asks for %s', async (_, change) => {
    const kube = connect();
    const pod = await executor(await deployed(kube));
    await expect(kube.create(change(pod))).rejects.toThrow('violates PodSecurity "restricted:v1.36"');
  });
});
