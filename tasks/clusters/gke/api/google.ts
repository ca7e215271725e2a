// Opens Google's APIs as the logged-in user, once a run.
import type { Context } from '../../../steps/types.ts';
import { type Container, openContainer } from './container.ts';
import { type Credentials, openCredentials } from './credentials.ts';
import type { GoogleRest } from './rest.ts';
import { openRest } from './rest.ts';

/** Google's APIs for one run; nothing is connected before the first call. */
export interface Google {
  credentials: Credentials;
  container: Container;
  rest: GoogleRest;
}

/** How a run gets to Google, and how long it waits between two looks; all in milliseconds. */
export interface Door {
  open(context: Pick<Context, 'signal'>): Google;
  /** Between two looks at an operation or a cluster. */
  pollMs: number;
  /** How long Google may be out of reach while something is waited for. */
  patienceMs: number;
  /** How long making or deleting a cluster may take: gcloud gives it an hour, too. */
  longestMs: number;
  /** How long the answer to a change is waited for after Ctrl-C: it says what was begun. */
  graceMs: number;
}

const opened = new WeakMap<AbortSignal, Google>();

/** One set of clients for all steps of a run; its signal ends what they wait for. */
function openGoogle({ signal }: Pick<Context, 'signal'>): Google {
  const known = opened.get(signal);
  if (known) return known;
  const credentials = openCredentials();
  const google = {
    credentials,
    container: openContainer(credentials, signal),
    rest: openRest(credentials, signal),
  };
  opened.set(signal, google);
  return google;
}

export const usualDoor: Door = {
  open: openGoogle,
  pollMs: 3000,
  patienceMs: 600_000,
  longestMs: 3_600_000,
  graceMs: 10_000,
};
