// The table of known causes of a pod that was lost as a whole, or that its node cannot set up. Pure.
import { firstLine } from './finding.ts';
import type { KnownCause } from './known-cause.ts';
import { absentClaim, leavingClaim, waitForNode } from './known-cause.ts';
import { tooLittleToStart } from './waiting-causes.ts';

const checkNetwork = 'check the pods of the network plugin: kubectl get pods --namespace kube-system';

/** What the kubelet says of an eviction whose reason is in the job, or in what else runs on the node. */
const evicted = ([, message]: RegExpExecArray): string => `Evicted: ${message?.trim()}`;

/** Signs of a pod that was lost as a whole. */
export const podCauses: readonly KnownCause[] = [
  {
    match: /^disrupted PreemptionByScheduler|^(?:event|failed) Preempt(?:ed|ing)/,
    cause: 'preempted: a pod of higher priority took its place',
    cure: 'submit again when the cluster has room',
  },
  {
    match: /^disrupted (?:DeletionByTaintManager|DeletionByPodGC)|^event TaintManagerEviction: Marking/,
    cause: (_, { node }) => `deleted because its node ${node} got a taint or was removed`.replace('  ', ' '),
    cure: 'check the node: firesteel status',
  },
  {
    match: /^disrupted EvictionByEvictionAPI/,
    cause: 'evicted because its node is being drained',
    cure: 'submit again when the node is back',
  },
  {
    match: /^failed Evicted: (Usage of EmptyDir volume .*)/,
    cause: evicted,
    cure: "raise that volume's sizeLimit, or write less to it",
  },
  {
    match: /^failed Evicted: (.*\blocal (?:ephemeral )?storage (?:usage|limit).*)/,
    cause: evicted,
    cure: "write less to the pod's disk, or raise its ephemeral-storage limit in the namespace's LimitRange",
  },
  {
    match: /^failed Evicted: (.*(?:\bpids\b|PIDPressure).*)/,
    cause: evicted,
    cure: 'end processes on the node that nobody needs, or start fewer processes and threads in the job',
  },
  {
    match: /^(?:failed (?:Terminated|Shutdown|NodeShutdown)|disrupted TerminationByKubelet): (.*shut(?:ting|down).*)/i,
    cause: (_, { node }) => `ended because its node ${node} was shut down`.replace('  ', ' '),
    cure: 'submit again when the node is back',
  },
  ...(
    [
      ['Evicted', 'free memory or disk on the node, or lower the requests of the job'],
      ['NodeLost', 'start the node again, then submit again'],
      ['UnexpectedAdmissionError', 'submit again'],
      ['OutOf[\\w./-]+', 'submit again: the node was full before the pod arrived'],
      [
        'DeadlineExceeded',
        'ask an administrator of the cluster to raise activeDeadlineSeconds in the policy that sets it',
      ],
      // Whatever else ends a pod as a whole.
      ['(?!Failed:)\\w+', 'check the node: firesteel status'],
    ] as const
  ).map(
    ([reason, cure]): KnownCause => ({
      match: new RegExp(`^failed (${reason}): (.*)`, 's'),
      cause: ([, found, message]) => `${found}: ${firstLine(message)}`,
      cure,
    }),
  ),
];

/** `MountVolume.SetUp failed for volume "x" : configmap "y" not found` without its preamble, with what mount itself says. */
const notMounted = ([, message = '']: RegExpExecArray): string => {
  const [, volume] = /^\w+Volume\.\w+ failed for volume "([^"]+)"/.exec(message) ?? [];
  const [, output] = /^Output: (?:Running (?:scope as unit|as unit): .*\n)?(.*)/m.exec(message) ?? [];
  const fault = output ?? firstLine(message).replace(/^\w+Volume\.\w+ failed for volume "[^"]+" ?: /, '');
  return `volume cannot be mounted: ${volume ? `${volume}: ` : ''}${fault}`;
};

/** What events say about a pod that has a node and no container. */
export const eventCauses: readonly KnownCause[] = [
  {
    match: /^event FailedAttachVolume: Multi-Attach error for volume "([^"]+)"[\s\S]*?(?:used by pod\(s\) (.+))?$/,
    cause: ([, volume, pods]) =>
      `volume cannot be mounted: ${volume} is attached to another node${pods ? `, for pod ${pods}` : ''}`,
    cure: 'wait for the pod there to end, or use a claim with ReadWriteMany',
    passing: true,
  },
  {
    match:
      /^event Failed(?:Mount|AttachVolume): [\s\S]*(?:driver name (\S+) not found in the list of registered CSI drivers|CSINode \S+ does not contain driver (\S+))/,
    cause: ([, name, other], { node }) =>
      `volume cannot be mounted: CSI driver ${name ?? other} does not run on node ${node}`,
    cure: 'install this driver, or check its pods: kubectl get pods --all-namespaces',
    passing: true,
  },
  {
    match: /^event FailedMount: ([\s\S]*need a \/sbin\/mount[\s\S]*)/,
    cause: notMounted,
    cure: 'install the program on the node that mounts this kind of volume, such as nfs-common',
    passing: true,
  },
  {
    match: /^event FailedMount: ([\s\S]*^Output: [\s\S]*)/m,
    cause: notMounted,
    cure: "correct the volume's server and path, or let the node mount it",
    passing: true,
  },
  {
    match: /^event FailedMount: Unable to attach or mount volumes: [\s\S]*persistentvolumeclaims? "([^"]+)" not found/,
    cause: ([, claim]) => absentClaim.cause(claim),
    cure: ([, claim]) => absentClaim.cure(claim),
    passing: true,
  },
  {
    match: /^event FailedMount: Unable to attach or mount volumes: [\s\S]*PVC [^/\s]+\/(\S+): PVC is being deleted/,
    cause: ([, claim]) => leavingClaim.cause(claim),
    cure: ([, claim]) => leavingClaim.cure(claim),
    passing: true,
  },
  {
    match:
      /^event Failed(?:Mount|AttachVolume): ((?!Unable to attach or mount)[\s\S]*(?:timed out waiting|deadline ?exceeded|failed to sync|operation with the given Volume ID)[\s\S]*)/i,
    cause: notMounted,
    cure: waitForNode,
    passing: true,
  },
  {
    match:
      /^event Failed(?:Mount|AttachVolume): ((?!Unable to attach or mount)[\s\S]*(?:not found|not exist|non-existent|no such|not a directory|not registered)[\s\S]*)/i,
    cause: notMounted,
    cure: 'create what is missing, or correct its name',
    passing: true,
  },
  {
    match: /^event Failed(?:Mount|AttachVolume): ((?!Unable to attach or mount)[\s\S]*)/,
    cause: notMounted,
    cure: 'check the volume and its storage class, then the node: firesteel status',
    passing: true,
  },
  // The kubelet's summary names no reason.
  { match: /^event FailedMount: ([\s\S]*)/, cause: notMounted, cure: waitForNode, passing: true },
  {
    match: /^event FailedCreatePodSandBox: [\s\S]*(?:no IP addresses available|failed to assign an IP address)/,
    cause: (_, { node }) => `node ${node} has no address left for the pod`,
    cure: 'wait for pods on this node to end, or add nodes',
    passing: true,
  },
  {
    match: /^event FailedCreatePodSandBox: [\s\S]*container init was OOM-killed/,
    ...tooLittleToStart,
  },
  {
    match: /^event FailedCreatePodSandBox: [\s\S]*no space left on device/,
    cause: (_, { node }) => `the node cannot set up the pod: no space left on the disk of node ${node}`,
    cure: (_, { node }) => `free disk on node ${node}`,
    passing: true,
  },
  {
    match:
      /^event FailedCreatePodSandBox: [\s\S]*(?:failed to setup network for sandbox "[^"]*"|networkPlugin \S+ failed to set up pod .*? network): ([\s\S]*)/,
    cause: ([, message]) => `the network of the node cannot take the pod: ${firstLine(message).slice(0, 300)}`,
    cure: checkNetwork,
    passing: true,
  },
  {
    match: /^event NetworkNotReady: (?:network is not ready: )?([\s\S]*)/,
    cause: ([, message]) => `the network of the node is not ready: ${firstLine(message).replace(/^.*message: ?/, '')}`,
    cure: checkNetwork,
    passing: true,
  },
  {
    match:
      /^event FailedCreatePodSandBox: (?:Failed to create pod sandbox: )?(?:rpc error: code = \w+ desc = )?([\s\S]*)/,
    cause: ([, message]) => `the node cannot set up the pod: ${firstLine(message).slice(0, 300)}`,
    cure: 'check the node: firesteel status',
    passing: true,
  },
];
