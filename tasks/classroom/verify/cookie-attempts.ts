// Attempts to get a browser's cookie into a pod, or a pod's cookie into a browser.
import { Failure } from '../../core/failure.ts';
import type { Seat } from '../types.ts';
import { ask, type DoorPlace, withCookie } from './door-client.ts';
import type { Mirror } from './mirror.ts';
import type { Attempt } from './row.ts';

interface Passed {
  /** That reached the pod. */
  inward: string;
  /** That reached the browser. */
  outward: string[];
}

/** What passes on one way to a pod and back. */
async function passing(door: DoorPlace, own: Seat, openMirror: () => Promise<Mirror>): Promise<Passed> {
  const mirror = await openMirror();
  try {
    const { status, headers, body } = await ask(door, withCookie(own, own, mirror.path));
    if (status !== 200) throw new Failure(`the door answers ${status}`);
    const { cookies } = JSON.parse(body) as { cookies: string };
    return { inward: cookies, outward: headers['set-cookie'] ?? [] };
  } finally {
    await mirror.end();
  }
}

/** Both directions; the mirror is opened once, for the first of them. */
export function cookieAttempts(door: DoorPlace, own: Seat, openMirror: () => Promise<Mirror>): Attempt[] {
  let passed: Promise<Passed> | undefined;
  const row = (what: string, attempt: (passed: Passed) => string | undefined): Attempt => ({
    area: 'door',
    what,
    isAllowed: false,
    attempt: async () => {
      passed ??= passing(door, own, openMirror);
      return attempt(await passed);
    },
  });
  return [
    row("read a browser's cookie in a pod", ({ inward }) => (inward === '' ? 'no cookie reaches the pod' : undefined)),
    row('set a cookie in a browser from a pod', ({ outward }) =>
      outward.length === 0 ? 'no cookie leaves the pod' : undefined,
    ),
  ];
}
