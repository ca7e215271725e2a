// The table of known causes of a pod that was lost as a whole, or that its node cannot set up. Pure.
import { firstLine } from './finding.ts';
import type { KnownCause } from './known-cause.ts';
import { waitForNode } from './known-cause.ts';

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
    cause: ([, message]) => `Evicted: ${message?.trim()}`,
    cure: "raise that volume's sizeLimit, or write less to it",
  },
  {
    match: /^failed Evicted: (.*\blocal (?:ephemeral )?storage (?:usage|limit).*)/,
    cause: ([, message]) => `Evicted: ${message?.trim()}`,
    cure: "write less to the pod's disk, or raise its ephemeral-storage limit in the namespace's LimitRange",
  },
  {
    match: /^(?:failed (?:Terminated|Shutdown|NodeShutdown)|disrupted TerminationByKubelet): (.*shut(?:ting )?down.*)/i,
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
  const [, output] = /^Output: (.*)/m.exec(message) ?? [];
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
    match:
      /^event Failed(?:Mount|AttachVolume): ((?!Unable to attach or mount)[\s\S]*(?:timed out waiting|deadline ?exceeded|failed to sync)[\s\S]*)/i,
    cause: notMounted,
    cure: waitForNode,
    passing: true,
  },
  {
    match:
      /^event Failed(?:Mount|AttachVolume): ((?!Unable to attach or mount)[\s\S]*(?:not found|not exist|no such|not a directory|not registered)[\s\S]*)/i,
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
    match: /^event FailedCreatePodSandBox: ([\s\S]*)/,
    cause: ([, message]) => `the node cannot set up the pod: ${firstLine(message).slice(-200)}`,
    cure: 'check the node: firesteel status',
    passing: true,
  },
];
