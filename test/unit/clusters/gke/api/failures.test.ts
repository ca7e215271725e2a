// What Google says, and the line and the hint that a person gets for it.
import { describe, expect, test } from 'vitest';
import { googleFailure, laterFailure } from '../../../../../tasks/clusters/gke/api/failures.ts';
import {
  fromGrpc,
  fromHttp,
  type GoogleCode,
  googleError,
  hasCode,
} from '../../../../../tasks/clusters/gke/api/google-error.ts';
import { Failure } from '../../../../../tasks/core/failure.ts';

const doing = { doing: 'create cluster gke', project: 'spark-class' };
const explained = (code: GoogleCode, message: string, reason = '', info: Record<string, string> = {}) => {
  const failure = googleFailure(googleError(code, message, { reason, info }), doing) as Failure;
  return { message: failure.message, hint: failure.hint ?? '' };
};

type Row = [what: string, said: Parameters<typeof explained>, line: string | RegExp, hint: string | RegExp];
const rows: Row[] = [
  [
    'a project without its default network',
    ['INVALID_ARGUMENT', 'Project "spark-class" has no network named "default".'],
    'cannot create cluster gke: there is no network default in project spark-class',
    'gcloud compute networks create default --subnet-mode=auto --project=spark-class',
  ],
  ...[
    "The resource 'projects/spark-class/global/networks/default' was not found",
    "Invalid value for field 'resource.network': 'projects/p/global/networks/default'. The referenced network resource cannot be found.",
    "Network 'default' does not exist",
    'Network projects/spark-class/global/networks/default not found',
  ].map(
    (said): Row => [
      'an absent network',
      [said.startsWith('The') ? 'NOT_FOUND' : 'INVALID_ARGUMENT', said],
      'cannot create cluster gke: there is no network default in project spark-class',
      'gcloud compute networks create default --subnet-mode=auto --project=spark-class',
    ],
  ),
  ...[
    "The resource 'projects/spark-class/regions/us-central1/subnetworks/default' was not found",
    'Subnetwork "default" not found in region "us-central1"',
    'Network "default" has no subnetwork in region "us-central1".',
  ].map(
    (said): Row => [
      'an absent subnetwork',
      ['NOT_FOUND', said],
      /: the network has no subnetwork in that region: /,
      'gcloud compute networks subnets create default --network=default --region=REGION',
    ],
  ),
  [
    'a project whose quota may not be used',
    [
      'PERMISSION_DENIED',
      'Caller does not have required permission to use project spark-class. Grant the caller the roles/serviceusage.serviceUsageConsumer role.',
      'USER_PROJECT_DENIED',
    ],
    'cannot create cluster gke: you may not use project spark-class for the quota of your requests',
    /--role=roles\/serviceusage\.serviceUsageConsumer; or use the quota of another project: gcloud auth/,
  ],
  [
    'a deleted project',
    ['PERMISSION_DENIED', 'Project #123 has been deleted.'],
    'cannot create cluster gke: project spark-class is being deleted',
    /gcloud projects undelete spark-class/,
  ],
  [
    'a channel without a version',
    ['INVALID_ARGUMENT', 'Release channel "STABLE" does not support version "1.33.0-gke.1"'],
    /: GKE has no such version: /,
    /gke\.version/,
  ],
  [
    'a range of pods that is used up',
    ['INVALID_ARGUMENT', 'The pod address range limits the maximum size of the cluster.'],
    /: the network has no addresses left: /,
    /expand-ip-range/,
  ],
  [
    'a quota of disks',
    ['RESOURCE_EXHAUSTED', "Quota 'SSD_TOTAL_GB' exceeded.  Limit: 250.0 in region us-central1."],
    'cannot create cluster gke: quota SSD_TOTAL_GB of project spark-class is reached (250.0)',
    /gke\.diskSizeGb/,
  ],
  [
    'a quota of addresses',
    ['PERMISSION_DENIED', 'Insufficient regional quota to satisfy request: resource "IN_USE_ADDRESSES".'],
    'cannot create cluster gke: quota IN_USE_ADDRESSES of project spark-class is too small',
    /gke\.privateNodes/,
  ],
  [
    'a network without free addresses',
    ['RESOURCE_EXHAUSTED', "IP_SPACE_EXHAUSTED: IP space of 'default' is exhausted."],
    /^cannot create cluster gke: the network has no addresses left: /,
    /expand-ip-range/,
  ],
  [
    'a subnetwork that Google still makes',
    ['FAILED_PRECONDITION', "The resource 'projects/p/regions/r/subnetworks/default' is not ready"],
    /Google is still preparing a resource/,
    /^wait a minute/,
  ],
  [
    "GKE's own account without its role",
    [
      'FAILED_PRECONDITION',
      'service-12@container-engine-robot.iam.gserviceaccount.com lacks roles/container.serviceAgent',
    ],
    /GKE's own account service-12@container-engine-robot\.iam\.gserviceaccount\.com lacks its role/,
    'grant the role: gcloud projects add-iam-policy-binding spark-class --member=serviceAccount:service-12@container-engine-robot.iam.gserviceaccount.com --role=roles/container.serviceAgent',
  ],
  [
    'a disk that a machine type does not boot from',
    ['INVALID_ARGUMENT', '[pd-standard] features are not compatible for creating instance with n4-standard-2.'],
    /^cannot create cluster gke: this machine type does not boot from that disk: /,
    /--set gke\.diskType=/,
  ],
  [
    'an API that is off',
    [
      'PERMISSION_DENIED',
      'Kubernetes Engine API has not been used in project spark-class before or it is disabled.',
      'SERVICE_DISABLED',
      { service: 'container.googleapis.com', activationUrl: 'https://console.developers.google.com/apis/api/x' },
    ],
    'cannot create cluster gke: the API container.googleapis.com is not enabled in project spark-class',
    /gcloud services enable container\.googleapis\.com --project=spark-class, or https:\/\/console\.developers\.google\.com\/apis\/api\/x/,
  ],
  [
    'an API that is off, in words alone',
    [
      'PERMISSION_DENIED',
      'Compute Engine API has not been used in project 12 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=12 then retry.',
    ],
    /the API compute\.googleapis\.com is not enabled/,
    /overview\?project=12/,
  ],
  [
    'a project without a billing account',
    ['PERMISSION_DENIED', 'This API method requires billing to be enabled.', 'BILLING_DISABLED'],
    /no billing account is linked to project spark-class: /,
    /linkedaccount\?project=spark-class/,
  ],
  [
    'a regional quota',
    [
      'PERMISSION_DENIED',
      "Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '6.0' and is short '2.0'. project has a quota of '4.0' with '4.0' available. View and manage quotas at https://x.",
    ],
    'cannot create cluster gke: quota CPUS of project spark-class is too small: 6.0 needed, 4.0 of 4.0 left',
    /for more CPUS: https:\/\/console\.cloud\.google\.com\/iam-admin\/quotas\?project=spark-class/,
  ],
  [
    'a quota of disks',
    ['PERMISSION_DENIED', 'Insufficient regional quota to satisfy request: resource "SSD_TOTAL_GB".'],
    'cannot create cluster gke: quota SSD_TOTAL_GB of project spark-class is too small',
    /request less/,
  ],
  [
    'a stockout',
    ['RESOURCE_EXHAUSTED', "ZONE_RESOURCE_POOL_EXHAUSTED: The zone 'z' does not have enough resources available"],
    /Google has no free machines of that type there/,
    /gke\.location/,
  ],
  [
    'a missing permission',
    ['PERMISSION_DENIED', 'Required "container.clusters.create" permission(s) for "projects/spark-class".'],
    'cannot create cluster gke: you lack permission container.clusters.create of project spark-class',
    /add-iam-policy-binding spark-class .*--role=roles\/container\.admin/,
  ],
  [
    'a missing permission, as IAM says it',
    ['PERMISSION_DENIED', "Permission 'iam.serviceAccounts.create' denied on resource (or it may not exist)."],
    /you lack permission iam\.serviceAccounts\.create/,
    /roles\/iam\.serviceAccountAdmin/,
  ],
  [
    'nodes’ account that one may not use',
    [
      'INVALID_ARGUMENT',
      'The user does not have access to service account "firesteel-nodes@spark-class.iam.gserviceaccount.com". Ask a project owner to grant you the iam.serviceAccountUser role on the service account.',
    ],
    /you may not act as the account of the nodes/,
    /add-iam-policy-binding .*roles\/iam\.serviceAccountUser/,
  ],
  [
    'a policy of the organization',
    ['FAILED_PRECONDITION', 'Constraint constraints/compute.vmExternalIpAccess violated for project spark-class.'],
    /a policy of your organization forbids this \(constraints\/compute\.vmExternalIpAccess\)/,
    /gke\.privateNodes/,
  ],
  [
    'a project that is not there',
    ['NOT_FOUND', 'Project "spark-clas" was not found.'],
    /there is no project/,
    /the id, not the name/,
  ],
  [
    'a project that one may not see',
    ['PERMISSION_DENIED', 'Permission denied on resource project spark-clas.'],
    /there is no project spark-class, or you may not see it/,
    /gcloud projects list/,
  ],
  [
    'a cluster that is busy',
    ['FAILED_PRECONDITION', 'Cluster is running incompatible operation operation-17-ab.'],
    'cannot create cluster gke: another operation is running: operation-17-ab',
    /wait/,
  ],
  ['a version', ['INVALID_ARGUMENT', 'Version "1.9" is not valid'], /GKE has no such version/, /gke\.version/],
  [
    'a wrong field',
    ['INVALID_ARGUMENT', 'Resource label value "Team A" is invalid'],
    /rejects the request: Resource label value "Team A" is invalid/,
    /profile/,
  ],
  [
    'a machine type',
    ['INVALID_ARGUMENT', 'Machine type with name "n9-standard-4" does not exist in zone "europe-west1-b".'],
    /that machine type cannot be used there: Machine type with name "n9-standard-4"/,
    /gke\.machineType.*machine-types list --zones=ZONE --project=spark-class/,
  ],
  [
    'a zone',
    ['INVALID_ARGUMENT', 'Location "europe-west9-z" does not exist.'],
    /there is no such zone or region: /,
    /^correct gke\.location/,
  ],
  [
    'a service perimeter',
    ['PERMISSION_DENIED', "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc"],
    /a service perimeter of your organization forbids this: /,
    /access level/,
  ],
  [
    'an account of nodes that was made a moment ago',
    ['INVALID_ARGUMENT', 'Node config specified invalid service account: nodes@p.iam.gserviceaccount.com.'],
    /the account of the nodes cannot be used: .*nodes@p\.iam\.gserviceaccount\.com/,
    /^wait a minute if the account is new.*gke\.serviceAccount$/,
  ],
  [
    "Google's default account of nodes",
    [
      'PERMISSION_DENIED',
      'The user does not have access to service account "123-compute@developer.gserviceaccount.com". Ask a project owner.',
    ],
    /you may not act as the account of the nodes 123-compute@developer\.gserviceaccount\.com: /,
    /add-iam-policy-binding 123-compute@developer\.gserviceaccount\.com --member/,
  ],
  [
    'a key that is off',
    ['FAILED_PRECONDITION', 'Cloud KMS Key projects/p/locations/eu/keyRings/r/cryptoKeys/k is not enabled'],
    /the key of gke\.encryptionKey cannot be used: /,
    /cryptoKeyEncrypterDecrypter/,
  ],
  [
    'a project that is being deleted',
    ['FAILED_PRECONDITION', 'Project 123 is being deleted'],
    'cannot create cluster gke: project spark-class is being deleted',
    /gcloud projects undelete spark-class/,
  ],
  [
    'a billing account that is gone',
    ['PERMISSION_DENIED', 'The project to be billed is associated with an absent billing account.'],
    /no billing account is linked to project spark-class/,
    /^link one: /,
  ],
  [
    'a right at Compute Engine',
    ['PERMISSION_DENIED', "Google Compute Engine: Required 'compute.networks.get' permission for 'projects/p/x'"],
    'cannot create cluster gke: you lack permission compute.networks.get of project spark-class',
    /--role=roles\/compute\.viewer/,
  ],
  ['a quota project', ['PERMISSION_DENIED', 'x', 'USER_PROJECT_DENIED'], /no quota project/, /set-quota-project/],
  [
    'no login',
    ['UNAUTHENTICATED', 'invalid credentials'],
    /does not accept the credentials/,
    /application-default login/,
  ],
  ['a name that is taken', ['ALREADY_EXISTS', 'Already exists: x'], /already exists/, /clusterName/],
  ['too many questions', ['RESOURCE_EXHAUSTED', 'Too many requests'], /rate limit is reached/, /wait a minute/],
  ['no connection', ['UNAVAILABLE', 'No connection'], /cannot be reached/, /to resume/],
  ['no answer', ['DEADLINE_EXCEEDED', 'Deadline exceeded'], /did not answer in time/, /to resume/],
];

const says: [code: GoogleCode, said: string, reason: string, line: RegExp, hint: RegExp][] = [
  [
    'PERMISSION_DENIED',
    "Insufficient quota to satisfy the request: resource 'GPUS_ALL_REGIONS': request requires '1.0'",
    '',
    /: quota GPUS_ALL_REGIONS of project spark-class is too small/,
    /more GPUS_ALL_REGIONS/,
  ],
  [
    'RESOURCE_EXHAUSTED',
    "Quota limit 'CPUS_ALL_REGIONS' has been exceeded.  Limit: 12.0 globally.",
    '',
    /: quota CPUS_ALL_REGIONS of project spark-class is reached \(12\.0\)$/,
    /more CPUS/,
  ],
  [
    'RESOURCE_EXHAUSTED',
    "Quota exceeded for quota metric 'Clusters' and limit 'clusters per zone'",
    '',
    /: a quota of project spark-class is reached/,
    /^delete what is unused/,
  ],
  [
    'RESOURCE_EXHAUSTED',
    "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute'",
    '',
    /rate limit is reached/,
    /^wait a minute/,
  ],
  [
    'RESOURCE_EXHAUSTED',
    'A VM instance is currently unavailable in the us-central1-a zone',
    '',
    /no free machines/,
    /gke\.location/,
  ],
  [
    'INVALID_ARGUMENT',
    'The network "default" does not have available private IP space in 10.0.0.0/8',
    '',
    /the network has no addresses left/,
    /^delete unused clusters/,
  ],
  [
    'INVALID_ARGUMENT',
    'Network "default" requires a subnetwork in region "europe-west9".',
    '',
    /no subnetwork in that region/,
    /subnets create default --network=default .*--project=spark-class; or set gke\.location/,
  ],
  [
    'PERMISSION_DENIED',
    "Required 'compute.subnetworks.use' permission for 'projects/p'",
    '',
    /you lack permission compute\.subnetworks\.use/,
    /roles\/compute\.networkUser$/,
  ],
  [
    'FAILED_PRECONDITION',
    'Operation denied by custom org policy: ["customConstraints/custom.gke": "x"]',
    '',
    /forbids this \(customConstraints\/custom\.gke\)/,
    /administrator/,
  ],
  ['PERMISSION_DENIED', 'Cloud billing quota exceeded', '', /no billing account/, /^link one: /],
  [
    'PERMISSION_DENIED',
    "Consumer 'projects/1' has been suspended.",
    'CONSUMER_SUSPENDED',
    /Google has suspended the project/,
    /^appeal/,
  ],
  [
    'PERMISSION_DENIED',
    "Consumer 'project:foo' has been invalid.",
    'CONSUMER_INVALID',
    /there is no project spark-class/,
    /the id, not the name/,
  ],
  [
    'PERMISSION_DENIED',
    'Request had insufficient authentication scopes.',
    'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    /credentials are not for all of Google Cloud$/,
    /cloud-platform/,
  ],
  ['PERMISSION_DENIED', 'Terms of Service not accepted', '', /the terms of Google are not accepted/, /^accept them: /],
  [
    'PERMISSION_DENIED',
    'Compute Engine API has not been used in project 12 before or it is disabled.',
    '',
    /the API compute\.googleapis\.com is not enabled/,
    /enable compute\.googleapis\.com/,
  ],
  [
    'PERMISSION_DENIED',
    'Access Not Configured.',
    'accessNotConfigured',
    /the API container\.googleapis\.com is not enabled/,
    /^enable it/,
  ],
  [
    'INVALID_ARGUMENT',
    'Identity Pool does not exist (spark-class.svc.id.goog).',
    '',
    /still creating the identities/,
    /^wait a minute/,
  ],
  [
    'FAILED_PRECONDITION',
    'Cluster is currently being created, deleted, updated or repaired.',
    '',
    /another operation is running/,
    /^wait until/,
  ],
  [
    'PERMISSION_DENIED',
    "Permission denied on 'locations/us-central9' (or it may not exist).",
    '',
    /no such zone or region/,
    /^correct gke\.location/,
  ],
  [
    'NOT_FOUND',
    'Not found: projects/spark-class/zones/us-central1-z.',
    '',
    /no such zone or region/,
    /^correct gke\.location/,
  ],
  [
    'INVALID_ARGUMENT',
    '[hyperdisk-balanced] features are not compatible for creating instance',
    '',
    /does not boot from that disk/,
    /gke\.diskType/,
  ],
  ['INVALID_ARGUMENT', 'Services IP range "10.0.0.0/20" exhausted', '', /no addresses left/, /delete unused clusters/],
  ['INVALID_ARGUMENT', 'Zone us-central1-z is not available.', '', /no such zone or region/, /gke\.location/],
  [
    'FAILED_PRECONDITION',
    'only 0 nodes out of 3 have registered; cluster may be unhealthy.',
    '',
    /came up without its nodes/,
    /firesteel destroy, and firesteel deploy again$/,
  ],
  [
    'UNAVAILABLE',
    'Getting metadata from plugin failed with error: invalid_grant',
    '',
    /does not accept the credentials/,
    /application-default login$/,
  ],
  [
    'UNAVAILABLE',
    'unable to get local issuer certificate',
    '',
    /does not trust the certificate/,
    /^set NODE_EXTRA_CA_CERTS to a file/,
  ],
  [
    'INTERNAL',
    'Internal error encountered.',
    '',
    /: Internal error encountered\. \(INTERNAL\)$/,
    /status\.cloud\.google\.com$/,
  ],
  ['ABORTED', 'There were concurrent policy changes.', '', / \(ABORTED\)$/, /^run the same command again/],
];

test.each(says)('%s, %s %s: has its cause and its cure', (code, said, reason, line, hint) => {
  const { message, hint: advice } = explained(code, said, reason);
  expect(message).toMatch(line);
  expect(advice).toMatch(hint);
});

describe('a refusal because of', () => {
  test.each(rows)('%s', (_, said, line, hint) => {
    const { message, hint: advice } = explained(...said);
    if (typeof line === 'string') expect(message).toBe(line);
    else expect(message).toMatch(line);
    expect(advice).toMatch(hint);
  });

  test('an unknown refusal is shown in Google’s words, without the page', () => {
    const { message } = explained('UNKNOWN', `who\n  knows ${'x'.repeat(1000)}`);
    expect(message).toMatch(/^cannot create cluster gke: who knows x+… \(UNKNOWN\)$/);
    expect(message.length).toBeLessThan(480);
  });

  test('an error that is not a refusal stays unchanged', () => {
    const error = new Failure('something else');
    expect(googleFailure(error, doing)).toBe(error);
  });
});

describe('what Google gives up later', () => {
  test('is explained by the conditions of the cluster', () => {
    const message = "Quota 'IN_USE_ADDRESSES' exceeded.  Limit: 8.0 in region europe-west1.";
    const failure = laterFailure(
      { conditions: [{ code: 'GCE_QUOTA_EXCEEDED', canonicalCode: 'RESOURCE_EXHAUSTED', message }], words: message },
      doing,
    );
    expect(failure.message).toBe(
      'cannot create cluster gke: quota IN_USE_ADDRESSES of project spark-class is reached (8.0)',
    );
    expect(hasCode(failure.cause, 'RESOURCE_EXHAUSTED')).toBe(false);
  });

  test('is explained by its words alone, each once', () => {
    const { message } = laterFailure(
      { status: { code: 13, message: 'it broke' }, conditions: [{ message: 'it broke' }], words: 'it broke' },
      doing,
    );
    expect(message).toBe('cannot create cluster gke: it broke (INTERNAL)');
  });
});

describe('an error has one shape', () => {
  test('by gRPC', () => {
    const raw = Object.assign(new Error('7 PERMISSION_DENIED: no'), {
      code: 7,
      details: 'no',
      reason: 'SERVICE_DISABLED',
      errorInfoMetadata: { service: 'x' },
    });
    expect(fromGrpc(raw)).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: 'no',
      reason: 'SERVICE_DISABLED',
      info: { service: 'x' },
    });
  });

  test.each([
    [403, '{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}', 'PERMISSION_DENIED', 'no', ''],
    [
      403,
      '{"error":{"message":"off","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"}]}}',
      'PERMISSION_DENIED',
      'off',
      'SERVICE_DISABLED',
    ],
    [
      409,
      '{"error":{"message":"there","errors":[{"reason":"alreadyExists"}]}}',
      'ALREADY_EXISTS',
      'there',
      'alreadyExists',
    ],
    [502, '<html>bad gateway</html>', 'UNAVAILABLE', 'HTTP 502', ''],
    [400, '[1]', 'INVALID_ARGUMENT', 'HTTP 400', ''],
  ])('by HTTP %i %s', (status, body, code, message, reason) => {
    expect(fromHttp(status, body)).toMatchObject({ code, message, reason });
  });
});
