// Attempts of a student at the door: cookies and codes at the seats of others, and other hosts.
import { retry } from '../../core/retry.ts';
import type { Seat } from '../types.ts';
import { ask, type BrowserRequest, type DoorPlace, withCookie } from './door-client.ts';
import type { Attempt } from './row.ts';

/** What the door answers while the notebook server of a seat takes no connection: on a busy node that passes. */
const passing = [502, 503, 504];
const tries = 5;

/** How a seat that must open is asked again. */
interface Patience {
  signal: AbortSignal;
  /** Milliseconds between two requests; 2000 if not given. */
  pauseMs?: number;
}

/** The status of the door's answer. Where a seat must open, a passing status leads to another request, as in a browser. */
const statusOf = (
  door: DoorPlace,
  options: BrowserRequest,
  isAllowed: boolean,
  { signal, pauseMs = 2000 }: Patience,
): Promise<number> =>
  retry<number>(async (number) => {
    const { status } = await ask(door, options);
    const mayPass = isAllowed && number < tries - 1 && passing.includes(status);
    return mayPass ? { error: status, pauseMs } : { value: status };
  }, signal);

/** As one student, with the seat of another as neighbour. */
export function doorAttempts(door: DoorPlace, own: Seat, neighbour: Seat, patience: Patience): Attempt[] {
  const rows: [what: string, isAllowed: boolean, options: BrowserRequest][] = [
    ['open their own seat with its cookie', true, withCookie(own, own, '/api/status')],
    ['open their own seat without a cookie', false, { path: '/api/status', headers: { Host: own.host } }],
    ['open another seat with their own cookie', false, withCookie(own, neighbour, '/api/status')],
    [
      "open another seat with their own value in a cookie of that seat's name",
      false,
      {
        path: '/api/status',
        headers: { Host: neighbour.host, Cookie: `__Host-seat-${neighbour.student}=${own.cookie}` },
      },
    ],
    ['open a seat with an invalid code', false, { path: '/j/0000-0000-0000', headers: { Host: own.host } }],
    [
      "open a seat with another student's code at their own address",
      false,
      { path: `/j/${neighbour.code}`, headers: { Host: own.host } },
    ],
    [
      'open the door under the name of another host',
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
      withCookie(own, own, '/api/status', { 'Service-Worker': 'script', 'Sec-Fetch-Dest': 'serviceworker' }),
    ],
    [
      'load a part of the seat into a page of another origin',
      false,
      withCookie(own, own, '/api/status', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' }),
    ],
    ['read the pages of Spark of another seat', false, withCookie(own, neighbour, '/spark/4040/jobs/')],
  ];
  return rows.map(([what, isAllowed, options]) => ({
    area: 'door',
    what,
    isAllowed,
    attempt: async () => {
      const status = await statusOf(door, options, isAllowed, patience);
      // A redirection opens nothing: it leads to where the next request is asked about again.
      return status < 300 ? undefined : `the door answers ${status}`;
    },
  }));
}
