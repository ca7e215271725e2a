// Why a pod does not run: objects as the API server shows them, and the one line a person gets.
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../tasks/causes/diagnosis.ts';
import type { ClusterNode, ContainerStatus, KubeEvent, Pod, PodStatus } from '../../../tasks/spark/pod.ts';
import { statusOf } from '../../../tasks/spark/pod.ts';

const now = new Date('2026-11-21T15:00:30Z');

function pod(
  status: PodStatus,
  change: {
    role?: string;
    nodeName?: string;
    cpu?: string;
    memory?: string;
    nodeSelector?: Record<string, string>;
    created?: string;
  } = {},
): Pod {
  const {
    role = 'driver',
    nodeName,
    cpu = '1',
    memory = '1433Mi',
    nodeSelector,
    created = '2026-11-21T15:00:29Z',
  } = change;
  const name = `spark-kubernetes-${role}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: role === 'driver' ? 'pi-1-driver' : 'pi-1-exec-2',
      namespace: 'spark',
      creationTimestamp: created,
      labels: { 'spark-role': role, ...(role === 'driver' ? {} : { 'spark-exec-id': '2' }) },
    },
    spec: {
      containers: [{ name, image: 'spark:4.3.0-x', resources: { requests: { cpu, memory }, limits: { memory } } }],
      ...(nodeName ? { nodeName } : {}),
      ...(nodeSelector ? { nodeSelector } : {}),
    },
    status,
  };
}

const unscheduled = (message: string): PodStatus => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

const container = (state: ContainerStatus['state'], role = 'driver'): PodStatus => ({
  phase: 'Pending',
  containerStatuses: [statusOf(`spark-kubernetes-${role}`, state)],
});

const waiting = (reason: string, message = ''): PodStatus => container({ waiting: { reason, message } });
const ended = (exitCode: number, reason = 'Error', role = 'driver'): PodStatus =>
  container({ terminated: { exitCode, reason } }, role);

const node = (name: string, cpu: string, memory: string, ready = 'True'): ClusterNode => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: {},
  status: { allocatable: { cpu, memory }, conditions: [{ type: 'Ready', status: ready }] },
});

const nodes = [node('node-1', '2', '7937424Ki'), node('node-2', '1500m', '3Gi')];

const event = (reason: string, message: string, secondsAgo: number): KubeEvent => {
  const time = new Date(now.getTime() - secondsAgo * 1000).toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e-${reason}` },
    involvedObject: { name: 'pi-1-driver' },
    reason,
    message,
    firstTimestamp: time,
    lastTimestamp: time,
  };
};

const preempt = 'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.';
const missingMap =
  'MountVolume.SetUp failed for volume "spark-conf-volume-driver" : configmap "spark-drv-1-conf-map" not found';

describe('a pod that does not run', () => {
  test.each<[string, Pod, string, boolean, KubeEvent[]?]>([
    [
      'asks for more cpu than any node has',
      pod(unscheduled(`0/2 nodes are available: 2 Insufficient cpu. ${preempt}`), { cpu: '4' }),
      'driver: no node is large enough: it needs 4 cpu, there is 2 cpu on node-1, 1.5 cpu on node-2; submit again with --set spark.conf.spark.kubernetes.driver.request.cores=1, or add a larger node',
      true,
    ],
    [
      'asks for more memory than any node has',
      pod(unscheduled(`0/2 nodes are available: 2 Insufficient memory. ${preempt}`), {
        role: 'executor',
        memory: '1400Gi',
      }),
      'executor 2: no node is large enough: it needs 1400 GiB memory, there is 7.5 GiB memory on node-1, 3 GiB memory on node-2; submit again with --set spark.conf.spark.executor.memory=2767m, or add a larger node',
      true,
    ],
    [
      'would fit if others ended',
      pod(unscheduled(`0/2 nodes are available: 2 Insufficient cpu. ${preempt}`)),
      'driver: not enough cpu free: it needs 1 cpu, and other pods hold the rest of 2 cpu on node-1, 1.5 cpu on node-2; wait for other jobs to end, or submit again with --set spark.conf.spark.kubernetes.driver.request.cores=1',
      false,
    ],
    [
      'has a selector that no node meets',
      pod(
        unscheduled(
          "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
        ),
        { nodeSelector: { disk: 'ssd' } },
      ),
      'driver: no node has the labels disk=ssd; correct spark.kubernetes.node.selector.*, or label a node',
      false,
    ],
    [
      'meets a taint',
      pod(
        unscheduled(
          '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/1 nodes are available.',
        ),
      ),
      'driver: no node admits the pod: each has the taint dedicated: gpu; remove the taint from a node, or name the taint of spot nodes in spot.taints',
      false,
    ],
    ...(
      [
        [
          '2 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }',
          'no node admits the pod: each is cordoned; let a node take pods again: kubectl uncordon NODE',
        ],
        [
          '1 node(s) had untolerated taint {a: b}, 1 node(s) had untolerated taint {c: }',
          'no node admits the pod: they have the taints a: b, c; remove the taint from a node, or name the taint of spot nodes in spot.taints',
        ],
        [
          '2 node(s) had untolerated taint {node.cloudprovider.kubernetes.io/uninitialized: true}',
          'no node is ready; check the nodes: firesteel status',
        ],
        [
          'persistentvolumeclaim "data" is being deleted',
          'volume claim data is being deleted; create the claim data again, then submit again',
        ],
        [
          "2 node(s) didn't find available persistent volumes to bind",
          'its volume claim has no volume; check the storage class of the claim',
        ],
      ] as const
    ).map(([message, cause]): [string, Pod, string, boolean] => [
      `cannot be scheduled: ${message}`,
      pod(unscheduled(`0/2 nodes are available: ${message}.`)),
      `driver: ${cause}`,
      false,
    ]),
    [
      'finds no node ready',
      pod(unscheduled('0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.')),
      'driver: no node is ready; check the nodes: firesteel status',
      false,
    ],
    [
      'finds a full disk',
      pod(
        unscheduled('0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.'),
      ),
      'driver: the nodes are short of disk; free disk on the nodes',
      false,
    ],
    [
      'finds no nodes',
      pod(unscheduled('no nodes available to schedule pods')),
      'driver: the cluster has no nodes; check the nodes: firesteel status',
      false,
    ],
    [
      'wants a claim that is not there',
      pod(unscheduled('persistentvolumeclaim "data" not found')),
      'driver: volume claim data does not exist; create the claim data',
      false,
    ],
    [
      'wants a volume elsewhere',
      pod(unscheduled('0/2 nodes are available: 2 node(s) had volume node affinity conflict.')),
      'driver: its volume is on another node or in another zone; allow the job to run on that node or in that zone, or use another volume',
      true,
    ],
    [
      'has an image that is nowhere',
      pod(waiting('ErrImageNeverPull', 'Container image "spark:4.3.0-x" is not present with pull policy of Never'), {
        nodeName: 'node-1',
      }),
      'driver: image spark:4.3.0-x is not on node node-1; load the image into the cluster: firesteel build',
      true,
    ],
    [
      'has an image no registry knows',
      pod(
        waiting(
          'ErrImagePull',
          'failed to pull and unpack image "docker.io/library/spark:4.3.0-x": failed to resolve reference: docker.io/library/spark:4.3.0-x: not found',
        ),
      ),
      'driver: cannot pull image spark:4.3.0-x: no such image; load the image into the cluster: firesteel build',
      true,
    ],
    [
      'may not pull its image',
      pod(
        waiting(
          'ImagePullBackOff',
          'Back-off pulling image "spark:4.3.0-x": ErrImagePull: pull access denied, repository does not exist or may require authorization',
        ),
      ),
      'driver: cannot pull image spark:4.3.0-x: the registry denies access; name a pull secret in spark.kubernetes.container.image.pullSecrets, or push the image: firesteel build',
      true,
    ],
    [
      'cannot reach the registry',
      pod(
        waiting(
          'ErrImagePull',
          'failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
        ),
      ),
      "driver: cannot pull image spark:4.3.0-x: the registry cannot be reached from the node; load the image into the cluster: firesteel build, or repair the node's network",
      false,
    ],
    ...(
      [
        [
          'failed to extract layer sha256:1a: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/x: no space left on device: unknown',
          'no space left on the disk of node node-1; free disk on node node-1',
        ],
        [
          'unexpected status from GET request: 429 Too Many Requests: toomanyrequests: You have reached your unauthenticated pull rate limit.',
          'the registry has reached its limit of pulls; name a pull secret in spark.kubernetes.container.image.pullSecrets, or wait until the limit is over',
        ],
        ...[
          'failed to do request: Head "https://registry-1.docker.io/v2/x": proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused',
          'failed to do request: Head "https://registry-1.docker.io/v2/x": Proxy Authentication Required',
          'failed to do request: Head "https://registry-1.docker.io/v2/x": Forbidden',
        ].map(
          (message) =>
            [
              message,
              "the node's proxy does not lead to the registry; correct the proxy of the container runtime; a local cluster takes HTTPS_PROXY of this shell: firesteel deploy",
            ] as const,
        ),
        [
          'unexpected status from HEAD request to https://quay.io/v2/a/b/manifests/1: 502 Bad Gateway',
          'the registry is in trouble: 502 Bad Gateway; wait while the node tries again, and check the registry if the error stays',
        ],
        [
          'failed to copy: read tcp 10.0.0.1:5->1.2.3.4:443: read: connection reset by peer',
          "the registry cannot be reached from the node; load the image into the cluster: firesteel build, or repair the node's network",
        ],
        [
          'failed to do request: Head "https://r.lan/v2/": EOF',
          "the registry cannot be reached from the node; load the image into the cluster: firesteel build, or repair the node's network",
        ],
        [
          'pull QPS exceeded',
          'the node pulls many images at the moment; wait while the node tries again, and check the node if the error stays: firesteel status',
        ],
      ] as const
    ).map(([message, cause]): [string, Pod, string, boolean] => [
      `cannot pull its image now: ${message}`,
      pod(waiting('ErrImagePull', message), { nodeName: 'node-1' }),
      `driver: cannot pull image spark:4.3.0-x: ${cause}`,
      false,
    ]),
    ...(
      [
        [
          'failed to do request: Head "https://registry.lan/v2/spark/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
          "the node does not trust the registry's certificate; add the registry's CA certificate to the container runtime of every node",
        ],
        [
          'failed to do request: Head "https://registry.lan/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
          'the registry has a wrong certificate: x509: certificate has expired or is not yet valid; give the registry a certificate for its name that has not expired',
        ],
        [
          'failed to do request: Head "https://registry.lan:5000/v2/": http: server gave HTTP response to HTTPS client',
          'the registry speaks HTTP, and the node expects HTTPS; give the registry TLS, or allow HTTP for this registry in the container runtime of every node',
        ],
        [
          'short-name "spark:x" did not resolve to an alias and no unqualified-search registries are defined',
          'the node does not know which registry has an image of this name; begin image.repository with the name of its registry',
        ],
        [
          'Source image rejected: A signature was required, but no signature exists',
          'the node requires a signature that the image does not have; sign the image, or change the signature policy of the nodes',
        ],
        ...['acme/spark:401', 'acme/denied-spark:1', 'acme/timeout:1', 'acme/spark:tls-403'].map(
          (name) =>
            [
              `failed to resolve reference "docker.io/${name}": docker.io/${name}: not found`,
              'no such image; load the image into the cluster: firesteel build',
            ] as const,
        ),
        [
          'choosing image instance: no image found in manifest list for architecture arm64, variant "v8", OS linux',
          "not built for this node's architecture; name the architectures of the nodes in image.platforms, then build again: firesteel build",
        ],
        [
          'Head "https://1.dkr.ecr.us-east-1.amazonaws.com/v2/spark/manifests/1": no basic auth credentials',
          'the registry denies access; name a pull secret in spark.kubernetes.container.image.pullSecrets, or push the image: firesteel build',
        ],
      ] as const
    ).map(([message, cause]): [string, Pod, string, boolean] => [
      `cannot use a private registry: ${message}`,
      pod(waiting('ErrImagePull', message)),
      `driver: cannot pull image spark:4.3.0-x: ${cause}`,
      true,
    ]),
    [
      'has an image of another architecture',
      pod(waiting('ErrImagePull', 'no match for platform in manifest: not found')),
      "driver: cannot pull image spark:4.3.0-x: not built for this node's architecture; name the architectures of the nodes in image.platforms, then build again: firesteel build",
      true,
    ],
    [
      'has a name that is none',
      pod(waiting('InvalidImageName', 'couldn\'t parse image name "Spark:": invalid reference format')),
      'driver: "spark:4.3.0-x" is not an image name; correct image.repository in the profile',
      true,
    ],
    [
      'wants a secret that is not there',
      pod(waiting('CreateContainerConfigError', 'secret "store" not found')),
      'driver: secret store does not exist; create secret store in its namespace',
      false,
    ],
    [
      'has an image that runs as root',
      pod(
        waiting(
          'CreateContainerConfigError',
          'container has runAsNonRoot and image will run as root (pod: "pi-1-driver_spark(u)", container: spark-kubernetes-driver)',
        ),
      ),
      'driver: the image runs as root, which the pod forbids; use an image whose user is 185',
      true,
    ],
    ...(
      [
        ['CreateContainerError', 'context deadline exceeded'],
        ['CreateContainerError', 'failed to reserve container name "x": name "x" is reserved for "abc"'],
        ['RunContainerError', 'context deadline exceeded'],
        ['RunContainerError', 'fork/exec /usr/bin/runc: resource temporarily unavailable'],
        ['CreateContainerConfigError', 'failed to sync secret cache: timed out waiting for the condition'],
        ['CreateContainerConfigError', 'failed to sync configmap cache: timed out waiting for the condition'],
        ['CreateContainerConfigError', 'services have not yet been read at least once, cannot construct envvars'],
      ] as const
    ).map(([reason, message]): [string, Pod, string, boolean] => [
      `has a node that is late: ${reason}: ${message}`,
      pod(waiting(reason, message), { nodeName: 'node-1' }),
      `driver: container cannot start yet: ${message}; wait while the node tries again, and check the node if the error stays: firesteel status`,
      false,
    ]),
    ...(
      [
        [
          'CreateContainerError',
          'failed to create containerd container: mkdir /var/lib/containerd/x: no space left on device',
          'container cannot start: no space left on the disk of node node-1; free disk on node node-1',
          false,
        ],
        [
          'CreateContainerConfigError',
          'stat /var/lib/kubelet/pods/u/volumes/x: transport endpoint is not connected',
          'the node has lost a volume of the pod: stat /var/lib/kubelet/pods/u/volumes/x: transport endpoint is not connected; check the server of the volume, then mount the volume again on node node-1',
          false,
        ],
        [
          'RunContainerError',
          'runc create failed: unable to start container process: error mounting "/x" to rootfs at "/y": not a directory: Are you trying to mount a directory onto a file (or vice-versa)?',
          'container cannot start: unable to start container process: error mounting "/x" to rootfs at "/y": not a directory: Are you trying to mount a directory onto a file (or vice-versa)?; correct the paths of the job\'s volumes: each must fit the image',
          true,
        ],
        [
          'CreateContainerError',
          'failed to create containerd container: snapshot missing-chain does not exist: not found',
          'container cannot start: failed to create containerd container: snapshot missing-chain does not exist: not found; wait while the node tries again, and check the node if the error stays: firesteel status',
          false,
        ],
        [
          'RunContainerError',
          'runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)',
          'container cannot start: its start alone needs more memory than 1433Mi; raise spark.driver.memory',
          true,
        ],
        [
          'CreateContainerConfigError',
          'failed to create subPath directory for volumeMount "data" of container "spark-kubernetes-driver"',
          'the path of its mount does not exist on volume data, and the node cannot make the path; make this path on the volume, or correct the path',
          false,
        ],
        [
          'CreateContainerError',
          'failed to generate spec: no command specified',
          'container cannot start: failed to generate spec: no command specified; check the image and its entrypoint',
          true,
        ],
        [
          'CreateContainerConfigError',
          'container\'s runAsUser breaks non-root policy (pod: "pi-1-driver_spark(u)", container: x)',
          'the pod sets runAsUser to 0, which is root, and forbids root; correct the policy that sets runAsUser or runAsNonRoot',
          true,
        ],
        [
          'CreateContainerConfigError',
          'container has runAsNonRoot and image has non-numeric user (spark), cannot verify user is non-root',
          'the image runs as user spark: the pod forbids root, and only a number shows that this is not root; use an image whose user is 185',
          true,
        ],
        [
          'CreateContainerConfigError',
          'failed to prepare subPath for volumeMount "data" of container "spark-kubernetes-driver"',
          'the path of its mount does not exist on volume data, and the node cannot make the path; make this path on the volume, or correct the path',
          false,
        ],
        [
          'CreateContainerConfigError',
          'invalid env key',
          'container cannot be configured: invalid env key; check the secrets and ConfigMaps that the pod names',
          true,
        ],
      ] as const
    ).map(([reason, message, cause, isFinal]): [string, Pod, string, boolean] => [
      `is refused by its node: ${message}`,
      pod(waiting(reason, message), { nodeName: 'node-1' }),
      `driver: ${cause}`,
      isFinal,
    ]),
    [
      'waits long for a ConfigMap',
      pod(waiting('ContainerCreating'), { nodeName: 'node-1' }),
      'driver: volume cannot be mounted: spark-conf-volume-driver: configmap "spark-drv-1-conf-map" not found; create what is missing, or correct its name',
      false,
      [event('FailedMount', missingMap, 12)],
    ],
    ...(
      [
        [
          'FailedAttachVolume',
          'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) etl-1-driver',
          'pvc-1 is attached to another node, for pod etl-1-driver; wait for the pod there to end, or use a claim with ReadWriteMany',
        ],
        [
          'FailedAttachVolume',
          'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
          'pvc-1 is attached to another node; wait for the pod there to end, or use a claim with ReadWriteMany',
        ],
        [
          'FailedMount',
          'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
          'CSI driver ebs.csi.aws.com does not run on node node-1; install this driver, or check its pods: kubectl get pods --all-namespaces',
        ],
        [
          'FailedAttachVolume',
          'AttachVolume.Attach failed for volume "pvc-1" : CSINode node-1 does not contain driver ebs.csi.aws.com',
          'CSI driver ebs.csi.aws.com does not run on node node-1; install this driver, or check its pods: kubectl get pods --all-namespaces',
        ],
        [
          'FailedMount',
          'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nas:/x /var/lib/kubelet/y\nOutput: mount.nfs: access denied by server while mounting nas:/x\n',
          "data: mount.nfs: access denied by server while mounting nas:/x; correct the volume's server and path, or let the node mount it",
        ],
        [
          'FailedMount',
          'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32\nOutput: mount: /y: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.',
          'data: mount: /y: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.; install the program on the node that mounts this kind of volume, such as nfs-common',
        ],
        [
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition',
          'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition; wait while the node tries again, and check the node if the error stays: firesteel status',
        ],
        [
          'FailedMount',
          'MountVolume.SetUp failed for volume "keys" : failed to sync secret cache: timed out waiting for the condition',
          'keys: failed to sync secret cache: timed out waiting for the condition; wait while the node tries again, and check the node if the error stays: firesteel status',
        ],
        [
          'FailedMount',
          'MountVolume.SetUp failed for volume "rides" : hostPath type check failed: /srv/rides is not a directory',
          'rides: hostPath type check failed: /srv/rides is not a directory; create what is missing, or correct its name',
        ],
        [
          'FailedAttachVolume',
          'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = no',
          'pvc-1: rpc error: code = Internal desc = no; check the volume and its storage class, then the node: firesteel status',
        ],
      ] as const
    ).map(([reason, message, cause]): [string, Pod, string, boolean, KubeEvent[]] => [
      `waits for a volume: ${message}`,
      pod(waiting('ContainerCreating'), { nodeName: 'node-1' }),
      `driver: volume cannot be mounted: ${cause}`,
      false,
      [event(reason, message, 12)],
    ]),
    [
      'waits for a volume, of which the kubelet also writes a summary',
      pod(waiting('ContainerCreating'), { nodeName: 'node-1' }),
      'driver: volume cannot be mounted: spark-conf-volume-driver: configmap "spark-drv-1-conf-map" not found; create what is missing, or correct its name',
      false,
      [
        event('FailedMount', missingMap, 30),
        event('FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[x]: timed out', 12),
      ],
    ],
    [
      'gets no network',
      pod(waiting('ContainerCreating'), { nodeName: 'node-1' }),
      'driver: the node cannot set up the pod: plugin type="bridge" failed; check the node: firesteel status',
      false,
      [event('FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="bridge" failed', 3)],
    ],
    [
      'is seen by no scheduler',
      pod({ phase: 'Pending' }, { created: '2026-11-21T15:00:00Z' }),
      'driver: no scheduler has processed the pod; check kube-scheduler: firesteel status',
      false,
    ],
    [
      'used too much memory',
      pod(ended(137, 'OOMKilled', 'executor'), { role: 'executor' }),
      'executor 2: out of memory: used more than 1433Mi; raise spark.executor.memoryOverhead, or spark.executor.memory',
      true,
    ],
    [
      'was killed',
      pod(ended(137)),
      'driver: killed (exit code 137); check the node for memory pressure, or raise spark.driver.memory',
      true,
    ],
    [
      'crashed',
      pod(ended(139, 'Error', 'executor'), { role: 'executor' }),
      'executor 2: crashed with SIGSEGV (exit code 139); find the native library that the log names, and update it',
      true,
    ],
    [
      'lost touch with the driver',
      pod(ended(56, 'Error', 'executor'), { role: 'executor' }),
      'executor 2: its heartbeats did not reach the driver (exit code 56); check that the driver has enough memory and CPU, or raise spark.network.timeout',
      true,
    ],
    [
      'was lost by its node',
      pod(ended(137, 'ContainerStatusUnknown'), { nodeName: 'node-1' }),
      'driver: its node node-1 lost the container; check the node: firesteel status',
      true,
    ],
    [
      'has an image whose signature is refused',
      pod(waiting('SignatureValidationFailed', 'no valid signature')),
      'driver: cannot pull image spark:4.3.0-x: the node requires a signature that the image does not have; sign the image, or change the signature policy of the nodes',
      true,
    ],
    [
      'has an image that is nowhere, with a digest like a status',
      pod(waiting('ErrImagePull', 'failed to resolve reference "spark@sha256:9403a401": not found')),
      'driver: cannot pull image spark:4.3.0-x: no such image; load the image into the cluster: firesteel build',
      true,
    ],
    [
      'filled its heap',
      pod(ended(52, 'Error', 'executor'), { role: 'executor' }),
      'executor 2: Java heap is full (exit code 52); raise spark.executor.memory',
      true,
    ],
    [
      'has an image for another machine',
      pod(ended(126, 'Error', 'executor'), { role: 'executor' }),
      'executor 2: cannot execute a program (exit code 126); make the program executable, or name the architectures of the nodes in image.platforms, then build again: firesteel build',
      true,
    ],
    [
      'filled its disk',
      pod({
        phase: 'Failed',
        reason: 'Evicted',
        message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
      }),
      "driver: Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.; write less to the pod's disk, or raise its ephemeral-storage limit in the namespace's LimitRange",
      true,
    ],
    ...[
      ['Terminated', 'Pod was terminated in response to imminent node shutdown.'],
      ['NodeShutdown', 'Pod was rejected as the node is shutting down.'],
      ['Shutdown', 'Node is shutting, evicting pods'],
    ].map(([reason = '', message = '']): [string, Pod, string, boolean] => [
      `ended with its node, by ${reason}`,
      pod({ ...ended(143), phase: 'Failed', reason, message }, { nodeName: 'node-1' }),
      'driver: ended because its node node-1 was shut down; submit again when the node is back',
      true,
    ]),
    ...(
      [
        [
          'container init was OOM-killed (memory limit too low?)',
          'its start alone needs more memory than 1433Mi; raise spark.driver.memory',
        ],
        [
          'failed to create shim task: context deadline exceeded',
          'failed to create shim task: context deadline exceeded; check the node, then submit again: firesteel status',
        ],
      ] as const
    ).map(([message, cause]): [string, Pod, string, boolean] => [
      `did not start: ${message}`,
      pod(container({ terminated: { exitCode: 128, reason: 'StartError', message } })),
      `driver: container cannot start: ${cause}`,
      true,
    ]),
    [
      'was removed with its node',
      pod(
        { ...ended(143), conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' }] },
        { nodeName: 'node-1' },
      ),
      'driver: deleted because its node node-1 got a taint or was removed; check the node: firesteel status',
      true,
    ],
    [
      'was refused by its node',
      pod({ phase: 'Failed', reason: 'NodeAffinity', message: 'Pod was rejected: Predicate NodeAffinity failed' }),
      'driver: NodeAffinity: Pod was rejected: Predicate NodeAffinity failed; check the node: firesteel status',
      true,
    ],
    [
      'was evicted',
      pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
      'driver: Evicted: The node was low on resource: memory.; free memory or disk on the node, or lower the requests of the job',
      true,
    ],
    ...['The node was low on resource: pids.', 'The node had condition: [PIDPressure].'].map(
      (message): [string, Pod, string, boolean] => [
        `was evicted: ${message}`,
        pod({ phase: 'Failed', reason: 'Evicted', message }),
        `driver: Evicted: ${message}; end processes on the node that nobody needs, or start fewer processes and threads in the job`,
        true,
      ],
    ),
  ])('%s', (_, given, expected, final, events = []) => {
    const found = diagnose({ pod: given, events, nodes, now });
    expect(found && `${found.cause}; ${found.cure}`).toBe(expected);
    expect(found?.final).toBe(final);
  });

  test('and was not killed, for its JVM ended by itself, has no more than its exit code', () =>
    expect(
      diagnose({ pod: pod(ended(137)), log: ['INFO ShutdownHookManager: Shutdown hook called'] }),
    ).toBeUndefined());

  test('whose node went away says so', () =>
    expect(
      diagnose({
        pod: pod(waiting('ContainerCreating'), { nodeName: 'node-3' }),
        nodes: [node('node-3', '2', '4Gi', 'Unknown')],
        now,
      })?.cause,
    ).toBe('driver: its node node-3 is not ready'));
});

describe('nothing is said of', () => {
  test.each<[string, Pod, KubeEvent[]]>([
    ['a container that runs', pod(container({ running: { startedAt: '2026-11-21T15:00:00Z' } })), []],
    ['a pod that is new', pod({ phase: 'Pending' }), []],
    ['a container that is being made', pod(waiting('ContainerCreating'), { nodeName: 'node-1' }), []],
    [
      'a mount that failed a second ago, which is usual',
      pod(waiting('ContainerCreating'), { nodeName: 'node-1' }),
      [event('FailedMount', missingMap, 1)],
    ],
    ['a success', pod(ended(0, 'Completed')), []],
    ...[42, 52, 53, 126, 127, 143].map((code): [string, Pod, KubeEvent[]] => [
      `exit code ${code} of a driver, which its program chooses`,
      pod(ended(code)),
      [],
    ]),
  ])('%s', (_, given, events) => expect(diagnose({ pod: given, events, nodes, now })).toBeUndefined());
});

test('the reason of a failed pull is taken from its newest event where the state has none', () => {
  const failed = (why: string, lastTimestamp: string): KubeEvent => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: lastTimestamp },
    involvedObject: { name: 'pi-1-driver' },
    reason: 'Failed',
    message: `Failed to pull image "spark:4.3.0-x": ${why}`,
    lastTimestamp,
  });
  const backOff = pod(waiting('ImagePullBackOff', 'Back-off pulling image "spark:4.3.0-x"'));
  const events = [
    failed('rpc error: dial tcp: lookup registry.lan: no such host', '2026-11-21T15:00:20Z'),
    failed('rpc error: code = NotFound desc = spark:4.3.0-x: not found', '2026-11-21T15:00:28Z'),
  ];
  expect(diagnose({ pod: backOff, events, now })?.cause).toBe('driver: cannot pull image spark:4.3.0-x: no such image');
  expect(diagnose({ pod: backOff, now })?.cause).toMatch(/Back-off pulling image/);
});

describe('a pod of ours that is none of Spark is named', () => {
  const lone = (state: ContainerStatus['state'], lastState?: ContainerStatus['state']): Pod => {
    const one = pod({ containerStatuses: [{ ...statusOf('server', state), ...(lastState ? { lastState } : {}) }] });
    return { ...one, metadata: { name: 'storage-0', namespace: 'spark' } };
  };
  const crashed: ContainerStatus['state'] = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
  test.each<[string, Pod, string, string, boolean]>([
    [
      'an image that is not there',
      lone({ waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } }),
      'pod storage-0: cannot pull image spark:4.3.0-x: no such image',
      'load the image into the cluster: firesteel build',
      true,
    ],
    [
      'too little memory, time and again',
      lone(crashed, { terminated: { exitCode: 137, reason: 'OOMKilled' } }),
      'pod storage-0: out of memory: used more than 1433Mi',
      "raise the pod's memory in the profile, or use less in the pod",
      true,
    ],
    [
      'a crash loop',
      lone(crashed, { terminated: { exitCode: 2, reason: 'Error' } }),
      'pod storage-0: its container ends with exit code 2',
      'read its log: kubectl logs --namespace spark storage-0',
      false,
    ],
    [
      'a program that ends without an error, time and again',
      lone(crashed, { terminated: { exitCode: 0, reason: 'Completed' } }),
      'pod storage-0: container cannot start: CrashLoopBackOff: back-off 10s',
      'check the node and its image store: firesteel status',
      false,
    ],
  ])('with %s', (_, one, cause, cure, final) => expect(diagnose({ pod: one, now })).toEqual({ cause, cure, final }));
});
