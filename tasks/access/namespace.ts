// The namespace of Spark jobs: made where there is none, left as it is where it is somebody else's.
import { httpStatusOf } from '../kube/failure.ts';
import { isOurs } from '../kube/render.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { applyTemplate } from '../steps/apply.ts';
import type { SingleStep } from '../steps/types.ts';

/**
 * Makes the profile's namespace, with its Pod Security labels. One that is there already and was made by somebody else,
 * or that we may not change, is used as it is: with our label on it, `destroy` would remove it.
 */
export function ensureNamespace(profile: Profile): SingleStep {
  const step = applyTemplate(`Make namespace ${profile.namespace}`, 'namespace', profile);
  return {
    ...step,
    skip: async (context) => (await step.skip?.(context)) || whyLeft(context.kube, profile.namespace),
  };
}

async function whyLeft(kube: Kube, name: string): Promise<string | false> {
  let live: Manifest | undefined;
  try {
    live = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name });
  } catch (error) {
    if (httpStatusOf(error) !== 403) throw error;
    return 'you may not look at it: used without a change';
  }
  if (!live) return false;
  if (!isOurs(live)) return 'there already, not made by firesteel: used without a change';
  const mayChange = await kube.can({ verb: 'patch', resource: 'namespaces', namespace: name });
  return !mayChange && 'there already, and you may not change it: used without a change';
}
