// Forwards the pages of master, workers and applications to this machine.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import type { Context, Show } from '../steps/types.ts';
import { masterAt, pagesOf } from './master.ts';
import { masterRef, ports } from './names.ts';

const lookMs = 1_500;

/** Forwards until Ctrl-C, which is its good end, or until the cluster is taken down. */
export async function showPages({ kube, profile, signal }: Context, show: Show): Promise<void> {
  const ending = new AbortController();
  const forward = await kube.forward(pagesOf(profile.namespace), {
    localPort: ports.masterPages,
    signal: AbortSignal.any([signal, ending.signal]),
    onReach: (_, pod) => show.note(`connected to ${pod}`),
    onTrouble: (why) => show.note(why),
  });
  const address = `http://${forward.address}`;
  try {
    if (forward.port !== ports.masterPages) show.note(`port ${ports.masterPages} is in use on this machine`);
    while (!signal.aborted && !(await masterAt(address))) await pause(signal);
    show.lines(Buffer.from(`Open ${address}\n`));
    show.note('pages of workers and applications are links of this page; Ctrl-C ends the connection');
    while (!signal.aborted) {
      // A cluster that does not answer now may do so again.
      const isThere = await kube.get(masterRef(profile)).then(Boolean, () => true);
      if (!isThere)
        throw new Failure('the standalone cluster was removed', { hint: 'start one: firesteel standalone up' });
      await pause(signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
    await forward.closed;
  }
}

const pause = (signal: AbortSignal) => sleep(lookMs, undefined, { signal }).catch(() => {});
