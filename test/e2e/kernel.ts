// A kernel of a Jupyter server, started and talked to as a browser does: REST for its life, a websocket for its cells.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { zipSync } from 'fflate';
import { WebSocket } from 'undici';

interface Message {
  channel: string;
  header: { msg_type: string };
  parent_header: { msg_id?: string };
  content: Record<string, unknown>;
}

export interface Kernel {
  /**
   * Runs a cell; returns what it printed and showed, and tells `onOutput` of all of that so far. An error in the cell is
   * thrown, with its traceback.
   */
  run(code: string, onOutput?: (output: string) => void): Promise<string>;
  /** Ends the kernel and the connection. */
  end(): Promise<void>;
}

/** Starts a Python kernel on the server at `address` (`http://127.0.0.1:8888`), as in a notebook of that path. */
export async function startKernel(address: string, token: string, path = 'test.ipynb'): Promise<Kernel> {
  const headers = { Authorization: `token ${token}` };
  const made = await fetch(`${address}/api/sessions`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ path, name: basename(path), type: 'notebook', kernel: { name: 'python3' } }),
  });
  if (!made.ok) throw new Error(`no session: ${made.status} ${await made.text()}`);
  const session = (await made.json()) as { id: string; kernel: { id: string } };
  const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/api/kernels/${session.kernel.id}/channels`, {
    headers,
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', (event) => reject(event.error));
  });

  const execute = (code: string, onOutput?: (output: string) => void): Promise<string> =>
    new Promise((resolve, reject) => {
      const id = randomUUID();
      let output = '';
      let failure: Error | undefined;
      const hear = (event: { data: unknown }): void => {
        const message = JSON.parse(String(event.data)) as Message;
        if (message.parent_header.msg_id !== id) return;
        const { content } = message;
        if (message.header.msg_type === 'stream') output += content['text'];
        onOutput?.(output);
        if (['execute_result', 'display_data'].includes(message.header.msg_type))
          output += (content['data'] as Record<string, string>)['text/plain'];
        if (message.header.msg_type === 'error')
          failure = new Error([output, ...(content['traceback'] as string[])].join('\n'));
        if (message.header.msg_type !== 'status' || content['execution_state'] !== 'idle') return;
        socket.removeEventListener('message', hear);
        socket.removeEventListener('close', gone);
        if (failure) reject(failure);
        else resolve(output);
      };
      const gone = (): void => reject(new Error(`the kernel has gone:\n${output}`));
      socket.addEventListener('message', hear);
      socket.addEventListener('close', gone);
      socket.send(
        JSON.stringify({
          channel: 'shell',
          header: {
            msg_id: id,
            msg_type: 'execute_request',
            version: '5.3',
            username: '',
            session: session.id,
            date: '',
          },
          parent_header: {},
          metadata: {},
          content: { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false },
        }),
      );
    });

  return {
    run: execute,
    end: async () => {
      socket.close();
      await fetch(`${address}/api/sessions/${session.id}`, { method: 'DELETE', headers });
    },
  };
}

/** A wheel of one module `tiny`, which no index has. */
export function tinyWheel(): { name: string; content: Uint8Array } {
  const text = (content: string) => new TextEncoder().encode(content);
  const info = 'tiny-1.dist-info';
  const content = zipSync({
    'tiny.py': text('word = "tiny"\n'),
    [`${info}/METADATA`]: text('Metadata-Version: 2.1\nName: tiny\nVersion: 1\n'),
    [`${info}/WHEEL`]: text('Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
    [`${info}/RECORD`]: text(
      ['tiny.py', ...['METADATA', 'WHEEL', 'RECORD'].map((name) => `${info}/${name}`)]
        .map((path) => `${path},,\n`)
        .join(''),
    ),
  });
  return { name: 'tiny-1-py3-none-any.whl', content };
}

/** Runs every code cell of a notebook file's text in a kernel; answers all it printed and showed. */
export async function runNotebook(kernel: Kernel, text: string): Promise<string> {
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
  let output = '';
  for (const { cell_type, source } of cells)
    if (cell_type === 'code') output += await kernel.run(typeof source === 'string' ? source : source.join(''));
  return output;
}

/** The cell of a notebook file's text that brings what it reads; another installs packages. */
export function fetchingCell(text: string): string {
  const { cells } = JSON.parse(text) as { cells: { metadata: { tags?: string[] }; source: string[] }[] };
  const own = cells.filter(({ metadata }) => metadata.tags?.includes('notebook-only'));
  const code = own.map(({ source }) => source.join('')).find((python) => !/^%/m.test(python));
  if (code === undefined) throw new Error('the notebook has no such cell');
  return code;
}
