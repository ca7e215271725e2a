// Finds the role that brings a permission that a user lacks.

/** The role that has a permission, of those that a user of this program needs. */
const roles: [permission: RegExp, role: string][] = [
  [/^container\.(clusterRole|role)/, 'roles/container.admin'],
  [/^container\./, 'roles/container.admin'],
  [/^iam\.serviceAccounts\.(create|delete|get|list)$/, 'roles/iam.serviceAccountAdmin'],
  [/^iam\.serviceAccounts\.actAs$/, 'roles/iam.serviceAccountUser'],
  [/^resourcemanager\.projects\.setIamPolicy$/, 'roles/resourcemanager.projectIamAdmin'],
  [/^resourcemanager\./, 'roles/browser'],
  [/^artifactregistry\.repositories\.(create|delete)$/, 'roles/artifactregistry.admin'],
  [/^artifactregistry\./, 'roles/artifactregistry.writer'],
  [/^compute\.\w+\.(?:get|list)/, 'roles/compute.viewer'],
  [/^compute\.(?:subnetworks|networks)\.use/, 'roles/compute.networkUser'],
  [/^compute\.(?:subnetworks|networks|firewalls|routes)\./, 'roles/compute.networkAdmin'],
  [/^compute\./, 'roles/compute.admin'],
  [/^cloudkms\./, 'roles/cloudkms.cryptoKeyEncrypterDecrypter'],
  [/^serviceusage\.services\.use$/, 'roles/serviceusage.serviceUsageConsumer'],
  [/^serviceusage\./, 'roles/serviceusage.serviceUsageAdmin'],
];

/** The role to ask for, by the permission that is missing. */
const roleFor = (permission: string): string | undefined => roles.find(([pattern]) => pattern.test(permission))?.[1];

/** What to ask of an owner of the project for a permission that is missing. */
export const askFor = (permission: string, project: string | undefined): string => {
  const role = roleFor(permission);
  return role
    ? `ask an owner of the project to run: gcloud projects add-iam-policy-binding ${project ?? 'PROJECT'} --member=user:YOU --role=${role}`
    : `ask an owner of the project for a role with ${permission}`;
};
