// Creates the token of a server once, as a Secret, and reads it.
import { randomBytes } from 'node:crypto';
import { managedBy } from '../kube/render.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import type { SingleStep } from '../steps/types.ts';
import { tokenName, tokenRef } from './names.ts';

/** The key of such a Secret. */
export const tokenKey = 'token';

/** The Secret with a server's token, of which the server takes every byte. */
export const tokenSecret = (object: string, { namespace }: Profile, token: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: tokenName(object), namespace, labels: { ...managedBy } },
  stringData: { [tokenKey]: token },
});

/** The token in such a Secret. */
export function tokenOf(secret: Manifest | undefined): string | undefined {
  const encoded = ((secret?.['data'] ?? {}) as Record<string, string>)[tokenKey];
  return encoded && Buffer.from(encoded, 'base64').toString();
}

/** The token of a server; undefined if there is none, or we may not read it. */
export const findToken = async (kube: Kube, object: string, profile: Profile): Promise<string | undefined> =>
  tokenOf(await kube.get(tokenRef(object, profile)).catch(() => undefined));

/** Drawn once: a server keeps its token until it is taken down. */
export const makeToken = (object: string, title: string): SingleStep => ({
  title,
  skip: async ({ kube, profile }) => Boolean(await kube.get(tokenRef(object, profile))) && 'already there',
  run: async ({ kube, profile }) => {
    await kube.create(tokenSecret(object, profile, randomBytes(24).toString('hex')));
  },
});
