// The end of the table of Google's errors: what is left to say by the code alone.
import { own } from './google-error.ts';
import type { Reason } from './reason.ts';
import { askFor } from './roles.ts';

const badCredentials: Pick<Reason, 'message' | 'hint'> = {
  message: (_, error) => `Google does not accept the credentials: ${own(error)}`,
  hint: () => 'run gcloud auth application-default login',
};

/** Stands behind what is special. */
export const codeReasons: Reason[] = [
  {
    match: /^/,
    code: 'PERMISSION_DENIED',
    message: (_, error) => `Google does not allow this: ${own(error)}`,
    hint: (_, error, doing) =>
      error.info['permission']
        ? askFor(error.info['permission'], doing.project)
        : 'ask an owner of the project for roles/container.admin',
  },
  { match: /^/, code: 'UNAUTHENTICATED', ...badCredentials },
  {
    match: /^/,
    code: 'ALREADY_EXISTS',
    message: (_, error) => `it already exists: ${own(error)}`,
    hint: () => 'run the same command again, or set clusterName to another name',
  },
  {
    match: /^/,
    code: 'INVALID_ARGUMENT',
    message: (_, error) => `Google rejects the request: ${own(error)}`,
    hint: () => 'correct the gke block of the profile',
  },
  {
    match: /^/,
    code: 'NOT_FOUND',
    message: (_, error) => `not found: ${own(error)}`,
    hint: () => 'correct gke.project and gke.location',
  },
  {
    match: /^/,
    code: 'RESOURCE_EXHAUSTED',
    message: (_, error) => `Google's rate limit is reached: ${own(error)}`,
    hint: () => 'wait a minute, then run the same command again',
  },
  { match: /invalid_grant|invalid_rapt/, ...badCredentials },
  {
    match: /certificate|CERT_|SELF_SIGNED/i,
    code: 'UNAVAILABLE',
    message: (_, error) => `this machine does not trust the certificate of Google, or of a proxy: ${own(error)}`,
    hint: () => 'set NODE_EXTRA_CA_CERTS to a file with the CA certificate of the proxy',
  },
  {
    match: /^/,
    code: 'UNAVAILABLE',
    message: (_, error) => `Google cannot be reached: ${own(error)}`,
    hint: () => 'check the network, then run the same command again to resume',
  },
  {
    match: /^/,
    code: 'DEADLINE_EXCEEDED',
    message: (_, error) => `Google did not answer in time: ${own(error)}`,
    hint: () => 'run the same command again to resume',
  },
  ...(['ABORTED', 'CANCELLED', 'INTERNAL'] as const).map(
    (code): Reason => ({
      match: /^/,
      code,
      message: (_, error) => `${own(error)} (${code})`,
      hint: () => 'run the same command again; if that does not help, check https://status.cloud.google.com',
    }),
  ),
];
