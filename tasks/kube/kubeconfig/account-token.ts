// Reads the claims of a service account's token without verifying it: RFC 7519.

/** Times are in seconds since 1970. */
export interface TokenClaims {
  /** Unique id of the account: another of the same name has another. */
  account: string | undefined;
  issued: number;
  expires: number;
}

interface Claims {
  iat?: number;
  exp?: number;
  'kubernetes.io'?: { serviceaccount?: { uid?: string } };
}

/** Undefined for a text that is not a token. */
export function tokenClaims(token: string): TokenClaims | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
    return { account: claims['kubernetes.io']?.serviceaccount?.uid, issued: claims.iat ?? 0, expires: claims.exp ?? 0 };
  } catch {
    return undefined;
  }
}
