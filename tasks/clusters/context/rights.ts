// Checks the rights of the user in the namespace of jobs before anything is changed.
import { Failure } from '../../core/failure.ts';
import { hiddenIfForbidden } from '../../kube/failure.ts';
import { renderTemplate } from '../../kube/render.ts';
import type { AccessQuestion, Kube } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { hasNetworkPolicy } from '../../spark/versions.ts';
import type { SingleStep } from '../../steps/types.ts';

export interface Need {
  group?: string;
  resource: string;
  subresource?: string;
  verbs: readonly string[];
}

const rbac = 'rbac.authorization.k8s.io';
/** Server-side apply creates what is not there. */
const apply = ['get', 'create', 'patch'];

/** For the objects of templates/access.yaml. */
export const deployNeeds: readonly Need[] = [
  { resource: 'serviceaccounts', verbs: apply },
  { group: rbac, resource: 'roles', verbs: apply },
  { group: rbac, resource: 'rolebindings', verbs: apply },
];

/** For the objects of a run, and for following it to its end; a run that cannot start is taken back. */
export const submitNeeds = (profile: Profile): readonly Need[] => [
  { resource: 'pods', verbs: [...apply, 'list', 'watch', 'delete'] },
  { resource: 'pods', subresource: 'log', verbs: ['get'] },
  { resource: 'events', verbs: ['list', 'watch'] },
  { resource: 'configmaps', verbs: [...apply, 'delete'] },
  { resource: 'services', verbs: [...apply, 'delete'] },
  ...(hasNetworkPolicy(profile.spark.version)
    ? [{ group: 'networking.k8s.io', resource: 'networkpolicies', verbs: [...apply, 'delete'] }]
    : []),
];

export const questions = (needs: readonly Need[], namespace: string): AccessQuestion[] =>
  needs.flatMap(({ verbs, ...need }) => verbs.map((verb) => ({ ...need, verb, namespace })));

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** What the driver's Role gives, which nobody may give who has not got it himself. */
async function grantedNeeds(profile: Profile): Promise<Need[]> {
  const roles = (await renderTemplate('access', profile)).filter(({ kind }) => kind === 'Role');
  const rules = roles.flatMap((role) => role['rules'] as Rule[]);
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((resource) => ({ ...(group ? { group } : {}), resource, verbs }))),
  );
}

/** The questions of these that are answered with no. */
export async function refused(kube: Kube, asked: AccessQuestion[]): Promise<AccessQuestion[]> {
  const answers = await Promise.all(asked.map((question) => kube.can(question)));
  return asked.filter((_, i) => !answers[i]);
}

/** A line for each kind of object: `you may not create, patch roles in spark`. */
export function shownMissing(missing: AccessQuestion[], consequence = ''): string[] {
  const verbs = new Map<string, string[]>();
  for (const { verb, resource, subresource, namespace } of missing) {
    const what = `${subresource ? `${resource}/${subresource}` : resource}${namespace ? ` in ${namespace}` : ''}`;
    verbs.set(what, [...(verbs.get(what) ?? []), verb]);
  }
  return [...verbs].map(([what, all]) => `you may not ${all.join(', ')} ${what}${consequence}`);
}

const isSame = (a: AccessQuestion, b: AccessQuestion) =>
  a.verb === b.verb && a.resource === b.resource && a.group === b.group && a.subresource === b.subresource;

/** Undefined if we may not look. */
async function isThere(kube: Kube, namespace: string): Promise<boolean | undefined> {
  const found = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(hiddenIfForbidden);
  return found === 'hidden' ? undefined : found !== undefined;
}

/** Whether all objects of templates/access.yaml are as deploy would apply them. */
export async function isAccessInPlace(profile: Profile, kube: Kube): Promise<boolean> {
  const wanted = await renderTemplate('access', profile);
  const inPlace = await Promise.all(wanted.map((manifest) => kube.isApplied(manifest).catch(() => false)));
  return inPlace.every(Boolean);
}

/** All rights that deploy and submit would lack, a line each. What someone has granted already, need not be granted again. */
export async function missingRights(profile: Profile, kube: Kube): Promise<{ lines: string[]; noNamespace: boolean }> {
  const { namespace } = profile;
  const mustGrant = !(await isAccessInPlace(profile, kube));
  const needs = questions([...(mustGrant ? deployNeeds : []), ...submitNeeds(profile)], namespace);
  const grants = mustGrant
    ? questions(await grantedNeeds(profile), namespace).filter((one) => !needs.some((need) => isSame(one, need)))
    : [];
  const powers = questions(
    [
      { group: rbac, resource: 'roles', verbs: ['escalate'] },
      { group: rbac, resource: 'rolebindings', verbs: ['bind'] },
    ],
    namespace,
  );
  const [own, lacking, powerless, there, mayMake] = await Promise.all([
    refused(kube, needs),
    refused(kube, grants),
    refused(kube, powers),
    isThere(kube, namespace),
    kube.can({ verb: 'create', resource: 'namespaces' }),
  ]);
  const noNamespace = there === false && !mayMake;
  return {
    noNamespace,
    lines: [
      ...(noNamespace ? [`there is no namespace ${namespace}, and you may not create namespaces`] : []),
      ...shownMissing(own),
      ...(powerless.length > 0 ? shownMissing(lacking, ', so you cannot grant it to drivers') : []),
    ],
  };
}

/** Fails with everything that is missing at once. */
export const checkRights = (profile: Profile): SingleStep => ({
  title: 'Check your rights',
  run: async ({ kube }, out) => {
    // In a dry run a cluster that is not there says nothing.
    if ((await kube.raw('/version')) === '') return;
    const { namespace } = profile;
    const { lines, noNamespace } = await missingRights(profile, kube);
    if (lines.length === 0) return out.line(`you have all rights that deploy and submit need in ${namespace}`);
    const make = noNamespace ? `kubectl create namespace ${namespace} && ` : '';
    const bind = `kubectl create rolebinding firesteel-user --namespace=${namespace} --clusterrole=admin --user=YOUR-NAME`;
    throw new Failure(lines.join('\n'), { hint: `ask an administrator of the cluster to run:  ${make}${bind}` });
  },
});
