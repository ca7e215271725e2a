// Forwards a notebook server to this machine, also after its pod is replaced, and prints its address.
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import { deploymentRef } from '../../servers/names.ts';
import { watchServer } from '../../servers/watch.ts';
import type { Context, Show } from '../../steps/types.ts';
import { verifyLocked } from '../dev/health.ts';
import { findToken, forwardTo } from './link.ts';
import { labPort, serverSelector } from './names.ts';

/** A pod that is being replaced takes so long at most to answer, in seconds. */
const patienceSeconds = 180;
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
    const title = `notebook server ${object}`;
    const deployment = deploymentRef(object, profile);
    const watched = { title, deployment, selector: serverSelector(object), contents: 'kernels' };
    await watchServer(context, watched, show.note);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
    await forward.closed;
  }
}
