// Why the API server takes no pod: its messages, as submit gets them and as a driver logs those of its executors.
import { describe, expect, test } from 'vitest';
import { diagnoseLog, diagnoseRefusal } from '../../../tasks/causes/refusal.ts';
import { ended, pod, said, seen } from '../runs/seen-run.ts';

describe('a refusal', () => {
  test.each([
    [
      'pods "pi-1-exec-1" is forbidden: violates PodSecurity "restricted:v1.36": allowPrivilegeEscalation != false (container "spark-kubernetes-executor" must set securityContext.allowPrivilegeEscalation=false)',
      'Pod Security "restricted:v1.36" refuses the pod: allowPrivilegeEscalation != false (container "spark-kubernetes-executor" must set securityContext.allowPrivilegeEscalation=false)',
    ],
    [
      'pods "pi-1-driver" is forbidden: exceeded quota: team, requested: requests.memory=1433Mi, used: requests.memory=7Gi, limited: requests.memory=8Gi',
      'quota team is full: requests.memory=1433Mi requested, requests.memory=7Gi used of requests.memory=8Gi',
    ],
    [
      'pods "pi-1-driver" is forbidden: failed quota: team: must specify limits.cpu for: spark-kubernetes-driver',
      'quota team requires limits.cpu of every pod',
    ],
    [
      'pods "pi-1-driver" is forbidden: failed quota: team: must specify limits.cpu for: a,b; limits.memory for: a',
      'quota team requires limits.cpu, limits.memory of every pod',
    ],
    [
      'pods "pi-1-driver" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
      'cpu 2 breaks the maximum of 1 for a container, memory 2Gi breaks the maximum of 1Gi for a pod in this namespace',
    ],
    [
      'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/spark/pi-1-driver was blocked \n\nlabels:\n  team: \'label team is required\'',
      "admission webhook validate.kyverno.svc-fail denies the pod: resource Pod/spark/pi-1-driver was blocked labels: team: 'label team is required'",
    ],
    [
      'pods "pi-1-driver" is forbidden: error looking up service account spark/spark-driver: serviceaccount "spark-driver" not found',
      'service account spark-driver does not exist in spark',
    ],
    [
      'pods "pi-1-driver" is forbidden: maximum memory usage per Container is 1Gi, but limit is 1433Mi',
      'memory 1433Mi breaks the maximum of 1Gi for a container in this namespace',
    ],
    [
      'pods "pi-1-driver" is forbidden: maximum cpu usage per Container is 1.  No limit is specified.',
      'a container in this namespace needs a limit of cpu: its maximum is 1',
    ],
    [
      'pods "pi-1-driver" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000.',
      'the limit of cpu is 4 times its request; this namespace allows at most 2 times',
    ],
    [
      'pods "pi-1-driver" is forbidden: memory max limit to request ratio per Container is 1, but provided ratio is 1.500000',
      'the limit of memory is 1.5 times its request; this namespace allows at most 1 times',
    ],
    [
      'persistentvolumeclaims "x" is forbidden: maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 100Gi',
      'storage 100Gi breaks the maximum of 10Gi for a volume claim in this namespace',
    ],
    [
      'pods "pi-1-driver" is forbidden: exceeded quota: team, requested: pods=1,requests.cpu=3, used: pods=0,requests.cpu=0, limited: pods=5,requests.cpu=2500m',
      'quota team is too small: pods=1,requests.cpu=3 requested, pods=5,requests.cpu=2500m allowed',
    ],
    [
      'pods "pi-1-driver" is forbidden: status unknown for quota: team, resources: requests.cpu',
      'the use of quota team is not counted yet',
    ],
    [
      'services "pi-1-driver-svc" is forbidden: no room for "another"',
      'the API server forbids the service: no room for "another"',
    ],
    ['namespaces "spark" not found', 'namespace spark does not exist'],
    [
      'pods is forbidden: User "system:serviceaccount:spark:spark-driver" cannot create resource "pods" in API group "" in the namespace "spark"',
      'service account spark:spark-driver may not create pods',
    ],
  ])('%s', (message, cause) =>
    expect(diagnoseRefusal(`cannot apply Pod spark/pi-1-driver: ${message}`)?.cause).toBe(cause),
  );

  const post =
    'io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: https://kubernetes.default.svc/api/v1/namespaces/spark/pods. Message: ';
  const received = ' Received status: Status(apiVersion=v1, code=403, details=StatusDetails(…)).';

  test.each([
    [
      'a full quota',
      ['pods "pi-1-exec-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1.'],
      'quota team is full: pods=1 requested, pods=1 used of pods=1',
    ],
    [
      'a policy',
      [
        "pods \"pi-1-exec-1\" is forbidden: ValidatingAdmissionPolicy 'needs-team' with binding 'spark' denied request: every executor needs a label team.",
      ],
      'policy needs-team denies the pod: every executor needs a label team',
    ],
    [
      'a webhook',
      ['admission webhook "validation.gatekeeper.sh" denied the request: [team] you must provide labels: {"team"}.'],
      'admission webhook validation.gatekeeper.sh denies the pod: [team] you must provide labels: {"team"}',
    ],
    [
      'a webhook that says nothing',
      ['admission webhook "deny.example.org" denied the request without explanation.'],
      'admission webhook deny.example.org denies the pod',
    ],
    [
      'a webhook with an explanation of many lines',
      [
        'admission webhook "validate.kyverno.svc-fail" denied the request: ',
        '',
        'resource Pod/spark/pi-1-exec-1 was blocked due to the following policies ',
        '',
        'require-labels:',
        "  check-team: 'validation error: label team is required'.",
      ],
      "admission webhook validate.kyverno.svc-fail denies the pod: resource Pod/spark/pi-1-exec-1 was blocked due to the following policies require-labels: check-team: 'validation error: label team is required'",
    ],
    [
      'a webhook that does not answer',
      [
        'Internal error occurred: failed calling webhook "check.example.org": failed to call webhook: Post "https://check.policy.svc:443/": dial tcp 10.96.0.9:443: connect: connection refused.',
      ],
      'admission webhook check.example.org does not answer: failed to call webhook: Post "https://check.policy.svc:443/": dial tcp 10.96.0.9:443: connect: connection refused',
    ],
    [
      'a webhook whose certificate has expired',
      [
        'Internal error occurred: failed calling webhook "w.example.org": failed to call webhook: Post "https://w.policy.svc:443/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time is after it.',
      ],
      'admission webhook w.example.org has a certificate that is not trusted: x509: certificate has expired or is not yet valid: current time is after it',
    ],
    [
      'a label that is none',
      [
        'Pod "pi-1-exec-1" is invalid: metadata.labels: Invalid value: "data science": a valid label must be an empty string or consist of alphanumeric characters.',
      ],
      'the API server finds a field invalid: metadata.labels: Invalid value: "data science": a valid label must be an empty string or consist of alphanumeric characters',
    ],
    [
      'a default limit that is lower than the request',
      [
        'Pod "pi-1-exec-1" is invalid: spec.containers[0].resources.requests: Invalid value: "600m": must be less than or equal to cpu limit of 500m.',
      ],
      'the pod requests more cpu than its limit, 500m',
    ],
    [
      'the image policy',
      ['pods "pi-1-exec-1" is forbidden: image policy webhook backend denied one or more images: not signed.'],
      'the image policy denies the image: not signed',
    ],
    [
      'node selectors of the namespace',
      ['pods "pi-1-exec-1" is forbidden: pod node label selector conflicts with its namespace node label selector.'],
      "the pod's node selector conflicts with the node selector of its namespace",
    ],
    [
      'OpenShift',
      [
        'pods "pi-1-exec-1" is forbidden: unable to validate against any security context constraint: [provider "restricted-v2": .runAsUser: Invalid value: 185].',
      ],
      'no security context constraint allows the pod: [provider "restricted-v2": .runAsUser: Invalid value: 185]',
    ],
    [
      'a runtime class that is not there',
      ['pods "pi-1-exec-1" is forbidden: pod rejected: RuntimeClass "gvisor" not found.'],
      'RuntimeClass gvisor does not exist',
    ],
    [
      'a priority class that is not there',
      ['pods "pi-1-exec-1" is forbidden: no PriorityClass with name high was found.'],
      'PriorityClass high does not exist',
    ],
    [
      'a policy that changes pods',
      [
        "pods \"pi-1-exec-1\" is forbidden: MutatingAdmissionPolicy 'm' with binding 'b' denied request: no such key: team.",
      ],
      'policy m denies the pod: no such key: team',
    ],
    [
      'a webhook that answers what it must not',
      [
        'Internal error occurred: failed calling webhook "w.example.org": received invalid webhook response: expected AdmissionReview.',
      ],
      'admission webhook w.example.org gives an invalid answer: received invalid webhook response: expected AdmissionReview',
    ],
    [
      'any other plugin',
      ['pods "pi-1-exec-1" is forbidden: node label selector conflict.'],
      'the API server forbids the pod: node label selector conflict',
    ],
    [
      'a policy with an explanation of many lines',
      [
        "pods \"pi-1-exec-1\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: label team is required:",
        'see the handbook.',
      ],
      'policy p denies the pod: label team is required: see the handbook',
    ],
    [
      'a webhook that lists several faults',
      ['admission webhook "w.example.org" denied the request: [team] no label', '[cpu] no limit.'],
      'admission webhook w.example.org denies the pod: [team] no label [cpu] no limit',
    ],
    [
      'an amount that is none',
      ['Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression.'],
      'the API server cannot read a field: quantities must match the regular expression',
    ],
    [
      'a server in trouble',
      ['etcdserver: mvcc: database space exceeded.'],
      'the API server makes no pod: etcdserver: mvcc: database space exceeded',
    ],
  ])('of executors by %s is found in the log of the driver', (_, [first, ...others], cause) => {
    const message = [`${post}${first}`, ...others];
    const log = [...message.slice(0, -1), `${message.at(-1)}${received}`, '\tat io.fabric8.kubernetes.client.…'];
    expect(diagnoseLog(log)?.cause).toBe(`executors: ${cause}`);
    const run = seen([pod('driver', ended(11))], {
      'pi-1-driver': [...log, 'ERROR ExecutorPodsAllocator: Max number of executor failures (4) reached'],
    });
    expect(said(run).map((line) => line.split('; ')[0])).toEqual([`executors: ${cause}`.split('; ')[0]]);
  });

  test('is not seen in an executor that is there already', () =>
    expect(diagnoseLog([`${post}pods "pi-1-exec-1" already exists.${received}`])).toBeUndefined());

  test('in lines that a program prints is none', () =>
    expect(diagnoseLog(['Message: Order "5" is invalid: no price'])).toBeUndefined());

  test.each(['26/11/21 15:00:00 INFO SparkContext: Running Spark version 4.3.0', 'KeyError: "user not found"', ''])(
    'is not seen in %j',
    (line) => expect(diagnoseLog([line])).toBeUndefined(),
  );
});
