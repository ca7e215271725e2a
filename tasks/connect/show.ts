// Forwards a Connect server to this machine, also after its pod is replaced, and writes the file for clients.
import { rmSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import { deploymentRef, tokenRef } from '../servers/names.ts';
import { tokenOf } from '../servers/token.ts';
import { watchServer } from '../servers/watch.ts';
import type { Context, Show } from '../steps/types.ts';
import { addressAt, clientFile, clientText, hasText, snippet } from './client.ts';
import { connectPort, serverSelector } from './names.ts';

/** Forwards until Ctrl-C, which is its good end, or until the server is taken down. */
export async function showServer(
  context: Context,
  object: string,
  wanted: number | undefined,
  show: Show,
): Promise<void> {
  const { kube, profile, signal } = context;
  const token = tokenOf(await kube.get(tokenRef(object, profile)).catch(() => undefined));
  if (!token)
    throw new Failure(`this user may not read the token of ${object}`, { hint: 'request the right to get Secrets' });
  const ending = new AbortController();
  const forward = await kube.forward(
    [{ namespace: profile.namespace, selector: serverSelector(object), port: connectPort }],
    {
      localPort: wanted ?? connectPort,
      isLocalhost: true,
      signal: AbortSignal.any([signal, ending.signal]),
      onReach: (_, pod) => show.note(`connected to ${pod}`),
      onTrouble: (why) => show.note(why),
    },
  );
  const path = clientFile(profile, object);
  const text = clientText(forward.port, token, process.env);
  try {
    if (wanted !== undefined && forward.port !== wanted)
      throw new Failure(`port ${wanted} is in use on this machine`, { hint: 'choose another: --port NUMBER' });
    if (wanted === undefined && forward.port !== connectPort)
      show.note(`port ${connectPort} is in use on this machine`);
    await context.write([{ path, content: text, mode: 0o600 }]);
    show.lines(Buffer.from(`${addressAt(forward.port)}\n`));
    for (const line of [
      'Address and token are in a file that only you can read; in another terminal:',
      ...snippet(path),
    ])
      show.note(line);
    show.note('Ctrl-C ends the connection; the server and its sessions stay');
    const deployment = deploymentRef(object, profile);
    const watched = { title: object, deployment, selector: serverSelector(object), contents: 'sessions' };
    await watchServer(context, watched, show.note);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
    await forward.closed;
    // Interrupted or not: what it holds is of no use without the forward.
    if (hasText(path, text)) rmSync(path, { force: true });
  }
}
