// The table of DigitalOcean's errors, with cause and cure, read from top to bottom.
import { Failure } from '../../core/failure.ts';
import { errorCode, isUnsent, isUntrusted } from '../../core/network/errors.ts';
import { addressVariable, tokenVariable } from './account.ts';

/** The body of every error: https://docs.digitalocean.com/reference/api/#http-statuses */
export interface DoError {
  id: string;
  message: string;
  request_id?: string;
}

/** What stands behind a Failure of this API. */
interface Cause {
  /** HTTP status of the answer, if there was one. */
  httpStatus?: number;
  /** There was no clear answer: what was asked may have been done all the same. */
  isLost?: true;
  error?: unknown;
}

interface Row {
  httpStatus?: number;
  message?: RegExp;
  /** Put before DigitalOcean's own words. */
  what: string;
  hint: string;
}

const rows: readonly Row[] = [
  {
    httpStatus: 401,
    what: `DigitalOcean rejects the token in $${tokenVariable}`,
    hint: 'create a new token at https://cloud.digitalocean.com/account/api/tokens; the old one may have expired',
  },
  {
    httpStatus: 407,
    what: 'the proxy of this machine rejects the request',
    hint: 'correct HTTPS_PROXY: it needs a user and a password',
  },
  {
    message:
      /OverRegistryLimit|OverRepositoryLimit|not eligible for tier|limited to \d+ repositor|storage (?:usage|limit)/i,
    what: "the container registry's plan does not allow this",
    hint: 'set digitalocean.registry to an existing registry, or choose a larger plan',
  },
  {
    message: /droplet limit|droplet_limit|exceeds? (your|the).*limit|maximum number of droplets/i,
    what: 'the account has reached its limit of machines',
    hint: 'lower digitalocean.nodes, or request more at https://cloud.digitalocean.com/account/team/droplet_limit_increase',
  },
  {
    message: /max(?:imum)? allowed (?:number of )?nodes|node pool count|\bnode limit\b/i,
    what: 'a cluster does not take that number of nodes',
    hint: 'lower digitalocean.nodes',
  },
  {
    message: /\blimit\b.*(?:exceeded|reached)|reached .*\b(?:limit|maximum)\b|exceed.*\blimit\b/i,
    what: 'the account has reached a limit',
    hint: 'delete what is unused, or request more: https://cloud.digitalocean.com/support/tickets',
  },
  {
    message: /(?:high availability|control plane|feature)[^.]* not (?:currently )?(?:available|supported)/i,
    what: 'DigitalOcean does not offer this in that region',
    hint: 'choose another digitalocean.region; list the regions: doctl kubernetes options regions',
  },
  {
    message:
      /not (?:currently )?available|(?<!service )is (?:currently )?unavailable|insufficient .*capacity|out of capacity|no capacity/i,
    what: 'machines of that size are not available in that region now',
    hint: 'choose another digitalocean.size or digitalocean.region',
  },
  {
    message: /restricted|not enabled for (?:this|your) account/i,
    what: 'the account has no access to this yet',
    hint: 'choose another digitalocean.size, or request access: https://cloud.digitalocean.com/support/tickets',
  },
  {
    message:
      /billing|payment|verif(?:y|ied)|account (?:is|has been)\b.*\b(?:locked|disabled|not active|on hold|suspended)/i,
    what: 'the account is locked, not verified, or has no valid payment method',
    hint: 'check the account: https://cloud.digitalocean.com/account/billing',
  },
  {
    message:
      /version slug|(?:unsupported|invalid|unknown) version|version \S+ is (?:deprecated|(?:no longer|not) supported)/i,
    what: 'DigitalOcean has no such version',
    hint: 'remove digitalocean.version, or choose a version from: doctl kubernetes options versions',
  },
  {
    message: /(?:invalid|unknown|no such) (?:droplet )?size|valid size slug|size .*(?:invalid|not found)/i,
    what: 'DigitalOcean has no such size of machine',
    hint: 'correct digitalocean.size; list the sizes: doctl kubernetes options sizes',
  },
  {
    message: /(?:invalid|unknown|no such) region|valid region slug|region .*(?:invalid|not found)/i,
    what: 'DigitalOcean has no such region',
    hint: 'correct digitalocean.region; list the regions: doctl kubernetes options regions',
  },
  {
    message: /garbage collection|read[- ]?only/i,
    what: 'the container registry is read-only during garbage collection',
    hint: 'wait some minutes, then run the command again; follow the collection with: doctl registry garbage-collection get-active',
  },
  {
    message: /already (?:exists|in use|taken)/i,
    what: 'the name is in use',
    hint: 'choose another name: set clusterName, or digitalocean.registry for a registry',
  },
  {
    message: /not in (?:a )?running state|must be running|being (?:upgraded|created|deleted|updated)|is not ready/i,
    what: 'another operation must end first',
    hint: 'wait a minute, then run the command again',
  },
  {
    httpStatus: 403,
    what: `the token in $${tokenVariable} lacks a scope for this request`,
    hint: 'give the token the scopes kubernetes (all), registry (all), sizes and regions (read), tag (read, create)',
  },
  {
    httpStatus: 402,
    what: 'the account has an unpaid bill',
    hint: 'pay the bill: https://cloud.digitalocean.com/account/billing',
  },
  {
    httpStatus: 412,
    what: 'another operation must end first',
    hint: 'wait a minute, then run the command again',
  },
  {
    httpStatus: 409,
    what: 'another operation is running on this object, or its name is in use',
    hint: 'run the command again in a minute, or choose another name',
  },
  {
    httpStatus: 404,
    what: 'it does not exist',
    hint: 'run the command again: another program may just have deleted it',
  },
  {
    httpStatus: 422,
    what: 'DigitalOcean rejects these settings',
    hint: 'correct the digitalocean block of the profile',
  },
  {
    httpStatus: 400,
    what: 'DigitalOcean rejects these settings',
    hint: 'correct the digitalocean block of the profile',
  },
];

/** For the statuses 4xx that have no row. */
const requestRow = {
  what: 'DigitalOcean rejects the request',
  hint: 'run the command again; if that does not help, update firesteel',
};

/** For a page, which DigitalOcean itself sends with its internal errors only. */
const pageRow = {
  what: 'another server answered in place of DigitalOcean',
  hint: `check $${addressVariable} and any proxy or firewall between this machine and DigitalOcean`,
};

const serverRow = {
  what: 'DigitalOcean has an internal error',
  hint: 'check https://status.digitalocean.com, then run the command again',
};

function readError(body: string): Partial<DoError> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Partial<DoError>) : {};
  } catch {
    return {};
  }
}

/** The Failure of an answer that is not a success; `what` as in "create cluster demo". */
export function answerFailure(what: string, httpStatus: number, body: string, isChange = false): Failure {
  const { message = body.trim().slice(0, 300), request_id: request } = readError(body);
  const isPage = httpStatus < 500 && body.trimStart().startsWith('<');
  const known = rows.find(
    (one) => (one.httpStatus ?? httpStatus) === httpStatus && (one.message?.test(message) ?? true),
  );
  const row = isPage ? pageRow : (known ?? (httpStatus < 500 ? requestRow : serverRow));
  const said = [message, ...(request ? [`request ${request}`] : [])].filter(Boolean).join(', ');
  return new Failure(`cannot ${what}: ${row.what}${said ? ` (${said})` : ` (HTTP status ${httpStatus})`}`, {
    hint: row.hint,
    cause: { httpStatus, ...(isChange && httpStatus >= 500 ? { isLost: true } : {}) } satisfies Cause,
  });
}

/** The Failure of more requests than the account may make; `until` is when it may again. */
export const limitFailure = (what: string, until: Date): Failure =>
  new Failure(`cannot ${what}: DigitalOcean's API rate limit is reached`, {
    hint: `run the command again after ${until.toISOString().slice(0, 19)}Z`,
    cause: { httpStatus: 429 } satisfies Cause,
  });

/** The Failure of a request without an answer. */
export function networkFailure(what: string, address: string, error: unknown): Failure {
  const { name, message } = error as Error;
  const why = errorCode(error) || (name === 'TimeoutError' ? 'timed out' : message);
  return new Failure(`cannot ${what}: no answer from ${address}: ${why}`, {
    hint: isUntrusted(error)
      ? 'set NODE_EXTRA_CA_CERTS to a file with the CA certificate of the proxy, then run the command again to resume'
      : 'check the internet connection, then run the command again to resume',
    cause: { error, ...(isUnsent(error) ? {} : { isLost: true }) } satisfies Cause,
  });
}

const causeOf = (error: unknown): Cause =>
  error instanceof Failure && typeof error.cause === 'object' && error.cause !== null ? error.cause : {};

/** Whether what was requested may have been done, though nobody said so. */
export const isLost = (error: unknown): boolean => causeOf(error).isLost === true;
