// A TLS proxy before a real API server that does wrong on demand: by verb, path and number of the request.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../../tasks/core/certificates.ts';
import { issue } from '../../tasks/core/certificates.ts';

export interface Fault {
  method: string;
  /** In the path and query; any if left out. */
  path?: RegExp;
  /** Which of the requests that match, counted from 1; the first if left out. */
  nth?: number;
  /** How many in a row; one if left out. */
  times?: number;
  /**
   * answer: this status instead of asking the server. reset: close the connection. hang: never answer. lose: let the
   * server do it, then close. cut: close after this number of bytes of the server's answer. call: this, then as ever.
   */
  does:
    | { answer: number; headers?: Record<string, string>; body?: unknown }
    | 'reset'
    | 'hang'
    | 'lose'
    | { cutAfterBytes: number }
    | { call: () => void };
}

export interface FaultProxy {
  address: string;
  /** TLS connections so far. */
  connections(): number;
  /** Requests so far, as "PATCH /api/v1/…", with the Authorization they came with. */
  requests: { line: string; authorization: string | undefined }[];
  inject(fault: Fault): void;
  /** Closes every connection that is open now. */
  dropAll(): void;
  close(): Promise<void>;
}

const statusBody = (code: number) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'injected',
  code,
});

/** Passes everything on as the given client of `upstream`, for every caller. */
export async function startFaultProxy(upstream: string, authority: KeyPair, client: KeyPair): Promise<FaultProxy> {
  const serving = await issue(authority, { commonName: 'proxy', usage: 'server', ipAddresses: ['127.0.0.1'] });
  const agent = new Agent({
    keepAlive: true,
    ca: authority.certificatePem,
    cert: client.certificatePem,
    key: client.keyPem,
  });
  const faults: (Fault & { seen: number })[] = [];
  const requests: FaultProxy['requests'] = [];
  const sockets = new Set<IncomingMessage['socket']>();
  let connections = 0;

  function faultFor(incoming: IncomingMessage): Fault | undefined {
    return faults.find((fault) => {
      if (fault.method !== incoming.method || !(fault.path?.test(incoming.url ?? '') ?? true)) return false;
      fault.seen++;
      const first = fault.nth ?? 1;
      return fault.seen >= first && fault.seen < first + (fault.times ?? 1);
    });
  }

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, does: Fault['does'] | undefined): void {
    const { host: _, authorization: __, ...headers } = incoming.headers;
    const sent = request(`${upstream}${incoming.url}`, { agent, method: incoming.method, headers }, (answer) => {
      if (does === 'lose') {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      let left = typeof does === 'object' && 'cutAfterBytes' in does ? does.cutAfterBytes : Number.POSITIVE_INFINITY;
      answer.on('data', (chunk: Buffer) => {
        outgoing.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) setTimeout(() => incoming.socket.destroy(), 20);
      });
      answer.on('end', () => left > 0 && outgoing.end());
      answer.on('error', () => incoming.socket.destroy());
    });
    sent.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => sent.destroy());
    incoming.pipe(sent);
  }

  const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, (incoming, outgoing) => {
    requests.push({ line: `${incoming.method} ${incoming.url}`, authorization: incoming.headers.authorization });
    const does = faultFor(incoming)?.does;
    if (does === 'hang') return;
    if (does === 'reset') {
      incoming.socket.destroy();
      return;
    }
    if (typeof does === 'object' && 'answer' in does) {
      outgoing.writeHead(does.answer, { 'content-type': 'application/json', ...does.headers });
      outgoing.end(JSON.stringify(does.body ?? statusBody(does.answer)));
      return;
    }
    if (typeof does === 'object' && 'call' in does) does.call();
    pass(incoming, outgoing, does);
  });
  server.on('secureConnection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    requests,
    inject: (fault) => faults.push({ ...fault, seen: 0 }),
    dropAll,
    async close() {
      dropAll();
      agent.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
