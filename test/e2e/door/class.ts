// A class on this machine without a cluster: the door, a relay before it, and a stand-in for the pod of each seat.
import { createHash, randomInt, X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import { connect } from 'node:tls';
import { freePorts } from '../../../tasks/classroom/door/addresses.ts';
import type { DoorSettings } from '../../../tasks/classroom/door/configuration.ts';
import { type Relay, relay } from '../../../tasks/classroom/door/relay.ts';
import type { Seat } from '../../../tasks/classroom/types.ts';
import { createAuthority, issue } from '../../../tasks/core/certificates.ts';
import { seatOf } from '../../unit/classroom/door/seats.ts';
import { hostile } from './hostile.ts';
import { nameServer } from './names.ts';
import { type Changes, type Door, ensureNginx, startDoor } from './nginx.ts';
import { type Pod, podOf } from './pods.ts';

const address = '127.0.0.1';

export interface Place {
  seat: Seat;
  pod: Pod;
  /** `https://127.0.0.1:8443`, as browsers know it. */
  origin: string;
  /** Header that a browser with the seat sends. */
  cookie: string;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** Keeps connections, as a browser does; left out, each request has its own. */
  agent?: Agent;
}

export interface Class<Name extends string = 'ada' | 'bob' | 'mallory'> {
  /** By student; `mallory` has made something else of the pod. */
  places: Record<Name, Place>;
  /** Certificate of the authority that signed the door's. PEM. */
  authority: string;
  /** SHA-256 of the public key, by which a browser can be made to trust it. */
  keyHash: string;
  door(): Door;
  relay(): Relay;
  /** Asks through the relay, with no more headers than said. */
  ask(url: string, asked?: Asked): Promise<Answered>;
  /** Statuses of many requests that come in one piece, so that none waits for this machine. */
  flood(place: Place, paths: readonly string[]): Promise<number[]>;
  /** Another door takes the place, as a rolling replacement does: the old one ends once the new one answers. */
  replace(seats?: readonly Seat[], settings?: Partial<DoorSettings>, changes?: Changes): Promise<void>;
  endRelay(): Promise<void>;
  startRelay(): Promise<void>;
  /** Log lines of all doors so far. */
  log(): string;
  close(): Promise<void>;
}

export function openClass(): Promise<Class>;
export function openClass<Name extends string>(names: readonly Name[]): Promise<Class<Name>>;
export async function openClass(names: readonly string[] = ['ada', 'bob', 'mallory']): Promise<Class<string>> {
  await ensureNginx();
  const network = `127.${randomInt(64, 128)}.${randomInt(0, 256)}`;
  // Below those that the kernel gives to connections, such as the tests' own: the second door's is taken later.
  const first = (await freePorts(address, names.length + 2, randomInt(20_000, 32_000))) ?? 0;
  // A door and the one that takes its place.
  const doorPorts = [first + names.length, first + names.length + 1] as const;
  const placeOf = (student: string, i: number): Place => {
    const seat = seatOf(student, `${address}:${first + i}`);
    return {
      seat,
      pod: podOf(seat, `${network}.${i + 1}`, student === 'mallory' ? hostile : undefined),
      origin: `https://${seat.host}`,
      cookie: `__Host-seat-${student}=${seat.cookie}`,
    };
  };
  const all = names.map(placeOf);
  const dns = await nameServer(
    Object.fromEntries(
      all.map(({ seat }, i) => [`notebook.${seat.namespace}.svc.cluster.local`, `${network}.${i + 1}`]),
    ),
  );
  for (const { pod } of all) await pod.start();

  const own = { dnsNames: [], ipAddresses: [address] };
  const authority = await createAuthority('class', { days: 2, only: own });
  const certificate = await issue(authority, { commonName: 'door', usage: 'server', ...own, days: 1 });
  const key = new X509Certificate(certificate.certificatePem).publicKey.export({ type: 'spki', format: 'der' });

  const usual = { title: 'Data', end: new Date(Date.now() + 86_400_000), resolver: dns.address };
  const seats = all.map(({ seat }) => seat);
  let door = await startDoor(usual, seats, certificate, doorPorts[0]);
  const target = { host: address, port: door.port };
  const ended: Door[] = [];

  let stop = new AbortController();
  const listen = () => relay({ address, ports: names.map((_, i) => first + i), target }, stop.signal);
  let running = await listen();
  const endRelay = async () => {
    stop.abort();
    await running.closed;
  };

  return {
    places: Object.fromEntries(all.map((place) => [place.seat.student, place])),
    authority: authority.certificatePem,
    keyHash: createHash('sha256').update(key).digest('base64'),
    door: () => door,
    relay: () => running,
    ask: (url, asked = {}) => ask(url, authority.certificatePem, asked),
    flood,
    replace: async (others = seats, settings = {}, changes = {}) => {
      const old = door;
      const port = old.port === doorPorts[0] ? doorPorts[1] : doorPorts[0];
      door = await startDoor({ ...usual, ...settings }, others, certificate, port, changes);
      target.port = door.port;
      await old.end();
      ended.push(old);
    },
    endRelay,
    startRelay: async () => {
      stop = new AbortController();
      running = await listen();
    },
    log: () => [...ended, door].map((one) => one.log()).join(''),
    close: async () => {
      await endRelay();
      await door.end();
      for (const { pod } of all) await pod.stop();
      dns.close();
    },
  };
}

const ask = (url: string, ca: string, { method = 'GET', headers = {}, body, agent }: Asked): Promise<Answered> =>
  new Promise((resolve, reject) => {
    // Some name another host, which no certificate is for.
    const options = { method, headers, ca, agent: agent ?? false, checkServerIdentity: () => undefined };
    const asked = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });

async function flood({ seat }: Place, paths: readonly string[]): Promise<number[]> {
  const socket = connect({ port: Number(seat.host.split(':')[1]), host: address, rejectUnauthorized: false });
  const last = paths.length - 1;
  const requests = paths.map(
    (path, i) => `GET ${path} HTTP/1.1\r\nHost: ${seat.host}\r\n${i === last ? 'Connection: close\r\n' : ''}\r\n`,
  );
  socket.write(requests.join(''));
  let text = '';
  for await (const chunk of socket) text += chunk;
  return [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
}
