// The part of a kubelet that serves container logs, with the ways in which a real one ends a stream.
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../../tasks/lib/certificates.ts';

export interface FakeKubelet {
  port: number;
  /** Adds a line to the log of every container; each character is a byte, and without `end` the line is not finished. */
  write(timestamp: string, text: string, end?: string): void;
  /** Begins a new file, as when the old one got too large: what was written is not shown any more. */
  rotate(): void;
  /** Ends the streams that are open: in good order or not, after a part of a line that comes again whole. */
  end(how: 'orderly' | 'cut', partOfLine?: string): void;
  /** Sets what the log streams end with: they end by themselves once the container did. */
  finish(): void;
  /** Requests for logs so far. */
  requests: URL[];
  close(): Promise<void>;
}

export async function startFakeKubelet(serving: KeyPair): Promise<FakeKubelet> {
  let lines: { second: number; line: Buffer }[] = [];
  const open = new Set<ServerResponse>();
  const requests: URL[] = [];
  let finished = false;
  const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '', 'https://kubelet');
    requests.push(url);
    const { searchParams } = url;
    const since = Math.floor(Date.parse(searchParams.get('sinceTime') ?? '1970-01-01T00:00:00Z') / 1000);
    const tail = searchParams.get('tailLines');
    const chosen = lines.filter(({ second }) => second >= since);
    outgoing.writeHead(200, { 'content-type': 'text/plain' });
    outgoing.flushHeaders();
    for (const { line } of tail ? chosen.slice(-Number(tail)) : chosen) outgoing.write(line);
    if (searchParams.get('follow') !== 'true' || finished) outgoing.end();
    else open.add(outgoing);
    outgoing.on('close', () => open.delete(outgoing));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    rotate() {
      lines = [];
    },
    write(timestamp, text, end = '\n') {
      const line = Buffer.from(`${timestamp} ${text}${end}`, 'latin1');
      lines.push({ second: Math.floor(Date.parse(timestamp) / 1000), line });
      for (const stream of open) stream.write(line);
    },
    end(how, partOfLine) {
      for (const stream of open) {
        if (partOfLine) stream.write(partOfLine);
        open.delete(stream);
        if (how === 'orderly') stream.end();
        else setTimeout(() => stream.socket?.destroy(), 50);
      }
    },
    finish() {
      finished = true;
      for (const stream of open) stream.end();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
