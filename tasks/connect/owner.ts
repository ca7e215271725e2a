// Whose server it is: its sessions share a JVM and a token, so each person has a separate one.
import { Failure } from '../core/failure.ts';
import { userName } from '../core/user.ts';
import { deploymentRef } from '../servers/names.ts';
import { serverCommand } from '../servers/next.ts';
import type { Context, SingleStep } from '../steps/types.ts';

/** On the server's Deployment: who started it. */
export const ownerAnnotation = 'firesteel/user';

/** Who started the server, if that is someone else. */
async function otherOwner({ kube, profile }: Context, object: string): Promise<string | undefined> {
  const owner = (await kube.get(deploymentRef(object, profile)))?.metadata.annotations?.[ownerAnnotation];
  return owner === userName() ? undefined : owner;
}

/** A name for a server that its user's own name gives: at most 20 lower-case letters, digits and "-". */
export const nameFor = (user: string): string =>
  user
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 20)
    .replaceAll(/^-|-$/g, '') || 'mine';

/** Fails at a server of someone else, with the command for a separate one. */
export const verifyOwner = (object: string): SingleStep => ({
  title: 'Check whose server it is',
  observes: true,
  run: async (context) => {
    const owner = await otherOwner(context, object);
    if (owner)
      throw new Failure(`${object} is the server of ${owner}: all its sessions share one JVM and one token`, {
        hint: `start a separate server: ${serverCommand('connect', 'up', nameFor(userName()))}`,
      });
  },
});

/** A line for the question before a server of someone else ends. */
export async function endsOfOther(context: Context, object: string): Promise<string[]> {
  const owner = await otherOwner(context, object).catch(() => undefined);
  return owner ? [`Connect server ${object} of ${owner}, with its sessions`] : [];
}
