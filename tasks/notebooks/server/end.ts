// Stops a notebook server; its work folder stays unless the user wants it removed.
import type { Ref } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { podsEnd, removal } from '../../steps/removal.ts';
import type { SingleStep, Step } from '../../steps/types.ts';
import { claimRef, podsOf, serverRefs } from './names.ts';

/** Kernels get the request to end first, and their sessions end their executors; seconds. */
const endSeconds = 120;

/** Removes all of a server's objects but those of someone else. `command` is how to say it again. */
export function endLab(object: string, profile: Profile, withClaim: boolean, command: string): Step[] {
  const claim = claimRef(object, profile);
  const [deployment, ...others] = serverRefs(object, profile);
  return [
    removal('Stop the notebook server', () => (deployment ? [deployment] : [])),
    // Their end needs the account, and what they used.
    podsEnd("Wait for the notebook server's pods to end", {
      for: 'end of its pods',
      seconds: endSeconds,
      pods: podsOf(object, profile),
    }),
    removal("Remove the server's objects", () => others),
    ...(withClaim ? [removal('Remove the work folder', () => [claim])] : [sayKept(claim, command)]),
  ];
}

const sayKept = (claim: Ref, command: string): SingleStep => ({
  title: 'Keep the work folder',
  observes: true,
  run: async ({ kube, state }) => {
    if (await kube.get(claim))
      state.lines = [`The work folder stays in claim ${claim.name}.`, `Next: ${command} --with-claim, to delete it`];
  },
});
