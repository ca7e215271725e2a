// Requests for the service account of nodes: to find it, to create it, and to grant its roles. Pure.
import type { Profile } from '../../profile/schema.ts';
import type { RestRequest } from './api/rest.ts';
import { endpointOf } from './api/rest.ts';
import { accountEmail, nodeAccount, nodeAccountName, projectOf } from './names.ts';

/**
 * What nodes need: to write logs and metrics, and to pull images.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts
 */
export const nodeRoles = ['roles/container.defaultNodeServiceAccount', 'roles/artifactregistry.reader'] as const;

interface Binding {
  role: string;
  members?: string[];
  condition?: unknown;
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/Policy; what is not named here is written back as it was. */
export interface Policy {
  bindings?: Binding[];
  etag?: string;
}

/** The project a service account is of, by its e-mail address: example.com:p of NAME@p.example.com.iam…; else ours. */
export function projectOfAccount(email: string, profile: Profile): string {
  const [, domain] = /@([^@]+)\.iam\.gserviceaccount\.com$/.exec(email) ?? [];
  if (!domain) return projectOf(profile);
  const [name = '', ...rest] = domain.split('.');
  return rest.length > 0 ? `${rest.join('.')}:${name}` : name;
}

/** Asks for an account; 404 if it is not there. */
export const getAccountRequest = (profile: Profile): RestRequest => {
  const email = nodeAccount(profile);
  return {
    method: 'GET',
    url: `${endpointOf('iam')}v1/projects/${projectOfAccount(email, profile)}/serviceAccounts/${email}`,
  };
};

/** Makes our account of nodes. */
export const createAccountRequest = (profile: Profile): RestRequest => ({
  method: 'POST',
  url: `${endpointOf('iam')}v1/projects/${projectOf(profile)}/serviceAccounts`,
  body: {
    accountId: nodeAccountName,
    serviceAccount: {
      displayName: 'Nodes of firesteel clusters',
      description: 'Writes logs and metrics, pulls images',
    },
  },
});

/** Asks who may do what in the project; version 3, or conditions would be missing from the answer. */
export const getPolicyRequest = (profile: Profile): RestRequest => ({
  method: 'POST',
  url: `${endpointOf('cloudresourcemanager')}v1/projects/${projectOf(profile)}:getIamPolicy`,
  body: { options: { requestedPolicyVersion: 3 } },
});

/** Writes the whole policy; refused (409) if it is not the one with that etag any more. */
export const setPolicyRequest = (profile: Profile, policy: object): RestRequest => ({
  method: 'POST',
  url: `${endpointOf('cloudresourcemanager')}v1/projects/${projectOf(profile)}:setIamPolicy`,
  body: { policy },
});

/** Our account of nodes as policies name it. */
export const member = (profile: Profile): string =>
  `serviceAccount:${accountEmail(nodeAccountName, projectOf(profile))}`;

/** Roles of nodes that a policy does not give a member without a condition. */
export const missingRoles = ({ bindings = [] }: Policy, who: string): string[] =>
  nodeRoles.filter(
    (role) => !bindings.some((one) => one.role === role && !one.condition && one.members?.includes(who)),
  );

/** The policy with these roles for a member; everything else in it stays unchanged. */
export function withRoles(policy: Policy, roles: readonly string[], who: string): Policy {
  const bindings = [...(policy.bindings ?? [])];
  for (const role of roles) {
    const at = bindings.findIndex((one) => one.role === role && !one.condition);
    const members = [...(bindings[at]?.members ?? []), who];
    if (at >= 0) bindings[at] = { ...bindings[at], role, members };
    else bindings.push({ role, members });
  }
  return { ...policy, bindings };
}
