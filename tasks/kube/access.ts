// Asks the API who may do what, and requests tokens of service accounts.
import { objectPath } from './paths.ts';
import { shownRef } from './ref.ts';
import type { ApiRequest } from './transport/transport.ts';
import type { AccessQuestion, Kube, Manifest } from './types.ts';

/** Both by requests that are answered with an object. */
export function createAccess(
  requestJson: (request: ApiRequest) => Promise<Manifest>,
): Pick<Kube, 'can' | 'issueToken'> {
  async function can(question: AccessQuestion): Promise<boolean> {
    const { user, verb, resource, group = '', subresource, namespace } = question;
    const resourceAttributes = { verb, resource, group, subresource, namespace };
    // The administrator of a single namespace may ask about others within it, and nowhere else.
    const isLocal = user !== undefined && namespace !== undefined;
    const kind = isLocal ? 'LocalSubjectAccessReview' : user ? 'SubjectAccessReview' : 'SelfSubjectAccessReview';
    const where = isLocal ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const answer = await requestJson({
      what: `ask whether ${user ?? 'this user'} may ${verb} ${resource}`,
      method: 'POST',
      path: `/apis/authorization.k8s.io/v1${where}/${kind.toLowerCase()}s`,
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind,
        ...(isLocal ? { metadata: { namespace } } : {}),
        spec: { resourceAttributes, ...(user ? { user, groups: groupsOf(user) } : {}) },
      },
    });
    return (answer['status'] as { allowed: boolean }).allowed;
  }

  async function issueToken(account: { name: string; namespace: string }, seconds: number): Promise<string> {
    const ref = { apiVersion: 'v1', kind: 'ServiceAccount', ...account };
    const answer = await requestJson({
      what: `issue a token for ${shownRef(ref)}`,
      method: 'POST',
      path: objectPath({ plural: 'serviceaccounts', namespaced: true }, ref, 'token'),
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } },
    });
    return (answer['status'] as { token: string }).token;
  }

  return { can, issueToken };
}

/** The groups that authentication gives a service account; the authorizer takes the names of users unchecked. */
function groupsOf(user: string): string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(user) ?? [];
  return [
    ...(namespace ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : []),
    'system:authenticated',
  ];
}
