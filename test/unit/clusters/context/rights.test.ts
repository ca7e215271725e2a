// The rights that a namespace's administrator is requested: all that deploy and submit use, and all missing ones at once.
import { expect, test } from 'vitest';
import { checkRights, deployNeeds, missingRights, submitNeeds } from '../../../../tasks/clusters/context/rights.ts';
import { Failure } from '../../../../tasks/core/failure.ts';
import { readJob } from '../../../../tasks/jobs/job.ts';
import { renderTemplate } from '../../../../tasks/kube/render.ts';
import type { AccessQuestion, Kube } from '../../../../tasks/kube/types.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { newRunId, runNames } from '../../../../tasks/spark/run-names.ts';
import type { Context } from '../../../../tasks/steps/types.ts';
import { runObjects } from '../../../../tasks/submission/run-objects.ts';

const profile = await readProfile('context', ['context.context=a']);

/** `ServiceAccount` is `serviceaccounts`, `NetworkPolicy` is `networkpolicies`. */
const plural = (kind: string) => `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
const shown = ({ group = '', resource }: { group?: string; resource: string }) => `${group}/${resource}`;
const kindOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
  shown({ group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', resource: plural(kind) });

test('every kind of templates/access.yaml can be applied', async () => {
  const kinds = (await renderTemplate('access', profile)).map(kindOf);
  const needs = deployNeeds.filter(({ verbs }) => verbs.includes('create') && verbs.includes('patch')).map(shown);
  expect([...new Set(kinds)].sort()).toEqual([...needs].sort());
});

test.each(['4.3.0', '4.1.1', '3.5.7'])(
  'every kind of a run of Spark %s can be applied and taken back',
  async (version) => {
    const own = await readProfile('context', ['context.context=a', `spark.version=${version}`]);
    const names = runNames(newRunId('pi'));
    const { pod, beside } = runObjects({
      job: readJob(['pi']),
      profile: own,
      image: 'spark:1',
      names,
      user: 'me',
    });
    const needs = submitNeeds(own).filter(({ verbs }) => verbs.includes('create'));
    expect([...new Set([pod, ...beside].map(kindOf))].sort()).toEqual(needs.map(shown).sort());
    for (const { verbs } of needs) expect(verbs).toEqual(expect.arrayContaining(['get', 'create', 'patch', 'delete']));
  },
);

/** A cluster that says no to the questions of a filter. */
function clusterThat(refuses: (question: AccessQuestion) => boolean, there = true, applied = false): Kube {
  const kube: Partial<Kube> = {
    can: async (question) => !refuses(question),
    get: async ({ apiVersion, kind, name }) => (there ? { apiVersion, kind, metadata: { name } } : undefined),
    isApplied: async () => applied,
    raw: async () => '{"gitVersion":"v1.36.2"}',
  };
  return kube as Kube;
}

const isAbout =
  (resource: string, ...verbs: string[]) =>
  (question: AccessQuestion) =>
    question.resource === resource && !question.subresource && verbs.includes(question.verb);
const isPower = ({ verb }: AccessQuestion) => verb === 'escalate' || verb === 'bind';
const lines = async (...cluster: Parameters<typeof clusterThat>) =>
  (await missingRights(profile, clusterThat(...cluster))).lines;

test('a user with all rights lacks nothing', async () => expect(await lines(() => false)).toEqual([]));

test('an administrator of only the namespace lacks nothing', async () =>
  expect(await lines((question) => isPower(question) || question.namespace === undefined)).toEqual([]));

test('every missing right is reported, a line for each kind', async () =>
  expect(
    await lines(
      (question) =>
        isAbout('roles', 'create')(question) ||
        isAbout('pods', 'delete', 'watch')(question) ||
        (question.resource === 'pods' && question.subresource === 'log'),
    ),
  ).toEqual([
    'you may not create roles in spark',
    'you may not watch, delete pods in spark',
    'you may not get pods/log in spark',
  ]));

test('a user without the rights of the driver cannot grant them', async () =>
  expect(await lines((question) => isPower(question) || question.verb === 'deletecollection')).toEqual(
    ['pods', 'configmaps', 'services', 'persistentvolumeclaims'].map(
      (resource) => `you may not deletecollection ${resource} in spark, so you cannot grant it to drivers`,
    ),
  ));

test('a user who may escalate can grant rights without having them', async () =>
  expect(await lines(({ verb }) => verb === 'deletecollection')).toEqual([]));

test('rights that exist already need not be granted', async () =>
  expect(
    await lines(
      (question) => isPower(question) || isAbout('roles', 'create')(question) || question.verb === 'deletecollection',
      true,
      true,
    ),
  ).toEqual([]));

test('a namespace that is not there and cannot be made is reported first', async () =>
  expect(await lines(isAbout('namespaces', 'create'), false)).toEqual([
    'there is no namespace spark, and you may not create namespaces',
  ]));

test('a namespace that is not there but can be made is fine', async () =>
  expect(await lines(() => false, false)).toEqual([]));

const run = (kube: Kube) => checkRights(profile).run({ kube } as unknown as Context, { line: () => {} });

test('the failure is one, with what to ask for', async () => {
  const error = await Promise.resolve(run(clusterThat(() => true, false))).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(Failure);
  const { message, hint, exitCode } = error as Failure;
  expect(message.split('\n').length).toBeGreaterThan(8);
  expect(hint).toBe(
    'ask an administrator of the cluster to run:  kubectl create namespace spark && kubectl create rolebinding ' +
      'firesteel-user --namespace=spark --clusterrole=admin --user=YOUR-NAME',
  );
  expect(exitCode).toBe(1);
});

test('a cluster that a dry run cannot reach is not asked', async () => {
  const kube = { ...clusterThat(() => true), raw: async () => '' };
  await expect(run(kube)).resolves.toBeUndefined();
});
