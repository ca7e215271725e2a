// Looks at a bucket of S3 from this machine with one signed request, before anything starts.
import { Failure } from '../core/failure.ts';
import { webFetch } from '../core/network/web.ts';
import type { Profile } from '../profile/schema.ts';
import { s3Variables, storageBucket, storageEndpoint, storageServer } from '../spark/storage.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { readKeys } from './secret.ts';

type Looking = Pick<Context, 'kube' | 'signal' | 'profile'>;

/** The status of a HEAD request for a key of the bucket; undefined if this machine gets no answer. */
export async function headStatus({ kube, signal, profile }: Looking, key: string): Promise<number | undefined> {
  const { storage } = profile;
  if (storage?.kind !== 's3' || storage.credentials.workloadIdentity) return undefined;
  const keys = await readKeys(kube, profile);
  const stop = new AbortController();
  try {
    const forward = storage.service
      ? await kube.forward(
          [
            {
              namespace: profile.namespace,
              selector: `app.kubernetes.io/name=${storageServer.name}`,
              port: storageServer.port,
            },
          ],
          { signal: AbortSignal.any([signal, stop.signal]) },
        )
      : undefined;
    const region = storage.region ?? 'us-east-1';
    const root = forward
      ? `http://${forward.address}`
      : (storageEndpoint(profile) ?? `https://s3.${region}.amazonaws.com`);
    const url = `${root}/${[storageBucket(storage), key].filter(Boolean).join('/')}`;
    const headers = await signed(url, region, variablesOf(profile, keys));
    const once = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    const answer = await (forward ? fetch : webFetch)(url, { method: 'HEAD', headers, signal: once });
    return answer.status;
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    return undefined;
  } finally {
    stop.abort();
  }
}

/** The values that a pod gets as variables. */
const variablesOf = ({ storage }: Profile, keys: Record<string, string>): Record<string, string> =>
  storage ? Object.fromEntries(Object.entries(s3Variables(storage)).map(([name, key]) => [name, keys[key] ?? ''])) : {};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html; none without a key. */
async function signed(url: string, region: string, variables: Record<string, string>): Promise<Record<string, string>> {
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
  const { headers } = await client.sign(url, { method: 'HEAD' });
  return Object.fromEntries(headers);
}

/** Fails if the credentials of the storage are missing or wrong, or its bucket is not there. */
export const lookAtStorage = (profile: Profile): SingleStep => ({
  title: 'Look at the storage',
  observes: true,
  run: async (context, out) => {
    const { storage } = profile;
    if (!storage) return;
    await readKeys(context.kube, profile);
    const status = await headStatus({ ...context, profile }, '');
    const bucket = storageBucket(storage);
    const at = storageEndpoint(profile) ?? 'AWS';
    if (status === 404)
      throw new Failure(`bucket ${bucket} does not exist at ${at}`, {
        hint: 'correct storage.bucket, or make the bucket',
      });
    if (status === 403)
      throw new Failure(`bucket ${bucket}: ${at} refuses the credentials`, { hint: 'correct the keys in the Secret' });
    if (status === undefined && storage.service)
      throw new Failure('the S3 server does not answer', { hint: 'start it: firesteel data up' });
    out.line(status === 200 ? `bucket ${bucket} is there` : 'not checked: this machine cannot look at the storage');
  },
});

/** The same for a verb whose profile may have no storage. */
export const lookSteps = (profile: Profile): SingleStep[] => (profile.storage ? [lookAtStorage(profile)] : []);
