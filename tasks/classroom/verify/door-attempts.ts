// What a student tries at the door: the own seat's cookie at the places of others, codes that are none, other hosts.
import { type RequestOptions, request } from 'node:https';
import type { Seat } from '../types.ts';
import type { Attempt } from './row.ts';

/** Where the door listens, and the authority of its certificate. */
export interface DoorPlace {
  host: string;
  port: number;
}

const answerMs = 10_000;

/** HTTP status and body of an answer; the certificate is not what is asked about here. */
function ask({ host, port }: DoorPlace, options: RequestOptions): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host, port, rejectUnauthorized: false, agent: false, timeout: answerMs, ...options },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body })).on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the door does not answer')));
    asked.on('error', reject).end();
  });
}

/** A browser that has the seat's cookie, at the address of a seat. */
const withCookie = (holder: Seat, at: Seat, path: string, headers: object = {}): RequestOptions => ({
  path,
  headers: { Host: at.host, Cookie: `__Host-seat-${holder.student}=${holder.cookie}`, ...headers },
});

/** As one student, with the seat of another as neighbour. */
export function doorAttempts(door: DoorPlace, own: Seat, neighbour: Seat): Attempt[] {
  const rows: [what: string, isAllowed: boolean, options: RequestOptions][] = [
    ['open the own seat with its cookie', true, withCookie(own, own, '/api/status')],
    ['open the own seat without a cookie', false, { path: '/api/status', headers: { Host: own.host } }],
    ["open another seat with one's own cookie", false, withCookie(own, neighbour, '/api/status')],
    [
      'open another seat with a cookie of its name and the own value',
      false,
      {
        path: '/api/status',
        headers: { Host: neighbour.host, Cookie: `__Host-seat-${neighbour.student}=${own.cookie}` },
      },
    ],
    ['take a seat by a code that is none', false, { path: '/j/0000-0000-0000', headers: { Host: own.host } }],
    [
      "take a seat by another's code at the own address",
      false,
      { path: `/j/${neighbour.code}`, headers: { Host: own.host } },
    ],
    [
      'open the door by a name that is not its own',
      false,
      withCookie(own, { ...own, host: 'elsewhere.example' }, '/api/status'),
    ],
    [
      'change something from a page of another origin',
      false,
      { ...withCookie(own, own, '/api/contents', { Origin: `https://${neighbour.host}` }), method: 'POST' },
    ],
    [
      'install a service worker',
      false,
      withCookie(own, own, '/files/worker.js', { 'Service-Worker': 'script', 'Sec-Fetch-Dest': 'serviceworker' }),
    ],
    ['read the pages of Spark of another seat', false, withCookie(own, neighbour, '/spark/4040/')],
  ];
  return rows.map(([what, isAllowed, options]) => ({
    area: 'door',
    what,
    isAllowed,
    attempt: async () => {
      const { status } = await ask(door, options);
      // A redirection opens nothing: it leads to where the next request is asked about again.
      return status < 300 ? undefined : `the door answers ${status}`;
    },
  }));
}
