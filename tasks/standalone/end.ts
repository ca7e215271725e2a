// Takes a standalone cluster down: what runs on it ends first, and nothing of it stays.
import { until } from '../core/wait.ts';
import { refOf } from '../kube/ref.ts';
import { isOurs } from '../kube/render.ts';
import type { Kube, Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
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
  removal('Stop the autoscaler', () => [scalerRef(profile)]),
  removal('End applications and shells', driverRefs),
  removal('Stop master and workers', () => [workerRef(profile), masterRef(profile)]),
  waitForPods,
  removal("Remove the cluster's objects", () => otherRefs(profile)),
];

const driverRefs = async ({ kube, profile }: Context): Promise<Ref[]> =>
  (await kube.list(podsOf(profile, 'driver'))).map(refOf);

async function ours(kube: Kube, refs: readonly Ref[]): Promise<Ref[]> {
  const live = await Promise.all(refs.map((ref) => kube.get(ref)));
  return live.flatMap((found) => (found && isOurs(found) ? [refOf(found)] : []));
}

const removal = (title: string, refs: (context: Context) => Promise<Ref[]> | Ref[]): SingleStep => ({
  title,
  skip: async (context) => (await ours(context.kube, await refs(context))).length === 0 && 'nothing to remove',
  run: async (context, out) => {
    const { kube } = context;
    for (const ref of await ours(kube, await refs(context))) {
      await kube.remove(ref);
      out.line(`${ref.kind} ${ref.name}`);
    }
  },
});

/** The kubelet gives each its time to end. */
const waitForPods: SingleStep = {
  title: 'Wait for their pods to end',
  observes: true,
  run: async ({ kube, profile, signal }, out) => {
    await until({
      for: 'end of the pods',
      seconds: 60 + profile.standalone.graceSeconds,
      everyMs: 300,
      signal,
      onSeen: out.line,
      hint: 'run the command again',
      probe: async () => {
        const pods = await kube.list(podsOf(profile));
        return pods.length === 0 ? { done: true } : { seen: pods.map(({ metadata }) => metadata.name).join(', ') };
      },
    });
  },
};
