// Access tokens as a Security Token Service issues them: they hold for as long as a test says, and are known again.
import { randomBytes } from 'node:crypto';

export interface Tokens {
  /** Seconds that tokens issued from now on hold. */
  seconds: number;
  issue(): string;
  /** Whether an `Authorization: Bearer …` names a token of ours that still holds. */
  holds(authorization: string | undefined): boolean;
  /** How many were issued. */
  issued(): number;
  /** Ends all that hold now. */
  revoke(): void;
}

export function createTokens(seconds: number): Tokens {
  const ends = new Map<string, number>();
  return {
    seconds,
    issue() {
      const token = `ya29.${randomBytes(24).toString('base64url')}`;
      ends.set(token, Date.now() + this.seconds * 1000);
      return token;
    },
    holds(authorization) {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
      return (ends.get(token) ?? 0) > Date.now();
    },
    issued: () => ends.size,
    revoke() {
      for (const token of ends.keys()) ends.set(token, 0);
    },
  };
}
