// The only import of google-auth-library: tokens from application-default credentials, renewed in time.
import { readFileSync } from 'node:fs';
import { Failure } from '../../../core/failure.ts';
import { networkWords } from '../../../core/network/errors.ts';
import type { BearerToken } from '../../../kube/kubeconfig/exec-credential.ts';

/** Without the second one GKE knows a service account by a number, not by its name. */
const scopes = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/userinfo.email'];

/** A token is renewed this long before it ends, in milliseconds. */
const renewMs = 30_000;

/** How long asking for a token may take, in milliseconds. */
const tokenMs = 30_000;

const login = 'gcloud auth application-default login';

/** The user who runs this, as Google knows them. */
export interface Credentials {
  /** A token with half a minute left at least, if Google gives such ones. Throws Failure with what to do. */
  token(): Promise<BearerToken>;
  /** Headers of a request: the token, and the project that is billed for asking, if one is set. */
  headers(): Promise<Record<string, string>>;
}

/** Whether this machine is one of Google's, where a metadata server has credentials. */
function isGoogleMachine(): boolean {
  if (process.env['GCE_METADATA_HOST'] || process.env['GCE_METADATA_IP']) return true;
  try {
    return readFileSync('/sys/class/dmi/id/product_name', 'utf8').includes('Google');
  } catch {
    return false;
  }
}

/** Reads the credentials when they are first requested. */
export function openCredentials(): Credentials {
  let client: ReturnType<typeof openClient> | undefined;
  let current: Promise<BearerToken> | undefined;
  let renewAt = 0;

  async function ask(): Promise<BearerToken> {
    try {
      client ??= openClient();
      const { token, expires } = await within(tokenMs, (await client).ask());
      renewAt = expires ? expires.getTime() - renewMs : Date.now() + renewMs;
      return { token, ...(expires ? { expires } : {}) };
    } catch (error) {
      client = undefined;
      throw credentialsFailure(error);
    }
  }

  const token = (): Promise<BearerToken> => {
    if (!current || Date.now() > renewAt) {
      // Callers during that time get the same one.
      renewAt = Number.POSITIVE_INFINITY;
      current = ask();
      current.catch(() => {
        current = undefined;
      });
    }
    return current;
  };

  return {
    token,
    async headers() {
      const bearer = await token();
      const quotaProject = (await client)?.quotaProject;
      return {
        authorization: `Bearer ${bearer.token}`,
        ...(quotaProject ? { 'x-goog-user-project': quotaProject } : {}),
      };
    },
  };
}

async function openClient() {
  // Elsewhere, looking for a metadata server takes seconds and prints a warning.
  if (!isGoogleMachine()) process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  const { GoogleAuth } = await import('google-auth-library');
  // With a project's name it does not look for one, which would start gcloud.
  const client = await new GoogleAuth({ scopes, projectId: 'unused' }).getClient();
  return {
    quotaProject: client.quotaProjectId,
    async ask() {
      const { token } = await client.getAccessToken();
      if (!token) throw new Error('the answer has no token');
      const expires = client.credentials.expiry_date;
      return { token, ...(expires ? { expires: new Date(expires) } : {}) };
    },
  };
}

function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const none = 'there are no Google credentials on this machine';

/** Whether an error says that nobody has logged in here. */
export const hasNoCredentials = (error: unknown): boolean => error instanceof Failure && error.message === none;

/** What google-auth-library says, or the server it asked: https://www.rfc-editor.org/rfc/rfc6749#section-5.2. */
const causes: { match: RegExp; message: string; hint: string }[] = [
  {
    match: /Could not load the default credentials/,
    message: none,
    hint: `run ${login}, or set GOOGLE_APPLICATION_CREDENTIALS to a file of credentials`,
  },
  {
    match: /invalid_rapt|reauth related error|reauthentication/i,
    message: 'your organization requires a new login to Google',
    hint: `run ${login}`,
  },
  {
    match: /invalid_grant[\s\S]*(clock|iat|exp\b|Invalid JWT)/i,
    message: "Google does not accept the credentials: this machine's clock is wrong, or their key was deleted",
    hint: 'set the clock, or name another file in GOOGLE_APPLICATION_CREDENTIALS',
  },
  {
    match: /invalid_grant|Token has been expired or revoked/i,
    message: 'your Google credentials have expired or are revoked',
    hint: `run ${login}`,
  },
  {
    match: /invalid_client|deleted_client|unauthorized_client|disabled_client/,
    message: 'Google does not know the program that created these credentials',
    hint: `run ${login}`,
  },
  {
    match: /iam\.serviceAccounts\.getAccessToken|Unable to impersonate/i,
    message: 'you may not act as the service account that your credentials name',
    hint: 'ask for roles/iam.serviceAccountTokenCreator on that account, or run gcloud auth application-default login',
  },
  {
    match: /does not exist, or it is not a file/,
    message: 'GOOGLE_APPLICATION_CREDENTIALS names no file',
    hint: `correct the path, or unset the variable and run ${login}`,
  },
  {
    match:
      /Unable to read the credential file|Unexpected (token|end of JSON)|must pass in a JSON|not valid JSON|Expected .* in JSON/i,
    message: 'cannot read the file of Google credentials',
    hint: `correct GOOGLE_APPLICATION_CREDENTIALS, or unset the variable and run ${login}`,
  },
  {
    match: new RegExp(`${networkWords.source}|no answer within|network timeout`),
    message: "cannot reach Google's token server",
    hint: 'check the network and HTTPS_PROXY',
  },
];

/** What was answered, for its words alone: an error of this library holds the request too, with what is secret in it. */
function saidBy(error: unknown): string {
  const { message = String(error), code, response } = error as Error & { code?: string; response?: { data?: unknown } };
  const data = response?.data;
  const {
    error: kind,
    error_subtype,
    error_description,
  } = (typeof data === 'object' && data ? data : {}) as {
    [key: string]: unknown;
  };
  return [message, code, kind, error_subtype, error_description].filter((part) => typeof part === 'string').join(' ');
}

/** The Failure of credentials that give no token. It carries no cause: that one would show what was sent. */
export function credentialsFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const said = saidBy(error);
  const known = causes.find(({ match }) => match.test(said));
  if (known) return new Failure(known.message, { hint: known.hint });
  return new Failure(`no token from Google: ${said.slice(0, 300)}`, { hint: `run ${login}` });
}
