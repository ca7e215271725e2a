// Looks at the storage of a profile from this machine, before anything starts.
import { Failure } from '../core/failure.ts';
import type { Storage } from '../profile/blocks/storage.ts';
import type { Profile } from '../profile/schema.ts';
import { storageBucket, storageEndpoint, storageSecret } from '../spark/storage.ts';
import type { SingleStep } from '../steps/types.ts';
import { type Answer, askBucket, isElsewhere, usualRegion } from './head.ts';
import { hiddenSecret, readKeys } from './secret.ts';

/** Fails if the credentials of the storage are missing or wrong, or its bucket is not there. */
export const lookAtStorage = (profile: Profile): SingleStep => ({
  title: 'Look at the storage',
  observes: true,
  run: async (context, out) => {
    const { storage } = profile;
    if (!storage) return;
    if (!(await readKeys(context.kube, profile))) return out.line(`not checked: ${hiddenSecret(storage)}`);
    const answer = await askBucket({ ...context, profile }, '');
    if ('why' in answer && storage.service)
      throw new Failure('the S3 server does not answer', { hint: 'start it: firesteel data up' });
    if ('why' in answer) return out.line(`not checked: ${answer.why}`);
    out.line(verdict(profile, storage, answer));
  },
});

/** The same for a verb whose profile may have no storage. */
export const lookSteps = (profile: Profile): SingleStep[] => (profile.storage ? [lookAtStorage(profile)] : []);

/** What an answer says of the bucket; a Failure names what is wrong and what mends it. */
function verdict(
  profile: Profile,
  storage: Storage,
  { status, region, code }: Exclude<Answer, { why: string }>,
): string {
  const bucket = `bucket ${storageBucket(storage)}`;
  const at = storageEndpoint(profile) ?? 'AWS';
  if (status === 404)
    throw new Failure(`${bucket} does not exist at ${at}`, { hint: 'correct storage.bucket, or make the bucket' });
  if (isElsewhere(status)) {
    const taken = storage.region ?? usualRegion;
    if (region && region !== taken)
      throw new Failure(`${bucket} is in region ${region}, not in ${taken}`, {
        hint: `correct the region: --set storage.region=${region}`,
      });
    throw new Failure(`${bucket}: ${at} answers ${status} to a request for region ${taken}`, {
      hint: 'correct storage.region and storage.endpoint; a session token may have expired',
    });
  }
  if (status === 401 || status === 403) {
    const secret = storageSecret(storage);
    if (code === 'RequestTimeTooSkewed')
      throw new Failure(`${bucket}: the clock of this machine is wrong, so ${at} refuses its requests`, {
        hint: 'set the clock of this machine: timedatectl set-ntp true',
      });
    if (code === 'ExpiredToken')
      throw new Failure(`${bucket}: the session token has expired`, {
        hint: `put a new session token with its keys into Secret ${secret}`,
      });
    // Keys may reach a part of a bucket without the right to list it.
    if (secret && code === 'AccessDenied') return `not checked: the keys may not list ${bucket}`;
    throw secret
      ? new Failure(`${bucket}: ${at} refuses the credentials${code ? ` (${code})` : ''}`, {
          hint: `correct the keys in Secret ${secret}, or give their account the right to list and read the bucket`,
        })
      : new Failure(`${bucket}: ${at} does not let everyone in`, {
          hint: 'name a Secret with keys in storage.credentials.secret',
        });
  }
  return status === 200
    ? `${bucket} is there${region && region !== (storage.region ?? usualRegion) ? `, in region ${region}` : ''}`
    : `not checked: ${at} answers ${status}`;
}
