// Forwards a Connect server to this machine, and writes the file that clients read.
import { rmSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import { showServer } from '../servers/show.ts';
import type { Context, Show } from '../steps/types.ts';
import { addressAt, clientFile, clientText, hasText, snippet } from './client.ts';
import { connectPort, serverSelector } from './names.ts';

/** `wanted` is the port of this machine; left out, the usual one or the next that is free. */
export async function showConnect(
  context: Context,
  object: string,
  wanted: number | undefined,
  show: Show,
): Promise<void> {
  const server = {
    title: object,
    object,
    selector: serverSelector(object),
    port: connectPort,
    local: { localPort: wanted ?? connectPort, isLocalhost: true },
    contents: 'sessions',
  };
  await showServer(context, server, show, async ({ port }, token) => {
    if (wanted !== undefined && port !== wanted)
      throw new Failure(`port ${wanted} is in use on this machine`, { hint: 'choose another: --port NUMBER' });
    if (port !== connectPort && wanted === undefined) show.note(`port ${connectPort} is in use on this machine`);
    const path = clientFile(context.profile, object);
    const text = clientText(port, token, process.env);
    await context.write([{ path, content: text, mode: 0o600 }]);
    show.lines(Buffer.from(`${addressAt(port)}\n`));
    show.note('Address and token are in a file that only you can read; in another terminal:');
    for (const line of snippet(path)) show.note(line);
    show.note('Ctrl-C ends the connection; the server and its sessions stay');
    // What the file holds is of no use without the forward.
    return () => {
      if (hasText(path, text)) rmSync(path, { force: true });
    };
  });
}
