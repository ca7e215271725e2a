// Keeps a notebook server at hand on this machine: a forward that outlives its pod, and its address with the token, once.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import { runningPod } from '../../kube/forward.ts';
import { deploymentRef } from '../../servers/names.ts';
import type { Context, Show } from '../../steps/types.ts';
import { verifyLocked } from '../dev/health.ts';
import { findToken, forwardTo } from './link.ts';
import { labPort, podsOf, serverSelector } from './names.ts';

/** A pod that is being replaced takes so long at most to answer, in seconds. */
const patienceSeconds = 180;
const lookMs = 1_500;

/** What became of the server's pod between two looks; undefined if it is the same. */
export function newsOfPod(before: string | undefined, now: string | undefined): string | undefined {
  if (before === now) return undefined;
  if (before === undefined) return `${now} runs`;
  return `lost ${before} and its kernels: ${now === undefined ? 'waiting for another pod' : `${now} runs`}`;
}

/** Forwards until Ctrl-C, which is its good end, or until the server is taken down. */
export async function showLab(context: Context, object: string, show: Show): Promise<void> {
  const { kube, profile, signal } = context;
  const token = await findToken(context, object);
  if (!token)
    throw new Failure(`this user may not read the token of ${object}`, {
      hint: 'ask an administrator for the right to get Secrets',
    });
  const ending = new AbortController();
  const forward = await forwardTo(kube, object, profile.namespace, {
    localPort: labPort,
    signal: AbortSignal.any([signal, ending.signal]),
    onReach: (_, pod) => show.note(`connected to ${pod}`),
    onTrouble: (why) => show.note(why),
  });
  const address = `http://${forward.address}`;
  const serverPod = async (): Promise<string | undefined> => {
    const pods = await kube.list({ ...podsOf(object, profile), labelSelector: serverSelector(object) });
    return runningPod(pods)?.metadata.name;
  };
  try {
    await until({
      for: 'answer of JupyterLab',
      seconds: patienceSeconds,
      everyMs: 500,
      signal,
      hint: 'inspect it: firesteel notebook status',
      probe: async () => ((await verifyLocked(address)) ? { done: true } : { seen: 'no answer yet' }),
    });
    if (forward.port !== labPort) show.note(`port ${labPort} is in use on this machine`);
    show.lines(Buffer.from(`Open ${address}/lab?token=${token}\n`));
    show.note('Ctrl-C ends the connection; the notebook server keeps running');
    let pod = await serverPod();
    while (!signal.aborted) {
      // A cluster that does not answer now may do so again.
      const isThere = await kube.get(deploymentRef(object, profile)).then(Boolean, () => true);
      if (!isThere) throw new Failure(`notebook server ${object} was removed`);
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
  }
}
