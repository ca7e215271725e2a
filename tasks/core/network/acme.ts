// Orders certificates from authorities that check DNS: ACME, RFC 8555.
import { generateKeyPairSync } from 'node:crypto';
import type { Authorization, Client, Order } from 'acme-client';
import { Failure, messageOf } from '../failure.ts';
import { webFetch } from './web.ts';

/** What the authority wants to see: TXT record `_acme-challenge.NAME`. */
export interface Proof {
  /** The name that is proved, without `*.`. */
  name: string;
  text: string;
}

export interface AcmeRequest {
  /** Address of the authority's directory. */
  directory: string;
  /** The authority writes there. With the account its terms of service are agreed to. */
  email: string;
  names: readonly string[];
  /** Key of the account, PEM. */
  accountKeyPem: string;
  /** Key of the certificate, PEM; the authority never sees it. */
  keyPem: string;
  /** Order that was begun earlier with these keys: its proofs are still good. */
  orderUrl?: string;
  /** Receives the order before anything has to be proved. */
  keepOrder: (url: string) => Promise<void>;
  /** Settled once all proofs can be seen. */
  prove: (proofs: readonly Proof[]) => Promise<void>;
  signal: AbortSignal;
}

/** A private key for an account or a certificate, PEM. */
export const newAcmeKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Milliseconds between two looks at what the authority does; it doubles, up to the second. */
const backoff = { backoffMin: 1000, backoffMax: 15_000, backoffAttempts: 14 };

/** The order that was begun, if it can still be resumed; else a new one. */
async function openOrder(client: Client, { orderUrl, names }: AcmeRequest): Promise<Order> {
  if (orderUrl) {
    // The library takes an order for its address alone.
    const kept = await client.getOrder({ url: orderUrl } as Order).catch(() => undefined);
    const isSame =
      kept?.identifiers
        .map(({ value }) => value)
        .sort()
        .join() === [...names].sort().join();
    if (kept && isSame && kept.status !== 'invalid') return kept;
  }
  return client.createOrder({ identifiers: names.map((value) => ({ type: 'dns', value })) });
}

const challengeOf = ({ identifier, challenges }: Authorization) => {
  const found = challenges.find(({ type }) => type === 'dns-01');
  if (found) return found;
  throw new Failure(`the authority offers no DNS challenge (dns-01) for ${identifier.value}`);
};

/** The certificate with those of the authorities above it, PEM. Failure with what the authority says. */
export async function orderCertificate(request: AcmeRequest): Promise<string> {
  const { directory, email, accountKeyPem, keyPem, names, signal } = request;
  // Its named exports are lost in the bundle.
  const { default: acme } = await import('acme-client');
  const client = new acme.Client({ directoryUrl: directory, accountKey: accountKeyPem, ...backoff });
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer.catch((error: unknown) => {
      throw error instanceof Failure ? error : acmeFailure(error, directory);
    });
    signal.throwIfAborted();
    return result;
  };
  // The library tries for a minute where nobody answers, and does not say why.
  await asked(webFetch(directory, { signal }));
  await asked(client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${email}`] }));
  let order = await asked(openOrder(client, request));
  await request.keepOrder(order.url);
  const open = (await asked(client.getAuthorizations(order))).filter(({ status }) => status === 'pending');
  const challenges = open.map(challengeOf);
  const texts = await asked(Promise.all(challenges.map((one) => client.getChallengeKeyAuthorization(one))));
  await request.prove(open.map(({ identifier }, i) => ({ name: identifier.value, text: texts[i] ?? '' })));
  for (const one of challenges) await asked(client.completeChallenge(one));
  await asked(Promise.all(challenges.map((one) => client.waitForValidStatus(one))));
  if (order.status !== 'valid') {
    const [, csr] = await acme.crypto.createCsr({ altNames: [...names] }, keyPem);
    order = await asked(client.finalizeOrder(order, csr));
  }
  return asked(client.getCertificate(order));
}

/** What an authority says, and what to do. */
const causes: { when: RegExp; cause: string; cure: string }[] = [
  {
    when: /rate.?limit|too many/i,
    cause: 'the authority issues no more certificates for now',
    cure: 'wait as long as the authority says, or set classroom.door.acme.directory to another authority',
  },
  {
    when: /\bCAA\b/,
    cause: 'the CAA records of the domain do not allow this authority',
    cure: 'add a CAA record for this authority to the domain',
  },
  {
    when: /self.signed certificate|unable to (verify|get)/i,
    cause: "this machine does not trust the certificate of the authority's server",
    cure: 'set NODE_EXTRA_CA_CERTS to a file with the CA certificate of that server',
  },
  {
    // The last is what the library says of a connection that is lost on the way.
    when: /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|reading 'config'/,
    cause: 'the authority does not answer',
    cure: 'check that this machine reaches the address in classroom.door.acme.directory',
  },
  {
    when: /contact|e-?mail/i,
    cause: 'the authority rejects the e-mail address',
    cure: 'set classroom.door.acme.email to another address',
  },
  {
    when: /TXT record|NXDOMAIN|SERVFAIL|DNS problem/i,
    cause: 'the authority does not find the DNS record, or finds another value',
    cure: 'run the same command again, and set the record to the value that firesteel shows',
  },
];

/** The failure for what an authority, or the way to it, says. */
export function acmeFailure(error: unknown, directory: string): Failure {
  // Of a request that failed, fetch tells in its cause why.
  const said = messageOf((error as Error).cause ?? error);
  const known = causes.find(({ when }) => when.test(said));
  return new Failure(`no certificate from ${new URL(directory).host}: ${known ? `${known.cause}: ` : ''}${said}`, {
    ...(known ? { hint: known.cure } : {}),
    cause: error,
  });
}
