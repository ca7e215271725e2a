// Forwards a notebook server to this machine, and prints its address.
import { until } from '../../core/wait.ts';
import { showServer } from '../../servers/show.ts';
import type { Context, Show } from '../../steps/types.ts';
import { verifyLocked } from '../dev/health.ts';
import { labPort, serverSelector } from './names.ts';

/** A pod that is being replaced takes so long at most to answer, in seconds. */
const patienceSeconds = 180;

export async function showLab(context: Context, object: string, show: Show): Promise<void> {
  const server = {
    title: `notebook server ${object}`,
    object,
    selector: serverSelector(object),
    port: labPort,
    local: { localPort: labPort },
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
    show.lines(Buffer.from(`Open ${address}/lab?token=${token}\n`));
    show.note('Ctrl-C ends the connection; the notebook server keeps running');
    return () => {};
  });
}
