// What stands before the API server of a fake cluster: TLS with a separate authority, a bearer token at each request.
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, issue } from '../../tasks/core/certificates.ts';

export interface Upstream {
  /** Such as https://198.18.0.2:6443. */
  server: string;
  authorityPem: string;
  certificatePem: string;
  keyPem: string;
}

export interface FrontProxy {
  /** Address and port. */
  endpoint: string;
  authorityPem: string;
  /** Requests so far: how many came in, and how many were sent away for their token. */
  counts: { passed: number; refused: number };
  close(): Promise<void>;
}

const unauthorized = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
};

/** Passes on as the upstream's client whatever comes with an Authorization that `admits`; answers stream through. */
export async function startFrontProxy(
  upstream: Upstream,
  admits: (authorization: string | undefined) => boolean,
): Promise<FrontProxy> {
  const authority = await createAuthority('fake-gke-cluster');
  const serving = await issue(authority, { commonName: 'control-plane', usage: 'server', ipAddresses: ['127.0.0.1'] });
  const agent = new Agent({
    keepAlive: true,
    ca: upstream.authorityPem,
    cert: upstream.certificatePem,
    key: upstream.keyPem,
  });
  const counts = { passed: 0, refused: 0 };
  const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, (incoming, outgoing) => {
    const { host: _, authorization, ...headers } = incoming.headers;
    if (!admits(authorization)) {
      counts.refused += 1;
      outgoing.writeHead(401, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(unauthorized));
      return;
    }
    counts.passed += 1;
    const sent = request(`${upstream.server}${incoming.url}`, { agent, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.on('error', () => incoming.socket.destroy());
    });
    sent.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => sent.destroy());
    incoming.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorityPem: authority.certificatePem,
    counts,
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
