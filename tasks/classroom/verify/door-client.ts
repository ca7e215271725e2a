// Sends requests to the door as the browser of a seat does, straight to the door's address.
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { Failure } from '../../core/failure.ts';
import type { Seat } from '../types.ts';

/** Where the door listens. */
export interface DoorPlace {
  host: string;
  port: number;
}

/** What a browser sends; the header Host names the seat. */
export interface BrowserRequest {
  path: string;
  method?: string;
  headers: Record<string, string>;
}

export interface DoorAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const answerMs = 10_000;

/** The certificate is not what is asked about here. */
const begin = ({ host, port }: DoorPlace, options: BrowserRequest) => {
  const asked = request({ host, port, rejectUnauthorized: false, agent: false, timeout: answerMs, ...options });
  return asked.on('timeout', () => asked.destroy(new Failure('the door does not answer')));
};

export const ask = (door: DoorPlace, options: BrowserRequest): Promise<DoorAnswer> =>
  new Promise((resolve, reject) => {
    const asked = begin(door, options).on('error', reject);
    asked.on('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      answer.on('error', reject);
    });
    asked.end();
  });

/** Opens a WebSocket; returns its bytes unchanged, once the first ones have come. */
export const openSocket = (door: DoorPlace, options: BrowserRequest): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version': '13',
    };
    const asked = begin(door, { ...options, headers: { ...options.headers, ...upgrade } }).on('error', reject);
    asked.on('response', ({ statusCode }) => {
      asked.destroy();
      reject(new Failure(`the door opens no WebSocket: it answers ${statusCode}`));
    });
    asked.on('upgrade', (_, socket, head) => {
      socket.on('error', reject);
      if (head.length > 0) resolve(socket);
      else socket.once('data', () => resolve(socket));
    });
    asked.end();
  });

/** A message of a client of fewer than 64 KiB: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  // Whole text, masked by zeros, with a length of two bytes.
  const head = Buffer.from([0x81, 0xfe, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** What a browser sends that has the cookie of one seat, at the address of the same or another. */
export const withCookie = (
  holder: Seat,
  at: Seat,
  path: string,
  headers: Record<string, string> = {},
): BrowserRequest => ({
  path,
  headers: { Host: at.host, Cookie: `__Host-seat-${holder.student}=${holder.cookie}`, ...headers },
});

/** The same, of a page at the holder's own address that changes something. */
export const ofOwnPage = (holder: Seat, path: string, method: string): BrowserRequest => ({
  ...withCookie(holder, holder, path, { Origin: `https://${holder.host}` }),
  method,
});
