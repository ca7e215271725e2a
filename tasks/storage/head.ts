// Asks a bucket of S3 from this machine with a signed request.
import { Failure } from '../core/failure.ts';
import { webFetch } from '../core/network/web.ts';
import { storageBucket, storageEndpoint, storageServer } from '../spark/storage.ts';
import type { Context } from '../steps/types.ts';
import { hiddenSecret, keyVariables, readKeys } from './secret.ts';

type Looking = Pick<Context, 'kube' | 'signal' | 'profile'>;

/** The status of an answer with the region that its server names and the code of a refusal, or why there is none. */
export type Answer = Answered | { why: string };
interface Answered {
  status: number;
  region?: string;
  /** S3's own word, such as InvalidAccessKeyId: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  code?: string;
}

/** Where the bucket is if the profile does not say. */
export const usualRegion = 'us-east-1';

const answerMs = 10_000;

/** Where and how this machine asks. */
interface Place {
  root: string;
  fetch: typeof webFetch;
}

/** The address on this machine of the S3 server in the namespace; the forward ends with the signal. */
export async function forwardToServer({ kube, profile }: Pick<Context, 'kube' | 'profile'>, signal: AbortSignal) {
  const selector = `app.kubernetes.io/name=${storageServer.name}`;
  const place = { namespace: profile.namespace, selector, port: storageServer.port };
  const { address } = await kube.forward([place], { signal });
  return `http://${address}`;
}

/** Sends a signed request about the bucket to the S3 server in the namespace. */
export async function askServer(
  looking: Looking,
  { method, query, body }: { method: string; query: string; body?: string },
): Promise<Response> {
  const { kube, signal, profile } = looking;
  const { storage } = profile;
  if (!storage?.service) throw new Failure('the profile has no S3 server in the cluster');
  const keys = await readKeys(kube, profile);
  if (!keys) throw new Failure(hiddenSecret(storage), { hint: 'ask for the right to read this Secret' });
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(answerMs)]);
  try {
    const url = `${await forwardToServer(looking, until)}/${storageBucket(storage)}${query}`;
    const headers = await signed(method, url, usualRegion, keyVariables(storage, keys));
    const answer = await fetch(url, { method, headers, signal: until, ...(body ? { body } : {}) });
    // The forward ends with this call.
    return new Response(answer.status === 204 ? null : await answer.text(), { status: answer.status });
  } finally {
    stop.abort();
  }
}

/** Asks for a key of the bucket, or for the bucket itself. */
export async function askBucket(looking: Looking, key: string): Promise<Answer> {
  const { kube, signal, profile } = looking;
  const { storage } = profile;
  if (storage?.kind !== 's3') return { why: 'firesteel looks only at storages of kind s3' };
  if (storage.credentials.workloadIdentity) return { why: 'only pods have the service accounts of workloadIdentity' };
  const keys = await readKeys(kube, profile);
  if (!keys) return { why: hiddenSecret(storage) };
  const stop = new AbortController();
  try {
    if (!storage.service) {
      const root = storageEndpoint(profile);
      return await asked(looking, keys, key, (region) => ({
        root: root ?? `https://s3.${region}.amazonaws.com`,
        fetch: webFetch,
      }));
    }
    const root = await forwardToServer(looking, AbortSignal.any([signal, stop.signal]));
    return await asked(looking, keys, key, () => ({ root, fetch }));
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    return { why: `${storageEndpoint(profile) ?? 'AWS'} does not answer this machine: ${reasonOf(error)}` };
  } finally {
    stop.abort();
  }
}

/** `ECONNREFUSED` of a connection, or the words of another error. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}

/** Asks a second time in the bucket's own region: without one in the profile, Hadoop finds that region as well. */
async function asked(
  { signal, profile }: Looking,
  keys: Record<string, string>,
  key: string,
  placeIn: (region: string) => Place,
): Promise<Answer> {
  const { storage } = profile;
  const path = [storage ? storageBucket(storage) : '', key].filter(Boolean).join('/');
  const send = async (method: string, region: string, query = '') => {
    const place = placeIn(region);
    const url = `${place.root}/${path}${query}`;
    const headers = await signed(method, url, region, storage ? keyVariables(storage, keys) : {});
    const once = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    return place.fetch(url, { method, headers, signal: once, redirect: 'manual' });
  };
  const askIn = async (region: string): Promise<Answered> => {
    const answer = await send('HEAD', region);
    const own = answer.headers.get('x-amz-bucket-region');
    const seen = { status: answer.status, ...(own ? { region: own } : {}) };
    // An answer to HEAD has no body, and so no reason.
    if (answer.status !== 403 || key) return seen;
    const list = await send('GET', region, '?list-type=2&max-keys=1');
    if (list.ok) return { ...seen, status: 200 };
    const code = /<Code>(\w+)<\/Code>/.exec(await list.text())?.[1];
    return { ...seen, ...(code ? { code } : {}) };
  };
  const first = await askIn(storage?.region ?? usualRegion);
  const isFound = !storage?.region && !storage?.endpoint && first.region !== usualRegion;
  return isFound && first.region && isElsewhere(first.status) ? askIn(first.region) : first;
}

/** How S3 answers a request that is signed for another region. */
export const isElsewhere = (status: number): boolean => [301, 307, 400].includes(status);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html; none without a key. */
async function signed(
  method: string,
  url: string,
  region: string,
  variables: Record<string, string>,
): Promise<Record<string, string>> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: token,
  } = variables;
  if (!accessKeyId || !secretAccessKey) return {};
  const { AwsClient } = await import('aws4fetch');
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 's3',
    region,
    ...(token ? { sessionToken: token } : {}),
  });
  const { headers } = await client.sign(url, { method });
  return Object.fromEntries(headers);
}
