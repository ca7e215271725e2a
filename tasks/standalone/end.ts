// Stops a standalone cluster: first what runs on it, then all its objects.
import { refOf } from '../kube/ref.ts';
import type { Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { podsEnd, removal } from '../steps/removal.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { withMaster } from './master.ts';
import { masterRef, otherRefs, podsOf, scalerRef, workerRef } from './names.ts';

/** Applications that end with it, a line each; none where the master does not answer. */
export async function runningApplications(context: Context): Promise<string[]> {
  const { kube, profile } = context;
  const pods = await kube.list(podsOf(profile, 'master'));
  if (pods.length === 0) return [];
  const view = await withMaster(context, (look) => look());
  return (view?.activeapps ?? []).map(({ id, name }) => `application ${name} (${id}), which runs`);
}

/** Workers hand over nothing: there is nobody left who would need it. */
export const endSteps = (profile: Profile): SingleStep[] => [
  removal('Stop the autoscaler', () => [scalerRef(profile)], { named: true }),
  removal('End applications and shells', driverRefs, { named: true }),
  removal('Stop master and workers', () => [workerRef(profile), masterRef(profile)], { named: true }),
  // The kubelet gives each its time to end.
  podsEnd('Wait for their pods to end', {
    for: 'end of the pods',
    seconds: 60 + profile.standalone.graceSeconds,
    pods: podsOf(profile),
  }),
  removal("Remove the cluster's objects", () => otherRefs(profile), { named: true }),
];

const driverRefs = async ({ kube, profile }: Context): Promise<Ref[]> =>
  (await kube.list(podsOf(profile, 'driver'))).map(refOf);
