// A name server that knows the services of a class, as cluster DNS would.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const isAnswer = 0x8180;
const notFound = 3;
const seconds = 1;

/** One question in, one address or "no such name" out: https://www.rfc-editor.org/rfc/rfc1035#section-4 */
function answer(question: Buffer, addresses: Readonly<Record<string, string>>): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  const address = addresses[labels.join('.').toLowerCase()];
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(isAnswer | (address ? 0 : notFound), 2);
  head.writeUInt16BE(address ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  if (!address) return head;
  const record = Buffer.alloc(16);
  // The name of the question, type A, class IN.
  [0xc00c, 1, 1].forEach((value, i) => void record.writeUInt16BE(value, 2 * i));
  record.writeUInt32BE(seconds, 6);
  record.writeUInt16BE(4, 10);
  record.set(address.split('.').map(Number), 12);
  return Buffer.concat([head, record]);
}

/** Answers on a free port of 127.0.0.1. */
export async function nameServer(
  addresses: Readonly<Record<string, string>>,
): Promise<{ address: string; close: () => void }> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => socket.send(answer(question, addresses), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${(socket.address() as AddressInfo).port}`, close: () => void socket.close() };
}
