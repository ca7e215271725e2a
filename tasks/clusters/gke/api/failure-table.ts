// The table of Google's errors by code, reason and words, with cause and cure.

import { codeReasons } from './code-reasons.ts';
import { type GoogleError, own } from './google-error.ts';
import { limitReasons } from './limit-reasons.ts';
import { flagOf, ofProject, type Reason } from './reason.ts';
import { askFor } from './roles.ts';

const address = /https:\/\/console\.[^\s"')]+[^\s"').,]/;

const otherProject =
  'correct gke.project, or $GOOGLE_CLOUD_PROJECT: use the id, not the name; list the ids: gcloud projects list';

/** What is special stands before the code around it. */
export const reasons: Reason[] = [
  {
    match: /BILLING_DISABLED|billing (account\b|is |has |to be )|enable billing|Billing must be enabled|billing quota/i,
    message: (_, error, { project }) =>
      `no billing account is linked to ${project ? `project ${project}` : 'the project'}: ${own(error)}`,
    hint: (_, _error, { project }) =>
      `link one: https://console.cloud.google.com/billing/linkedaccount?project=${project ?? 'PROJECT'}`,
  },
  {
    match: /required permission to use project ([\w:.-]+\w)/,
    message: ([, project]) => `you may not use project ${project} for the quota of your requests`,
    hint: ([, project]) =>
      `${askFor('serviceusage.services.use', project)}; or use the quota of another project: gcloud auth application-default set-quota-project PROJECT`,
  },
  {
    match: /requires a quota project|USER_PROJECT_DENIED|quota project/i,
    message: (_, error) => `your credentials have no quota project: ${own(error)}`,
    hint: (_, _error, { project }) =>
      `set one: gcloud auth application-default set-quota-project ${project ?? 'PROJECT'}`,
  },
  {
    match: /SERVICE_DISABLED|accessNotConfigured|has not been used in project|it is disabled|API is not enabled/,
    message: (_, error, { project }) =>
      `the API ${apiOf(error)} is not enabled${project ? ` in project ${project}` : ''}`,
    hint: (_, error, doing) =>
      `enable it: gcloud services enable ${apiOf(error)}${flagOf(doing)}, or ${error.info['activationUrl'] ?? address.exec(error.message)?.[0] ?? 'in the console'}; then wait a minute`,
  },
  ...limitReasons,
  {
    match:
      /no network named ["']?([\w-]+)|\b[Nn]etwork ["']?(?:projects\/[\w:.-]+\/global\/networks\/)?([\w-]+)["']? (?:does not exist|was not found|is not found|not found)|global\/networks\/([\w-]+)'(?: was not found|\. The referenced network resource cannot be found)/,
    message: ([, one, other, third], _, doing) =>
      `there is no network ${one ?? other ?? third}${doing.project ? ` in project ${doing.project}` : ''}`,
    hint: ([, one, other, third], _, doing) =>
      `create it: gcloud compute networks create ${one ?? other ?? third} --subnet-mode=auto${flagOf(doing)}`,
  },
  {
    match:
      /[Nn]etwork ["']?([\w-]+)["']? (?:requires a subnetwork|has no subnetworks?\b)|no subnetwork named ["']?([\w-]+)|[Ss]ubnetwork ["']?([\w-]+)["']? (?:was )?not found|subnetworks\/([\w-]+)' was not found/,
    message: (_, error) => `the network has no subnetwork in that region: ${own(error)}`,
    hint: (
      [, network = 'default', named, missing, absent, subnetwork = named ?? missing ?? absent ?? network],
      _,
      doing,
    ) =>
      `create it: gcloud compute networks subnets create ${subnetwork} --network=${network} --region=REGION --range=10.10.0.0/20${flagOf(doing)}; or set gke.location to another region`,
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
    match: /[Dd]isk[ -]?[Tt]ype|\[pd-(?:standard|balanced|ssd)\] features|boot disk type|\[hyperdisk-\w+\] features/,
    code: 'INVALID_ARGUMENT',
    message: (_, error) => `this machine type does not boot from that disk: ${own(error)}`,
    hint: () =>
      'choose another machine: --set gke.machineType=e2-standard-2; for C3 and C3D, --set gke.diskType=pd-balanced helps as well, for N4 and C4 it does not',
  },
  {
    match:
      /(?:org ?policy|organization policy)(?:[\s\S]*?((?:custom)?constraints\/[\w.]+))?|((?:custom)?constraints\/[\w.]+)/i,
    message: ([, named, constraint = named], error) =>
      `a policy of your organization forbids this${constraint ? ` (${constraint})` : ''}: ${own(error)}`,
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
    match: /CONSUMER_SUSPENDED|[Pp]roject \S+ (?:has been|is) suspended/,
    message: (_, error) => `Google has suspended the project: ${own(error)}`,
    hint: (_, _error, { project }) =>
      `appeal on the page of the project: https://console.cloud.google.com/home/dashboard?project=${project ?? 'PROJECT'}; or set gke.project to another project`,
  },
  {
    match: /CONSUMER_INVALID|CONSUMER_NOT_FOUND|Project '?projects\/\S+ not found or deleted/,
    message: (_, error, { project }) => `there is no project ${project ?? ''}: ${own(error)}`,
    hint: () => otherProject,
  },
  {
    match: /SCOPE_INSUFFICIENT|insufficient authentication scopes/,
    message: () => 'your credentials are not for all of Google Cloud',
    hint: () =>
      'run gcloud auth application-default login; on a machine of Google, give its account the scope cloud-platform',
  },
  {
    match: /Terms of Service/i,
    message: (_, error) => `the terms of Google are not accepted: ${own(error)}`,
    hint: (_, _error, { project }) =>
      `accept them: https://console.cloud.google.com/terms?project=${project ?? 'PROJECT'}`,
  },
  {
    match: /[Ii]dentity [Pp]ool does not exist/,
    message: (_, error) => `Google is still creating the identities of the project: ${own(error)}`,
    hint: () => 'wait a minute, then run the same command again',
  },
  {
    match: /nodes out of \d+ have registered|is unhealthy|cluster initialization/,
    message: (_, error) => `the cluster came up without its nodes: ${own(error)}`,
    hint: () =>
      'give private nodes Private Google Access, and their account the role roles/container.defaultNodeServiceAccount; then run firesteel destroy, and firesteel deploy again',
  },
  {
    match: /(?:project|projects\/)[^.]{0,60}(?:was |is )?not found|has been deleted|Project .* may not exist/i,
    code: 'NOT_FOUND',
    message: (_, error, { project }) => `there is no project ${project ?? ''}: ${own(error)}`,
    hint: () => otherProject,
  },
  {
    match:
      /[Pp]roject \S+ (?:has been deleted|is being deleted|is pending deletion|is marked for deletion|is shut down)/,
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
    match: /(?:is )?(?:currently )?being (?:created|deleted|updated|upgraded|repaired)|try again later/,
    code: 'FAILED_PRECONDITION',
    message: (_, error) => `another operation is running: ${own(error)}`,
    hint: () => 'wait until that operation ends, then run the same command again',
  },
  {
    match:
      /[Ll]ocation "?[\w-]+"? (?:does not exist|is invalid|was not found)|denied on 'locations\/|Unknown (?:zone|region)|^\s*(?:Zone|Region) "?[\w-]+"? is not available|[Ii]nvalid (?:location|zone|region)|Not found: projects\/[\w:.-]+\/(?:zones|regions|locations)\/[\w-]+\.?$/,
    message: (_, error) => `there is no such zone or region: ${own(error)}`,
    hint: (_, _error, doing) => `correct gke.location; list the zones: gcloud compute zones list${flagOf(doing)}`,
  },
  {
    match: /[Pp]ermission '?"?([a-z]+\.[\w.]+)|requires one of \["([\w.]+)"|Required ["']([a-z]+\.[\w.]+)["']/,
    code: 'PERMISSION_DENIED',
    message: (found, _, doing) => `you lack permission ${permissionOf(found)}${ofProject(doing)}`,
    hint: (found, _, doing) => askFor(permissionOf(found), doing.project),
  },
  {
    match:
      /[Nn]o valid versions|does not support version|[Vv]ersion .* (is not valid|is invalid|unsupported|not supported)/,
    message: (_, error) => `GKE has no such version: ${own(error)}`,
    hint: () => 'remove gke.version, or choose a version from: gcloud container get-server-config',
  },
  {
    match: /[Mm]achine ?[Tt]ype/,
    code: 'INVALID_ARGUMENT',
    message: (_, error) => `that machine type cannot be used there: ${own(error)}`,
    hint: (_, _error, doing) =>
      `correct gke.machineType; list the types of a zone: gcloud compute machine-types list --zones=ZONE${flagOf(doing)}`,
  },
  ...codeReasons,
];

const permissionOf = ([, a, b, c]: RegExpExecArray): string => (a ?? b ?? c ?? '').replace(/\.$/, '');

/** Their addresses, by the names that Google's messages use. */
const apisByName: [name: RegExp, address: string][] = [
  [/Compute Engine API/, 'compute.googleapis.com'],
  [/Artifact Registry API/, 'artifactregistry.googleapis.com'],
  [/Cloud Resource Manager API/, 'cloudresourcemanager.googleapis.com'],
  [/\(IAM\) API|IAM API/, 'iam.googleapis.com'],
];

const apiOf = ({ info, message }: GoogleError): string =>
  info['service'] ??
  /[a-z]+\.googleapis\.com/.exec(message)?.[0] ??
  apisByName.find(([name]) => name.test(message))?.[1] ??
  'container.googleapis.com';
