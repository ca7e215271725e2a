// Stand-ins for the pods of students: real HTTP and WebSocket servers with the parts of JupyterLab that the door meets.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Seat } from '../../../tasks/classroom/types.ts';

export interface Pod {
  address: string;
  /** Requests so far, `METHOD PATH`. */
  requests: string[];
  /** Headers of the newest request. */
  headers: IncomingMessage['headers'];
  /** Terminals that were opened. */
  terminals: number;
  /** False: WebSockets get no answer that opens them, as behind some firewalls. */
  opensSockets: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Answers a request, or leaves it to JupyterLab's stand-in by `false`. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

const labPort = 8888;
const pagePort = 4040;

/** The page of a lab: it says whose it is, and what its socket said. */
const labPage = (student: string): string => `<!doctype html><title>JupyterLab of ${student}</title>
<h1>Lab of ${student}</h1>
<script>new WebSocket('wss://' + location.host + '/api/events/subscribe').onmessage = (m) => document.title += ' ' + m.data</script>`;

type Content = [status: number, type: string, body: string];

/** What JupyterLab answers with the right token. */
function contentOf(path: string, { student }: Seat, terminals: number): Content {
  if (path === '/lab') return [200, 'text/html', labPage(student)];
  if (path.startsWith('/api/terminals')) return [200, 'application/json', `{"opened":${terminals}}`];
  if (path.startsWith('/static/')) return [200, 'application/javascript', `/* of ${student} */`.padEnd(20_000, ' ')];
  return [200, 'application/json', `{"secret of":"${student}"}`];
}

/** JupyterLab in the pod of a seat, or what its student made of it, and Spark's own pages beside it. */
export function podOf(seat: Seat, address: string, own: Answer = () => false): Pod {
  const open = new Set<Duplex>();
  const webSockets = new WebSocketServer({ noServer: true });
  let servers: Server[] = [];
  const token = `token ${seat.token}`;

  function note(request: IncomingMessage): void {
    pod.requests.push(`${request.method} ${request.url}`);
    pod.headers = request.headers;
  }

  async function lab(request: IncomingMessage, response: ServerResponse): Promise<void> {
    note(request);
    if (own(request, response)) return;
    const path = request.url?.split('?')[0] ?? '';
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    if (path === '/api/terminals' && request.method === 'POST') pod.terminals += 1;
    let [status, type, body] = contentOf(path, seat, pod.terminals);
    if (path === '/upload') body = `${length}`;
    if (path === '/api') body = '{"version":"2"}';
    else if (request.headers.authorization !== token) [status, type, body] = [403, 'text/plain', 'Forbidden'];
    const caching = path.startsWith('/static/') ? 'max-age=9999, immutable' : 'no-cache';
    response.writeHead(status, { 'content-type': type, 'cache-control': caching }).end(body);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    note(request);
    // As Jupyter does: a token, and an origin that is this host.
    const { authorization, origin, host } = request.headers;
    if (pod.opensSockets && authorization === token && origin === `https://${host}`)
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.send(`hello ${seat.student}`);
        webSocket.on('message', (data, isBinary) => webSocket.send(data, { binary: isBinary }));
      });
    else socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  }

  /** A redirect as Jetty makes it, what the door said of its path, and at `/cookies` those that came. */
  function sparkPage(request: IncomingMessage, response: ServerResponse): void {
    pod.headers = request.headers;
    const { cookie = '' } = request.headers;
    if (request.url === '/cookies')
      response.writeHead(200, { 'set-cookie': 'mirror=1' }).end(JSON.stringify({ cookies: cookie }));
    else if (request.url === '/') response.writeHead(302, { location: `http://${request.headers.host}/jobs/` }).end();
    else response.end(`${request.url} of ${seat.student} below ${request.headers['x-forwarded-context']}`);
  }

  const pod: Pod = {
    address,
    requests: [],
    headers: {},
    terminals: 0,
    opensSockets: true,
    start: async () => {
      servers = [createServer(lab).on('upgrade', upgrade), createServer(sparkPage)];
      for (const [i, server] of servers.entries()) {
        server.on('connection', (socket) => void open.add(socket.on('close', () => open.delete(socket))));
        server.listen([labPort, pagePort][i], address);
        await once(server, 'listening');
      }
    },
    stop: async () => {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of open) socket.destroy();
      await Promise.all(closed);
      servers = [];
    },
  };
  return pod;
}
