// The namespace of Spark jobs: created if it is missing, unchanged if it belongs to someone else.
import { hiddenIfForbidden } from '../kube/failure.ts';
import { isOurs } from '../kube/render.ts';
import type { Kube } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { applyTemplate } from '../steps/apply.ts';
import type { SingleStep } from '../steps/types.ts';

/**
 * Makes the profile's namespace, with its Pod Security labels. One that is there already and was made by someone else,
 * or that we may not change, is used unchanged: with our label on it, `destroy` would remove it.
 */
export function ensureNamespace(profile: Profile): SingleStep {
  const step = applyTemplate(`Make namespace ${profile.namespace}`, 'namespace', profile);
  return {
    ...step,
    skip: async (context) => (await step.skip?.(context)) || whyLeft(context.kube, profile.namespace),
  };
}

async function whyLeft(kube: Kube, name: string): Promise<string | false> {
  const live = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name }).catch(hiddenIfForbidden);
  if (live === 'hidden') return 'you may not read this namespace, so it stays unchanged';
  if (!live) return false;
  if (!isOurs(live)) return 'not made by firesteel, so it stays unchanged';
  const mayChange = await kube.can({ verb: 'patch', resource: 'namespaces', namespace: name });
  return !mayChange && 'you may not change this namespace, so it stays unchanged';
}
