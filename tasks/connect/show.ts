// Keeps a Connect server at hand on this machine: a forward that outlives its pod, and a file with address and token.
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import { runningPod } from '../kube/forward.ts';
import { deploymentRef, tokenRef } from '../servers/names.ts';
import { tokenOf } from '../servers/token.ts';
import type { Context, Show } from '../steps/types.ts';
import { addressAt, clientFile, clientText, hasText, snippet } from './client.ts';
import { connectPort, podsOf, serverSelector } from './names.ts';

const lookMs = 1_500;

/** What became of the server's pod between two looks; undefined if it is the same. */
export function newsOfPod(before: string | undefined, now: string | undefined): string | undefined {
  if (before === now) return undefined;
  if (before === undefined) return `${now} runs: sessions of the pod before are lost, and new ones can begin`;
  return `lost ${before} and its sessions: ${now === undefined ? 'waiting for another pod' : `${now} runs`}`;
}

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
  const serverPod = async (): Promise<string | undefined> => {
    const pods = await kube.list({ ...podsOf(object, profile), labelSelector: serverSelector(object) });
    return runningPod(pods)?.metadata.name;
  };
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
    let pod = await serverPod();
    while (!signal.aborted) {
      // A cluster that does not answer now may do so again.
      const isThere = await kube.get(deploymentRef(object, profile)).then(Boolean, () => true);
      if (!isThere) throw new Failure(`${object} was removed`);
      const now = await serverPod().catch(() => pod);
      const news = newsOfPod(pod, now);
      if (news) show.note(news);
      pod = now;
      await sleep(lookMs, undefined, { signal }).catch(() => {});
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
    await forward.closed;
    // Interrupted or not: what it holds is of no use without the forward.
    if (hasText(path, text)) rmSync(path, { force: true });
  }
}
