// Takes a Connect server down: its pod and executors, then what they used.
import { existsSync } from 'node:fs';
import { until } from '../core/wait.ts';
import { refOf } from '../kube/ref.ts';
import { isOurs } from '../kube/render.ts';
import type { Kube, Ref } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { SingleStep, Step } from '../steps/types.ts';
import { clientFile } from './client.ts';
import { podsOf, serverRefs } from './names.ts';

/** The driver gets the request to end first, and ends its executors; seconds. */
const endSeconds = 120;

/** Removes all of a server's objects but those of someone else. */
export function endServer(object: string, profile: Profile): Step[] {
  const [deployment, ...others] = serverRefs(object, profile);
  return [
    removal('Stop the Connect server', deployment ? [deployment] : []),
    waitForPods(object),
    removal("Remove the server's objects", others),
    {
      title: 'Remove the file for clients',
      skip: () => !existsSync(clientFile(profile, object)) && 'there is none',
      run: ({ remove }) => remove(clientFile(profile, object)),
    },
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
  title: 'Wait for its pods to end',
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
