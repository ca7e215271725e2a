// What verify takes a door's answers for.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doorAttempts } from '../../../../tasks/classroom/verify/door-attempts.ts';
import { rowOf } from '../../../../tasks/classroom/verify/row.ts';
import { createAuthority, issue } from '../../../../tasks/core/certificates.ts';
import { seatOf } from '../door/seats.ts';

const [ada, bob] = [seatOf('ada', 'ada.example'), seatOf('bob', 'bob.example')];
let server: Server;
let statuses: number[] = [];
let asked = 0;

beforeAll(async () => {
  const { certificatePem: cert, keyPem: key } = await issue(await createAuthority('test'), {
    commonName: 'door',
    usage: 'server',
  });
  server = createServer({ cert, key }, (_, answer) => {
    asked += 1;
    answer.writeHead(statuses.length > 1 ? (statuses.shift() ?? 0) : (statuses[0] ?? 0)).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());

const seenOf = async (what: string, answers: number[]) => {
  statuses = [...answers];
  asked = 0;
  const { port } = server.address() as AddressInfo;
  const patience = { signal: new AbortController().signal, pauseMs: 1 };
  const attempts = doorAttempts({ host: '127.0.0.1', port }, ada, bob, patience);
  const attempt = attempts.find((one) => one.what === what);
  const { seen, detail } = await rowOf(attempt as NonNullable<typeof attempt>);
  return [seen, detail, asked];
};

const own = 'open their own seat with its cookie';

test.each([
  ['at once', [200], ['allowed', '', 1]],
  ['once its busy server takes connections', [503, 504, 200], ['allowed', '', 3]],
  ['never, if its server does not come back', [503], ['refused', 'the door answers 503', 5]],
  ['never, if the door refuses', [403, 200], ['refused', 'the door answers 403', 1]],
])('the own seat opens %s', async (_, answers, expected) => expect(await seenOf(own, answers)).toEqual(expected));

test('the seat of another gets one request', async () =>
  expect(await seenOf('open another seat with their own cookie', [503, 200])).toEqual([
    'refused',
    'the door answers 503',
    1,
  ]));
