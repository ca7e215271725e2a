// Security Token Service, service accounts and the project's policy.
import { createHash } from 'node:crypto';
import { ok, type Route, refuse } from './route.ts';
import type { Tokens } from './tokens.ts';

export interface Policy {
  version?: number;
  etag?: string;
  bindings?: { role: string; members: string[] }[];
}

export interface Access {
  /** E-mail addresses. */
  accounts: Set<string>;
  policy: Policy;
}

/** What the credential file gives to be exchanged. */
export const subjectToken = 'subject-token-of-the-test';
export const audience = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/test/providers/test';

const scopes = ['cloud-platform', 'userinfo.email'].map((name) => `https://www.googleapis.com/auth/${name}`);

const etagOf = (policy: Policy) => createHash('sha256').update(JSON.stringify(policy)).digest('base64').slice(0, 12);

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
const exchange = (tokens: Tokens): Route => ({
  method: 'POST',
  path: /^\/v1\/token$/,
  open: true,
  changes: false,
  body: ['grant_type', 'audience', 'scope', 'requested_token_type', 'subject_token', 'subject_token_type'],
  does: ({ body }) => {
    if (body['grant_type'] !== 'urn:ietf:params:oauth:grant-type:token-exchange')
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (body['subject_token'] !== subjectToken || body['audience'] !== audience)
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The subject token is not ours.' } };
    const foreign = `${body['scope']}`.split(' ').filter((scope) => !scopes.includes(scope));
    if (foreign.length > 0)
      return { status: 400, body: { error: 'invalid_scope', error_description: `not known: ${foreign.join(', ')}` } };
    return ok({
      access_token: tokens.issue(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: tokens.seconds,
    });
  },
});

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
function accountRoutes(project: string, { accounts }: Access): Route[] {
  const described = (email: string) => ({
    name: `projects/${project}/serviceAccounts/${email}`,
    email,
    projectId: project,
  });
  return [
    {
      method: 'GET',
      path: new RegExp(`^/v1/projects/(?:${project}|-)/serviceAccounts/(?<email>[^/:]+)$`),
      does: ({ parts }) => {
        const email = decodeURIComponent(parts['email'] ?? '');
        return accounts.has(email)
          ? ok(described(email))
          : refuse(404, 'NOT_FOUND', `Unknown service account: ${email}`);
      },
    },
    {
      method: 'POST',
      path: new RegExp(`^/v1/projects/${project}/serviceAccounts$`),
      body: ['accountId', 'serviceAccount'],
      does: ({ body }) => {
        const id = `${body['accountId']}`;
        if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(id))
          return refuse(400, 'INVALID_ARGUMENT', `Invalid service account id "${id}".`);
        const email = `${id}@${project}.iam.gserviceaccount.com`;
        if (accounts.has(email))
          return refuse(
            409,
            'ALREADY_EXISTS',
            `Service account ${id} already exists within project projects/${project}.`,
          );
        accounts.add(email);
        return ok(described(email));
      },
    },
  ];
}

/** https://cloud.google.com/resource-manager/reference/rest/v3/projects */
function policyRoutes(project: string, access: Access): Route[] {
  const read = () => ({ ...access.policy, etag: etagOf(access.policy) });
  return [
    {
      method: 'POST',
      path: new RegExp(`^/v[13]/projects/${project}:getIamPolicy$`),
      changes: false,
      body: ['options'],
      does: () => ok(read()),
    },
    {
      method: 'POST',
      path: new RegExp(`^/v[13]/projects/${project}:setIamPolicy$`),
      body: ['policy', 'updateMask'],
      does: ({ body }, unexpected) => {
        const { etag, ...policy } = (body['policy'] ?? {}) as Policy;
        if (!etag) return unexpected('a policy without etag overwrites what others wrote');
        if (etag !== read().etag)
          return refuse(
            409,
            'ABORTED',
            'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
          );
        for (const member of (policy.bindings ?? []).flatMap(({ members }) => members)) {
          const [kind, email = ''] = member.split(':');
          if (
            kind === 'serviceAccount' &&
            email.endsWith(`@${project}.iam.gserviceaccount.com`) &&
            !access.accounts.has(email)
          )
            return refuse(400, 'INVALID_ARGUMENT', `Service account ${email} does not exist.`);
        }
        access.policy = policy;
        return ok(read());
      },
    },
  ];
}

/** Beside the project of the fake: what else its user may see. */
const otherProjects = [
  'astro-data-01',
  'billing-reports',
  'data-lake-eu',
  'ml-notebooks',
  'school-archive',
  'web-prod-7',
];

/** https://cloud.google.com/resource-manager/reference/rest/v1/projects/list */
const projectRoutes = (project: string): Route[] => [
  {
    method: 'GET',
    path: /^\/v1\/projects$/,
    query: ['pageSize', 'pageToken', 'filter'],
    does: ({ query }) => {
      const described = (projectId: string) => ({ projectId, name: projectId, lifecycleState: 'ACTIVE' });
      // Two pages, as with many projects.
      if (query.get('pageToken') === 'second') return ok({ projects: otherProjects.map(described) });
      const gone = { projectId: 'old-project-1', name: 'Old', lifecycleState: 'DELETE_REQUESTED' };
      const own = { ...described(project), name: 'Spark school' };
      return ok({ projects: [own, gone], nextPageToken: 'second' });
    },
  },
];

export const accessRoutes = (project: string, access: Access, tokens: Tokens): Route[] => [
  exchange(tokens),
  ...projectRoutes(project),
  ...accountRoutes(project, access),
  ...policyRoutes(project, access),
];
