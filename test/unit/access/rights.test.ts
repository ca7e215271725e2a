// The rights that are requested are those that are granted.
import { describe, expect, test } from 'vitest';
import { accessExpectations, deniedRights, grantedRights, verifyAccess } from '../../../tasks/access/rights.ts';
import { answerFailure } from '../../../tasks/kube/failure.ts';
import { renderTemplate } from '../../../tasks/kube/render.ts';
import type { AccessQuestion } from '../../../tasks/kube/types.ts';
import { profileSchema } from '../../../tasks/profile/schema.ts';
import type { Context } from '../../../tasks/steps/types.ts';

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

test('templates/access.yaml grants what verification expects, and no more', async () => {
  const manifests = await renderTemplate('access', profile);
  const rules = manifests.filter(({ kind }) => kind === 'Role').flatMap((role) => role['rules'] as Rule[]);
  const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}${resource}`))),
  );
  expect(granted.sort()).toEqual(
    grantedRights.map(({ verb, resource, group = '' }) => `${verb} ${group}${resource}`).sort(),
  );
});

test('templates/access.yaml grants nothing outside the namespace, and executors nothing at all', async () => {
  const manifests = await renderTemplate('access', profile);
  expect(manifests.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'ServiceAccount', 'Role', 'RoleBinding']);
  expect(manifests.find(({ kind }) => kind === 'RoleBinding')?.['subjects']).toEqual([
    { kind: 'ServiceAccount', name: 'spark-driver', namespace: 'spark' },
  ]);
  expect(manifests.find(({ metadata }) => metadata.name === 'spark-executor')?.['automountServiceAccountToken']).toBe(
    false,
  );
});

test('no right is both granted and denied', () => {
  const shown = (right: object) => JSON.stringify(right);
  expect(deniedRights.map(shown).filter((right) => grantedRights.map(shown).includes(right))).toEqual([]);
});

test('another namespace is asked about only where it is another', () => {
  const questions = accessExpectations({ ...profile, namespace: 'default' });
  const wrong = questions.filter(
    ({ question, allowed }) =>
      question.namespace === 'default' &&
      question.verb === 'create' &&
      question.resource === 'pods' &&
      !question.subresource &&
      !allowed,
  );
  expect(wrong.map(({ question }) => question.user)).toEqual(['system:serviceaccount:default:spark-executor']);
});

describe('verification', () => {
  const forbidden = () => Promise.reject(answerFailure('ask', 403, ''));
  /** A cluster that answers rightly, but for the questions of a filter. */
  const answering = (otherwise: (question: AccessQuestion) => Promise<boolean> | undefined): Context => {
    const expected = new Map(
      accessExpectations(profile).map(({ question, allowed }) => [JSON.stringify(question), allowed]),
    );
    const can = async (question: AccessQuestion) =>
      (await otherwise(question)) ?? expected.get(JSON.stringify(question)) ?? true;
    return { kube: { can, raw: async () => '{}' }, signal: new AbortController().signal } as unknown as Context;
  };
  const verify = async (context: Context): Promise<string | undefined> => {
    const lines: string[] = [];
    await verifyAccess(profile).run(context, { line: (text) => lines.push(text) });
    return lines.at(-1);
  };

  test('says how many answers are as expected', async () =>
    expect(await verify(answering(() => undefined))).toBe(
      `${accessExpectations(profile).length} rights checked, all as expected`,
    ));

  test('names questions without permission, and does not count them', async () => {
    const line = await verify(answering(({ namespace }) => (namespace === 'spark' ? undefined : forbidden())));
    expect(line).toMatch(
      /^\d+ rights checked, all as expected; no permission to ask whether spark-driver may list nodes, /,
    );
    expect(line).toContain('spark-executor may list pods in kube-system');
    expect(line?.startsWith(`${accessExpectations(profile).length} `)).toBe(false);
  });

  test('fails with every answer that is wrong', async () => {
    const wrong = answering(({ verb, resource, user }) =>
      verb === 'get' && resource === 'secrets' ? Promise.resolve(user?.endsWith('driver') === true) : undefined,
    );
    await expect(verify(wrong)).rejects.toThrow(/^spark-driver may get secrets in spark$/);
  });

  test('is skipped with a reason where no question is allowed', async () => {
    const context = answering(({ resource }) =>
      resource === 'localsubjectaccessreviews' ? Promise.resolve(false) : undefined,
    );
    expect(await verifyAccess(profile).skip?.(context)).toBe(
      'not verified: no permission to ask what accounts may do in spark',
    );
    expect(await verifyAccess(profile).skip?.(answering(() => undefined))).toBe(false);
  });
});
