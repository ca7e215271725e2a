// The rights that are asked for are those that are granted.
import { expect, test } from 'vitest';
import { renderTemplate } from '../../tasks/lib/render.ts';
import { profileSchema } from '../../tasks/lib/schema.ts';
import { accessExpectations, deniedRights, grantedRights } from '../../tasks/spark/access.ts';

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
