// Creates the Secret with the keys of a storage once, from variables or at random.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import { ownPath } from '../core/paths.ts';
import { hiddenIfForbidden } from '../kube/failure.ts';
import { managedBy } from '../kube/render.ts';
import type { Kube, Manifest, Ref } from '../kube/types.ts';
import type { Storage } from '../profile/blocks/storage.ts';
import type { Profile } from '../profile/schema.ts';
import { s3Variables, secretKeys, storageSecret } from '../spark/storage.ts';
import type { Context, SingleStep } from '../steps/types.ts';

/** Names the Secret of a profile's storage; undefined if it has none. */
function secretRef({ storage, namespace }: Profile): Ref | undefined {
  const name = storage && storageSecret(storage);
  return name ? { apiVersion: 'v1', kind: 'Secret', name, namespace } : undefined;
}

/** Says that this user may not read the Secret. */
export const hiddenSecret = (storage: Storage): string => `you may not read Secret ${storageSecret(storage)}`;

/** Values of the keys that a Secret lacks nothing of, or undefined for a user who may not read the Secret; a Failure names what is missing. */
export async function readKeys(kube: Kube, profile: Profile): Promise<Record<string, string> | undefined> {
  const ref = secretRef(profile);
  const { storage } = profile;
  if (!ref || !storage) return {};
  const secret = await kube.get(ref).catch(hiddenIfForbidden);
  // Pods read it all the same.
  if (secret === 'hidden') return undefined;
  if (!secret) throw missingSecret(profile, storage, ref.name);
  const data = (secret['data'] ?? {}) as Record<string, string>;
  const missing = secretKeys(storage).filter((key) => !data[key]);
  if (missing.length > 0)
    throw new Failure(`missing credentials: Secret ${ref.name} has no key ${missing.join(', ')}`, {
      hint: 'add the key, or name another in storage.credentials',
    });
  const keys = secretKeys(storage).map((key) => [key, Buffer.from(data[key] ?? '', 'base64').toString()] as const);
  const broken = storage.kind === 'gcs' ? undefined : keys.find(([, value]) => /[\r\n]/.test(value));
  if (broken)
    throw new Failure(`wrong credentials: key ${broken[0]} of Secret ${ref.name} has a line break`, {
      hint: 'write the value without one, such as with: printf %s VALUE | base64',
    });
  return Object.fromEntries(keys);
}

/** The values that a pod gets as variables, from those of the Secret. */
export const keyVariables = (storage: Storage, keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(s3Variables(storage)).map(([name, key]) => [name, keys[key] ?? '']));

/** Whether firesteel makes the Secret: its keys are new ones, or values of variables. */
const isMade = ({ service, credentials }: Storage): boolean => service || credentials.fromEnv !== undefined;

function missingSecret({ namespace }: Profile, storage: Storage, name: string): Failure {
  const values = secretKeys(storage).map((key) =>
    storage.kind === 'gcs' ? `--from-file=${key}=PATH` : `--from-literal=${key}=VALUE`,
  );
  const command = isMade(storage)
    ? 'firesteel data up'
    : `kubectl --namespace ${namespace} create secret generic ${name} ${values.join(' ')}`;
  return new Failure(`missing credentials: there is no Secret ${name} in namespace ${namespace}`, {
    hint: `create it: ${command}`,
  });
}

function variableProblems({ storage }: Profile, env: NodeJS.ProcessEnv): string[] {
  const { fromEnv = {} } = storage?.credentials ?? {};
  const keyFile = storage?.kind === 'gcs' ? fromEnv.keyFile : undefined;
  return Object.values(fromEnv).flatMap((name) => {
    const named = `variable ${name}, which storage.credentials.fromEnv names,`;
    const value = env[name];
    if (!value) return [`missing credentials: ${named} is not set`];
    if (name !== keyFile)
      return /[\r\n]/.test(value) ? [`wrong credentials: ${named} has a line break: set it without`] : [];
    const why = whyNoKeyFile(ownPath(value));
    return why ? [`wrong credentials: ${named} is ${value}: ${why}`] : [];
  });
}

/** What keeps a Secret from being made of variables of this machine, a line each; one that is there needs none. */
export async function newSecretProblems(
  { kube, profile }: Pick<Context, 'kube' | 'profile'>,
  env = process.env,
): Promise<string[]> {
  const problems = variableProblems(profile, env);
  const ref = secretRef(profile);
  if (problems.length === 0 || !ref) return problems;
  // Without a cluster there is no Secret either; one that this user may not read may be there.
  const found = await kube
    .get(ref)
    .catch(hiddenIfForbidden)
    .catch(() => undefined);
  return found ? [] : problems;
}

/** Why a path names no JSON key file of Google's. */
function whyNoKeyFile(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return 'no such file';
  try {
    JSON.parse(readFileSync(path, 'utf8'));
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? "not a JSON key file of Google's" : (error as Error).message;
  }
}

/** The keys of a new Secret: from the variables that the profile names, else random ones for a server of ours. */
function newKeys({ credentials, kind }: Storage, env = process.env): Record<string, string> {
  const { fromEnv, accessKey, secretKey, sessionToken, keyFile } = credentials;
  const value = (name: string | undefined): string => env[name ?? ''] ?? '';
  if (kind === 'gcs') return { [keyFile]: readFileSync(ownPath(value(fromEnv?.keyFile)), 'utf8') };
  if (!fromEnv)
    return {
      [accessKey]: `FS${randomBytes(9).toString('hex').toUpperCase()}`,
      [secretKey]: randomBytes(30).toString('base64url'),
    };
  return {
    [accessKey]: value(fromEnv.accessKey),
    [secretKey]: value(fromEnv.secretKey),
    ...(sessionToken ? { [sessionToken]: value(fromEnv.sessionToken) } : {}),
  };
}

/** Makes the Secret; one that is there stays unchanged. */
export const ensureSecret = (profile: Profile): SingleStep => ({
  title: 'Make the Secret of the storage',
  skip: async ({ kube }) => {
    const ref = secretRef(profile);
    return (!ref && 'the storage needs no Secret') || ((await kube.get(ref as Ref)) ? 'already there' : false);
  },
  run: async ({ kube }, out) => {
    const ref = secretRef(profile);
    if (!ref || !profile.storage) return;
    if (!isMade(profile.storage)) throw missingSecret(profile, profile.storage, ref.name);
    const manifest: Manifest = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: ref.name, namespace: profile.namespace, labels: { ...managedBy } },
      type: 'Opaque',
      stringData: newKeys(profile.storage),
    };
    await kube.create(manifest);
    out.line(`Secret ${ref.name}`);
  },
});
