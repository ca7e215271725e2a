// The part of a kubelet that serves container logs, with the ways in which a real one ends a stream and begins a file.
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { KeyPair } from '../../tasks/core/certificates.ts';

export interface FakeKubelet {
  port: number;
  /**
   * Adds a line to the log of every container; each character is a byte, and without `end` the line is not finished. One
   * that is passed over comes to no open stream, as what a container writes while the kubelet goes to the next file. One
   * that is late is in the file before the newest, and open streams come to it only now.
   */
  write(timestamp: string, text: string, options?: { end?: string; passedOver?: boolean; isLate?: boolean }): void;
  /** Begins a new file, as when the old one got too large: only the new one is shown. */
  rotate(how?: 'compressed' | 'deleted'): void;
  /** Ends the streams that are open: in good order or not, after a part of a line that comes again whole. */
  end(how: 'orderly' | 'cut', partOfLine?: string): void;
  /** Lets the next stream that follows end in good order after these lines, in the midst of the file. */
  nextStreamEndsAfter(lines: number): void;
  /** Gives open streams the newest file once more, from its beginning, with a pause behind each line. */
  repeat(pauseMs?: number): Promise<void>;
  /** Sets what the log streams end with: they end by themselves once the container did. */
  finish(): void;
  /** Requests for logs so far. */
  requests: URL[];
  close(): Promise<void>;
}

interface File {
  /** What is behind `0.log`: nothing for the newest. */
  suffix: string;
  lines: { timestamp: string; text: string; end: string }[];
}

/** A line as the kubelet gives it, and as containerd writes it to a file. */
const shown = ({ timestamp, text, end }: File['lines'][number]) => Buffer.from(`${timestamp} ${text}${end}`, 'latin1');
const record = ({ timestamp, text, end }: File['lines'][number]) =>
  Buffer.from(`${timestamp} stdout ${end ? 'F' : 'P'} ${text}\n`, 'latin1');

const secondOf = (timestamp: string) => Math.floor(Date.parse(timestamp) / 1000);

/** Listens on an address of this machine, for which its certificate is. */
export async function startFakeKubelet(serving: KeyPair, address = '127.0.0.1'): Promise<FakeKubelet> {
  let newest: File = { suffix: '', lines: [] };
  let older: File[] = [];
  let rotations = 0;
  /** Streams that follow, and from which second on each wants lines. */
  const open = new Map<ServerResponse, number>();
  const requests: URL[] = [];
  let finished = false;
  let endsAfter: number | undefined;

  /** A file of the node's folder of logs, or the list of them. */
  function serveFile(path: string, outgoing: ServerResponse): void {
    const files = [...older, newest];
    const name = path.split('/').at(-1) ?? '';
    if (name === '') {
      outgoing.end(files.map(({ suffix }) => `<a href="0.log${suffix}">0.log${suffix}</a>\n`).join(''));
      return;
    }
    const file = files.find(({ suffix }) => name === `0.log${suffix}`);
    if (!file) return void outgoing.writeHead(404).end();
    const bytes = Buffer.concat(file.lines.map(record));
    outgoing.end(file.suffix.endsWith('.gz') ? gzipSync(bytes) : bytes);
  }

  const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '', 'https://kubelet');
    if (url.pathname.startsWith('/logs/pods/')) return serveFile(url.pathname, outgoing);
    const { searchParams } = url;
    const limit = searchParams.get('limitBytes');
    if (!limit) requests.push(url);
    const since = secondOf(searchParams.get('sinceTime') ?? '1970-01-01T00:00:00Z');
    const tail = searchParams.get('tailLines');
    const chosen = newest.lines.filter(({ timestamp }) => secondOf(timestamp) >= since).map(shown);
    outgoing.writeHead(200, { 'content-type': 'text/plain' });
    // As a real one, which sends its headers with the first bytes.
    if (searchParams.get('follow') !== 'true') outgoing.flushHeaders();
    if (limit) return void outgoing.end(Buffer.concat(chosen).subarray(0, Number(limit)));
    if (endsAfter !== undefined && searchParams.get('follow') === 'true') {
      outgoing.end(Buffer.concat(chosen.slice(0, endsAfter)));
      endsAfter = undefined;
      return;
    }
    for (const line of tail ? chosen.slice(-Number(tail)) : chosen) outgoing.write(line);
    if (searchParams.get('follow') !== 'true' || finished) outgoing.end();
    else open.set(outgoing, since);
    outgoing.on('close', () => open.delete(outgoing));
  });
  // Also those whose handshake continues, which an API server keeps open for 90 s.
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, address, done));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    rotate(how) {
      const suffix = `.20260102-0304${String(++rotations).padStart(2, '0')}${how === 'compressed' ? '.gz' : ''}`;
      older = how === 'deleted' ? [] : [...older, { ...newest, suffix }];
      newest = { suffix: '', lines: [] };
    },
    write(timestamp, text, { end = '\n', passedOver = false, isLate = false } = {}) {
      const line = { timestamp, text, end };
      (isLate ? older.at(-1) : newest)?.lines.push(line);
      if (!passedOver) for (const stream of open.keys()) stream.write(shown(line));
    },
    end(how, partOfLine) {
      for (const stream of open.keys()) {
        if (partOfLine) stream.write(partOfLine);
        open.delete(stream);
        if (how === 'orderly') stream.end();
        else setTimeout(() => stream.socket?.destroy(), 50);
      }
    },
    nextStreamEndsAfter(lines) {
      endsAfter = lines;
    },
    async repeat(pauseMs = 0) {
      for (const line of newest.lines) {
        for (const [stream, since] of open) if (secondOf(line.timestamp) >= since) stream.write(shown(line));
        await sleep(pauseMs);
      }
    },
    finish() {
      finished = true;
      for (const stream of open.keys()) stream.end();
    },
    async close() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
