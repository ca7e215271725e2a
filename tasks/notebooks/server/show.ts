// Forwards a notebook server to this machine, and prints its address.
import { until } from '../../core/wait.ts';
import { showServer } from '../../servers/show.ts';
import type { Context, Show } from '../../steps/types.ts';
import { verifyLocked } from '../dev/health.ts';
import { labPort, serverSelector } from './names.ts';

/** A pod that is being replaced takes so long at most to answer, in seconds. */
const patienceSeconds = 180;

/** `localName` is a name below localhost, for an origin that no other server of this machine shares. */
export async function showLab(context: Context, object: string, show: Show, localName?: string): Promise<void> {
  const server = {
    title: `notebook server ${object}`,
    object,
    selector: serverSelector(object),
    port: labPort,
    // Browsers look such names up on ::1 as well.
    local: { localPort: labPort, ...(localName ? { isLocalhost: true } : {}) },
    contents: 'kernels',
  };
  await showServer(context, server, show, async (forward, token) => {
    const address = `http://${forward.address}`;
    await until({
      for: 'answer of JupyterLab',
      seconds: patienceSeconds,
      everyMs: 500,
      signal: context.signal,
      hint: 'inspect it: firesteel notebook status',
      probe: async () => ((await verifyLocked(address)) ? { done: true } : { seen: 'no answer yet' }),
    });
    if (forward.port !== labPort) show.note(`port ${labPort} is in use on this machine`);
    const origin = localName ? `http://${localName}.localhost:${forward.port}` : address;
    show.lines(Buffer.from(`Open ${origin}/lab?token=${token}\n`));
    show.note('Ctrl-C ends the connection; the notebook server keeps running');
    return () => {};
  });
}
