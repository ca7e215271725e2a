// Takes a notebook server down: its pod and executors, then what they used; the work folder stays unless the user asks otherwise.
import { until } from '../../core/wait.ts';
import { refOf } from '../../kube/ref.ts';
import { isOurs } from '../../kube/render.ts';
import type { Kube, Ref } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import { claimRef, podsOf, serverRefs } from './names.ts';

/** Kernels get the request to end first, and their sessions end their executors; seconds. */
const endSeconds = 120;

/** Removes all of a server's objects but those of someone else. `command` is how to say it again. */
export function endLab(object: string, profile: Profile, withClaim: boolean, command: string): Step[] {
  const claim = claimRef(object, profile);
  const [deployment, ...others] = serverRefs(object, profile);
  return [
    removal('Stop the notebook server', deployment ? [deployment] : []),
    waitForPods(object),
    removal("Remove the server's objects", others),
    ...(withClaim ? [removal('Remove the work folder', [claim])] : [sayKept(claim, command)]),
  ];
}

/** Those of the objects that are there and ours. */
async function ours(kube: Kube, refs: readonly Ref[]): Promise<Ref[]> {
  const live = await Promise.all(refs.map((ref) => kube.get(ref)));
  return live.flatMap((found) => (found && isOurs(found) ? [refOf(found)] : []));
}

const removal = (title: string, refs: readonly Ref[]): SingleStep => ({
  title,
  skip: async ({ kube }) => (await ours(kube, refs)).length === 0 && 'nothing to remove',
  run: async ({ kube }) => {
    for (const ref of await ours(kube, refs)) await kube.remove(ref);
  },
});

/** Their end needs the account, and what they used. */
const waitForPods = (object: string): SingleStep => ({
  title: "Wait for the notebook server's pods to end",
  observes: true,
  run: async ({ kube, profile, signal }, out) => {
    await until({
      for: 'end of its pods',
      seconds: endSeconds,
      everyMs: 300,
      signal,
      onSeen: out.line,
      hint: 'run the command again',
      probe: async () => {
        const pods = await kube.list(podsOf(object, profile));
        return pods.length === 0 ? { done: true } : { seen: `${pods.map(({ metadata }) => metadata.name).join(', ')}` };
      },
    });
  },
});

const sayKept = (claim: Ref, command: string): SingleStep => ({
  title: 'Keep the work folder',
  observes: true,
  run: async ({ kube, state }) => {
    if (await kube.get(claim))
      state.lines = [`The work folder stays in claim ${claim.name}.`, `Next: ${command} --with-claim, to delete it`];
  },
});
