// Forwards a server to this machine until Ctrl-C, also after its pod is replaced.
import { Failure } from '../core/failure.ts';
import type { Forward, ForwardOptions } from '../kube/types.ts';
import type { Context, Show } from '../steps/types.ts';
import { deploymentRef } from './names.ts';
import { findToken } from './token.ts';
import { type Watched, watchServer } from './watch.ts';

/** A server, and where its pod listens. */
export interface Shown extends Omit<Watched, 'deployment'> {
  /** The name that its objects share. */
  object: string;
  /** The pod's port. */
  port: number;
  /** How this machine listens. */
  local: Pick<ForwardOptions, 'localPort' | 'isLocalhost'>;
}

/**
 * Forwards until Ctrl-C, which is its good end, or until the server is removed, which is a Failure. `greet` says how to
 * use the server; what it returns runs at the end. Failure if this user may not read the token.
 */
export async function showServer(
  context: Context,
  { object, port, local, ...watched }: Shown,
  show: Show,
  greet: (forward: Forward, token: string) => Promise<() => void>,
): Promise<void> {
  const { kube, profile, signal } = context;
  const token = await findToken(kube, object, profile);
  if (!token)
    throw new Failure(`this user may not read the token of ${object}`, {
      hint: 'ask an administrator for the right to get Secrets',
    });
  const ending = new AbortController();
  const forward = await kube.forward([{ namespace: profile.namespace, selector: watched.selector, port }], {
    ...local,
    signal: AbortSignal.any([signal, ending.signal]),
    onReach: (_, pod) => show.note(`connected to ${pod}`),
    onTrouble: (why) => show.note(why),
  });
  let forget = () => {};
  try {
    forget = await greet(forward, token);
    await watchServer(context, { ...watched, deployment: deploymentRef(object, profile) }, show.note);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
    await forward.closed;
    forget();
  }
}
