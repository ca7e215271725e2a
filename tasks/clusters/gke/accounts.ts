// Creates the service account of nodes once, with the least roles that nodes need.
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import type { Profile } from '../../profile/schema.ts';
import type { SingleStep } from '../../steps/types.ts';
import {
  createAccountRequest,
  getAccountRequest,
  getPolicyRequest,
  member,
  missingRoles,
  nodeRoles,
  type Policy,
  projectOfAccount,
  setPolicyRequest,
  withRoles,
} from './account-requests.ts';
import { type Door, usualDoor } from './api/google.ts';
import { type GoogleCode, hasCode } from './api/google-error.ts';
import type { GoogleRest } from './api/rest.ts';
import { nodeAccount, projectOf } from './names.ts';
import { lookIfPossible } from './status.ts';

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts; only what is read here. */
interface ServiceAccount {
  email?: string;
  disabled?: boolean;
}

/** What nodes lack before they can run as their account; nothing if all is there. Only reads. */
export async function nodeAccountLacks(profile: Profile, rest: GoogleRest): Promise<string[]> {
  const email = nodeAccount(profile);
  const account = await findAccount(profile, rest);
  if (account?.disabled)
    throw new Failure(`service account ${email} is disabled`, {
      hint: `enable the account: gcloud iam service-accounts enable ${email} --project=${projectOfAccount(email, profile)}`,
    });
  if (profile.gke.serviceAccount) {
    if (account) return [];
    throw new Failure(`there is no service account ${email}`, {
      hint: 'correct gke.serviceAccount, or remove the key: firesteel then makes an account with the least roles',
    });
  }
  const missing = account ? missingRoles(await readPolicy(profile, rest), member(profile)) : [...nodeRoles];
  return [...(account ? [] : [`service account ${email}`]), ...missing];
}

interface AccountOptions {
  signal: AbortSignal;
  /** Receives what is done. */
  onLine?: (line: string) => void;
  /** Milliseconds between two tries; 3,000 if not given. */
  everyMs?: number;
}

/** Makes the account and gives it its roles, each only if missing; an account of the profile's own is only looked at. */
export async function ensureNodeAccount(profile: Profile, rest: GoogleRest, options: AccountOptions): Promise<void> {
  const lacks = await nodeAccountLacks(profile, rest);
  if (lacks.length === 0) return;
  const project = projectOf(profile);
  if (!(await findAccount(profile, rest))) {
    options.onLine?.(`making service account ${nodeAccount(profile)}`);
    await withRole('roles/iam.serviceAccountAdmin', project, () => rest(createAccountRequest(profile))).catch(
      // Someone else, at the same moment.
      unless('ALREADY_EXISTS'),
    );
  }
  options.onLine?.(`giving the account ${nodeRoles.join(' and ')}`);
  await until({
    for: `roles of service account ${nodeAccount(profile)}`,
    seconds: 120,
    everyMs: options.everyMs ?? 3000,
    signal: options.signal,
    probe: async () =>
      (await giveRoles(profile, rest)) ? { done: true } : { seen: 'Google does not know the account yet' },
    hint: 'run the same command again',
  });
}

/** Reads, changes and writes the policy; false if it has to be tried again. */
async function giveRoles(profile: Profile, rest: GoogleRest): Promise<boolean> {
  const policy = await readPolicy(profile, rest);
  const missing = missingRoles(policy, member(profile));
  if (missing.length === 0) return true;
  const request = setPolicyRequest(profile, withRoles(policy, missing, member(profile)));
  try {
    await withRole('roles/resourcemanager.projectIamAdmin', projectOf(profile), () => rest(request));
    return true;
  } catch (error) {
    // Someone else changed the policy between read and write; or the account is too new, and policies do not know it for a minute.
    if (isCalled(error, 'ABORTED', 'ALREADY_EXISTS')) return false;
    if (isCalled(error, 'INVALID_ARGUMENT', 'NOT_FOUND') && /does not exist/.test(String(error))) return false;
    throw error;
  }
}

async function findAccount(profile: Profile, rest: GoogleRest): Promise<ServiceAccount | undefined> {
  const ask = () => rest(getAccountRequest(profile));
  if (!profile.gke.serviceAccount)
    return (await withRole('roles/iam.serviceAccountViewer', projectOf(profile), ask)) as ServiceAccount | undefined;
  try {
    return (await ask()) as ServiceAccount | undefined;
  } catch (error) {
    // A user who may use an account need not be allowed to read it; creating the cluster shows that.
    if (isForbidden(error)) return { email: nodeAccount(profile) };
    throw error;
  }
}

async function readPolicy(profile: Profile, rest: GoogleRest): Promise<Policy> {
  const project = projectOf(profile);
  const policy = await withRole('roles/resourcemanager.projectIamAdmin', project, () =>
    rest(getPolicyRequest(profile)),
  );
  if (policy) return policy as Policy;
  throw new Failure(`there is no project ${project}, or you may not see it`, {
    hint: 'set gke.project to the id of the project, not to its name',
  });
}

/** The error of Google's that a failure was made of. */
const causeOf = (error: unknown): unknown => (error instanceof Failure ? error.cause : error);

const isCalled = (error: unknown, ...codes: GoogleCode[]): boolean => hasCode(causeOf(error), ...codes);

/** Refused for want of a role, not because an API is off or nobody pays. */
const isForbidden = (error: unknown): boolean =>
  isCalled(error, 'PERMISSION_DENIED') && !/SERVICE_DISABLED|BILLING|not enabled|billing/.test(String(error));

const unless =
  (...codes: GoogleCode[]) =>
  (error: unknown): void => {
    if (!isCalled(error, ...codes)) throw error;
  };

/** What is refused says which role is missing. */
async function withRole<T>(role: string, project: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new Failure(error instanceof Failure ? error.message : `project ${project} refuses: ${String(error)}`, {
      hint: `ask an owner of ${project} for ${role}, for an account to set as gke.serviceAccount, or to run this command once`,
      cause: causeOf(error),
    });
  }
}

/** Before the cluster, which could not be made without it; a cluster that is there has one. */
export const prepareNodeAccount = (profile: Profile, door: Door = usualDoor): SingleStep => ({
  title: 'Prepare the service account of the nodes',
  skip: async (context) => {
    const seen = await lookIfPossible(profile, context, door);
    if (seen.is === 'unknown') return false;
    if (seen.is !== 'absent' && seen.is !== 'stopping') return 'the cluster exists';
    const lacks = await nodeAccountLacks(profile, door.open(context).rest);
    return lacks.length === 0 && `${nodeAccount(profile)} has its roles`;
  },
  run: async (context, out) => {
    const { signal, change } = context;
    const name = `make service account ${nodeAccount(profile)} and give it its roles, where it lacks them`;
    await change({ action: 'change', name }, () =>
      ensureNodeAccount(profile, door.open(context).rest, { signal, onLine: out.line }),
    );
  },
});
