// The table of Google's errors by code, reason and words, with cause and cure.
import { type GoogleError, own } from './google-error.ts';
import { askFor } from './roles.ts';

/** What is known of the call that was refused. */
export interface Doing {
  /** As in "create cluster gke"; the line begins with "cannot". */
  doing: string;
  project?: string;
}

/** A row; the first that matches counts. */
export interface Reason {
  code?: GoogleError['code'];
  /** Looked for in reason and message. */
  match: RegExp;
  message: (found: RegExpExecArray, error: GoogleError, doing: Doing) => string;
  hint: (found: RegExpExecArray, error: GoogleError, doing: Doing) => string;
}

const ofProject = ({ project }: Doing): string => (project ? ` of project ${project}` : '');
const flagOf = ({ project }: Doing): string => (project ? ` --project=${project}` : '');
const quotaPage = ({ project }: Doing): string =>
  `https://console.cloud.google.com/iam-admin/quotas?project=${project ?? 'PROJECT'}`;
const address = /https:\/\/console\.[^\s"')]+[^\s"').,]/;

const otherProject =
  'correct gke.project, or $GOOGLE_CLOUD_PROJECT: use the id, not the name; list the ids: gcloud projects list';

/** What is special stands before the code around it. */
export const reasons: Reason[] = [
  {
    match: /BILLING_DISABLED|billing (account\b|is |has |to be )|enable billing|Billing must be enabled/i,
    message: (_, error, { project }) =>
      `no billing account is linked to ${project ? `project ${project}` : 'the project'}: ${own(error)}`,
    hint: (_, _error, { project }) =>
      `link one: https://console.cloud.google.com/billing/linkedaccount?project=${project ?? 'PROJECT'}`,
  },
  {
    match: /requires a quota project|USER_PROJECT_DENIED|quota project/i,
    message: (_, error) => `your credentials have no quota project: ${own(error)}`,
    hint: (_, _error, { project }) =>
      `set one: gcloud auth application-default set-quota-project ${project ?? 'PROJECT'}`,
  },
  {
    match: /SERVICE_DISABLED|has not been used in project|it is disabled|API is not enabled/,
    message: (_, error, { project }) =>
      `the API ${apiOf(error)} is not enabled${project ? ` in project ${project}` : ''}`,
    hint: (_, error, doing) =>
      `enable it: gcloud services enable ${apiOf(error)}${flagOf(doing)}, or ${error.info['activationUrl'] ?? address.exec(error.message)?.[0] ?? 'in the console'}; then wait a minute`,
  },
  {
    match:
      /GCE_STOCKOUT|ZONE_RESOURCE_POOL_EXHAUSTED|does not have enough resources available|out of resources|stockout/i,
    message: (_, error) => `Google has no free machines of that type there: ${own(error)}`,
    hint: () => 'choose another zone or machine type: --set gke.location=… or --set gke.machineType=…',
  },
  {
    match:
      /Insufficient (?:regional|project|global)?\s*quota[\s\S]*?resource "([\w.-]+)"(?:: request requires '([\d.]+)' and is short '([\d.]+)')?(?:[\s\S]*?(?:quota of|limit of) '([\d.]+)' with '([\d.]+)' available)?/i,
    message: ([, quota, wants, short, limit, left], _, doing) =>
      `quota ${quota}${ofProject(doing)} is too small${wants ? `: ${wants} needed` : ''}${left ? `, ${left} of ${limit} left` : short ? `, ${short} too few` : ''}`,
    hint: ([, quota], _, doing) =>
      `request less (--set gke.nodes=…, gke.machineType=…), or apply for more ${quota}: ${quotaPage(doing)}`,
  },
  {
    match: /Quota '([\w.-]+)' exceeded(?:[\s\S]*?Limit: ([\d.]+\d))?/,
    message: ([, quota, limit], _, doing) =>
      `quota ${quota}${ofProject(doing)} is reached${limit ? ` (${limit})` : ''}`,
    hint: ([, quota], _, doing) => `request less (--set gke.nodes=…), or apply for more ${quota}: ${quotaPage(doing)}`,
  },
  {
    match: /QUOTA_EXCEEDED/,
    message: (_, error, doing) => `a quota${ofProject(doing)} is reached: ${own(error)}`,
    hint: (_, _error, doing) => `request less (--set gke.nodes=…), or apply for more: ${quotaPage(doing)}`,
  },
  {
    match: /no network named "?([\w-]+)|[Nn]etwork "?([\w-]+)"? (?:does not exist|was not found|is not found)/,
    message: ([, one, other], _, doing) =>
      `there is no network ${one ?? other}${doing.project ? ` in project ${doing.project}` : ''}`,
    hint: ([, one, other], _, doing) =>
      `create it: gcloud compute networks create ${one ?? other} --subnet-mode=auto${flagOf(doing)}`,
  },
  {
    match: /IP_SPACE_EXHAUSTED|IP space of '([^']+)' is exhausted|[Ii]nsufficient free IP/,
    message: (_, error) => `the network has no addresses left: ${own(error)}`,
    hint: () =>
      'delete unused clusters, or enlarge the subnetwork: gcloud compute networks subnets expand-ip-range SUBNETWORK --region=REGION --prefix-length=LENGTH',
  },
  {
    match: /(service-\d+@container-engine-robot\.iam\.gserviceaccount\.com)/,
    message: ([, account]) => `GKE's own account ${account} lacks its role`,
    hint: ([, account], _, { project }) =>
      `grant the role: gcloud projects add-iam-policy-binding ${project ?? 'PROJECT'} --member=serviceAccount:${account} --role=roles/container.serviceAgent`,
  },
  {
    match: /subnetworks\/[\w-]+' is not ready|resource .* is not ready/,
    message: (_, error) => `Google is still preparing a resource: ${own(error)}`,
    hint: () => 'wait a minute, then run the same command again to resume',
  },
  {
    match: /[Dd]isk[ -]?[Tt]ype|\[pd-(?:standard|balanced|ssd)\] features|boot disk type/,
    code: 'INVALID_ARGUMENT',
    message: (_, error) => `this machine type does not boot from that disk: ${own(error)}`,
    hint: () =>
      'choose another disk or machine: --set gke.diskType=pd-balanced, or --set gke.machineType=e2-standard-2',
  },
  {
    match: /orgpolicy|organization policy|constraints\/([\w.]+)|Org Policy/i,
    message: ([, constraint], error) =>
      `a policy of your organization forbids this${constraint ? ` (constraints/${constraint})` : ''}: ${own(error)}`,
    hint: () =>
      'change the profile to comply (such as gke.privateNodes or gke.location), or ask an administrator of the organization',
  },
  {
    match: /vpcServiceControls|prohibited by organization's policy|VPC Service Controls/i,
    message: (_, error) => `a service perimeter of your organization forbids this: ${own(error)}`,
    hint: () => 'work from inside the perimeter, or ask an administrator of the organization for an access level',
  },
  {
    match:
      /(?:specified )?[Ii]nvalid service account:? "?([^\s"]+@[^\s"]+[^\s".])|[Ss]ervice account "?([^\s"]+@[^\s"]+[^\s".])"? (?:does not exist|was not found|is disabled)/,
    message: (_, error) => `the account of the nodes cannot be used: ${own(error)}`,
    hint: () =>
      'wait a minute if the account is new, then run the same command again; else enable the account, or correct gke.serviceAccount',
  },
  {
    match:
      /iam\.serviceAccounts\.actAs|serviceAccountUser|does not have access to service account "?([^\s"]+@[^\s"]+[^\s".])/,
    message: ([, account], error) =>
      `you may not act as the account of the nodes${account ? ` ${account}` : ''}: ${own(error)}`,
    hint: ([, account]) =>
      `ask an owner of the project to run: gcloud iam service-accounts add-iam-policy-binding ${account ?? 'ACCOUNT'} --member=user:YOU --role=roles/iam.serviceAccountUser`,
  },
  {
    match: /(?:project|projects\/)[^.]{0,60}(?:was |is )?not found|has been deleted|Project .* may not exist/i,
    code: 'NOT_FOUND',
    message: (_, error, { project }) => `there is no project ${project ?? ''}: ${own(error)}`,
    hint: () => otherProject,
  },
  {
    match: /[Pp]roject \S+ (?:is being deleted|is pending deletion|is marked for deletion|is shut down)/,
    message: (_, _error, { project }) => `project ${project ?? 'of that id'} is being deleted`,
    hint: (_, _error, { project }) =>
      `restore it: gcloud projects undelete ${project ?? 'PROJECT'}; or correct gke.project`,
  },
  {
    match: /KMS|cryptoKey/i,
    message: (_, error) => `the key of gke.encryptionKey cannot be used: ${own(error)}`,
    hint: () =>
      "enable the key in the region of the cluster, and give GKE's own account roles/cloudkms.cryptoKeyEncrypterDecrypter on it",
  },
  {
    match: /Permission denied on resource project/,
    message: (_, _error, { project }) => `there is no project ${project ?? 'of that id'}, or you may not see it`,
    hint: () => otherProject,
  },
  {
    match: /(operation-[\w-]+)/,
    code: 'FAILED_PRECONDITION',
    message: ([, operation]) => `another operation is running: ${operation}`,
    hint: () => 'wait until that operation ends, then run the same command again',
  },
  {
    match: /[Pp]ermission '?"?([a-z]+\.[\w.]+)|requires one of \["([\w.]+)"|Required ["']([a-z]+\.[\w.]+)["']/,
    code: 'PERMISSION_DENIED',
    message: (found, _, doing) => `you lack permission ${permissionOf(found)}${ofProject(doing)}`,
    hint: (found, _, doing) => askFor(permissionOf(found), doing.project),
  },
  {
    match: /^/,
    code: 'PERMISSION_DENIED',
    message: (_, error) => `Google does not allow this: ${own(error)}`,
    hint: (_, error, doing) =>
      error.info['permission']
        ? askFor(error.info['permission'], doing.project)
        : 'ask an owner of the project for roles/container.admin',
  },
  {
    match: /^/,
    code: 'UNAUTHENTICATED',
    message: (_, error) => `Google does not accept the credentials: ${own(error)}`,
    hint: () => 'run gcloud auth application-default login',
  },
  {
    match: /^/,
    code: 'ALREADY_EXISTS',
    message: (_, error) => `it already exists: ${own(error)}`,
    hint: () => 'run the same command again, or set clusterName to another name',
  },
  {
    match: /[Nn]o valid versions|[Vv]ersion .* (is not valid|is invalid|unsupported|not supported)/,
    message: (_, error) => `GKE has no such version: ${own(error)}`,
    hint: () => 'remove gke.version, or choose a version from: gcloud container get-server-config',
  },
  {
    match: /[Mm]achine ?[Tt]ype/,
    code: 'INVALID_ARGUMENT',
    message: (_, error) => `there is no such machine type there: ${own(error)}`,
    hint: (_, _error, doing) =>
      `correct gke.machineType; list the types of a zone: gcloud compute machine-types list --zones=ZONE${flagOf(doing)}`,
  },
  {
    match: /[Ll]ocation "?[\w-]+"? (?:does not exist|is invalid|was not found)|Unknown (?:zone|region)/,
    message: (_, error) => `there is no such zone or region: ${own(error)}`,
    hint: (_, _error, doing) => `correct gke.location; list the zones: gcloud compute zones list${flagOf(doing)}`,
  },
  {
    match: /^/,
    code: 'INVALID_ARGUMENT',
    message: (_, error) => `Google rejects the request: ${own(error)}`,
    hint: () => 'correct the gke block of the profile',
  },
  {
    match: /^/,
    code: 'NOT_FOUND',
    message: (_, error) => `not found: ${own(error)}`,
    hint: () => 'correct gke.project and gke.location',
  },
  {
    match: /^/,
    code: 'RESOURCE_EXHAUSTED',
    message: (_, error) => `Google's rate limit is reached: ${own(error)}`,
    hint: () => 'wait a minute, then run the same command again',
  },
  {
    match: /^/,
    code: 'UNAVAILABLE',
    message: (_, error) => `Google cannot be reached: ${own(error)}`,
    hint: () => 'check the network, then run the same command again to resume',
  },
  {
    match: /^/,
    code: 'DEADLINE_EXCEEDED',
    message: (_, error) => `Google did not answer in time: ${own(error)}`,
    hint: () => 'run the same command again to resume',
  },
];

const permissionOf = ([, a, b, c]: RegExpExecArray): string => (a ?? b ?? c ?? '').replace(/\.$/, '');

const apiOf = ({ info, message }: GoogleError): string =>
  info['service'] ?? /[a-z]+\.googleapis\.com/.exec(message)?.[0] ?? 'container.googleapis.com';
