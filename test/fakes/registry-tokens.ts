// The tokens of an image registry, as https://distribution.github.io/distribution/spec/auth/token/ and …/auth/jwt/ ask for them.
import { randomUUID, sign, X509Certificate } from 'node:crypto';
import type { KeyPair } from '../../tasks/core/certificates.ts';

/** What someone may do with every image. */
export type Right = 'push' | 'pull';

/** Who comes with this password; undefined for a stranger. */
export type Accounts = (user: string, password: string) => Right | undefined;

const seconds = 300;
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** User and password of an Authorization header; two empty texts if it has none. */
export function basicCredentials(header: string | undefined): [user: string, password: string] {
  const text = Buffer.from(header?.replace(/^Basic /i, '') ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** `repository:team/spark:pull,push` with what is granted of it. */
function access(scope: string, right: Right) {
  const [, type = '', name = '', actions = ''] = /^([^:]+):(.+):([^:]*)$/.exec(scope) ?? [];
  const granted = actions.split(',').filter((action) => action === 'pull' || right === 'push');
  return { type, name, actions: granted };
}

/** The answer of a token server to someone who may do this: a token that `signer` signs, valid for five minutes. */
export function tokenAnswer(url: URL, user: string, right: Right, signer: KeyPair): object {
  const now = Math.floor(Date.now() / 1000);
  const certificate = new X509Certificate(signer.certificatePem).raw.toString('base64');
  const claims = {
    iss: 'firesteel-test',
    sub: user,
    aud: url.searchParams.get('service') ?? '',
    exp: now + seconds,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access: url.searchParams
      .getAll('scope')
      .flatMap((scopes) => scopes.split(' '))
      .map((scope) => access(scope, right)),
  };
  const content = `${base64url({ typ: 'JWT', alg: 'ES256', x5c: [certificate] })}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key: signer.keyPem, dsaEncoding: 'ieee-p1363' });
  const token = `${content}.${signature.toString('base64url')}`;
  return { token, access_token: token, expires_in: seconds, issued_at: new Date(now * 1000).toISOString() };
}
