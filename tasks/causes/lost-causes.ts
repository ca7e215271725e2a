// The table of known causes of a pod that was lost as a whole, or that its node cannot set up. Pure.
import { firstLine } from './finding.ts';
import type { KnownCause } from './known-cause.ts';

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

/** What events say about a pod that has a node and no container. */
export const eventCauses: readonly KnownCause[] = [
  {
    match: /^event FailedMount: ([\s\S]*)|^event FailedAttachVolume: ([\s\S]*)/,
    cause: ([, mount, attach]) => `volume cannot be mounted: ${mountFault(mount ?? attach ?? '')}`,
    cure: 'create what is missing, or correct its name',
    passing: true,
  },
  {
    match: /^event FailedCreatePodSandBox: ([\s\S]*)/,
    cause: ([, message]) => `the node cannot set up the pod: ${firstLine(message).slice(-200)}`,
    cure: 'check the node: firesteel status',
    passing: true,
  },
];

/** `MountVolume.SetUp failed for volume "x" : configmap "y" not found` without its preamble. */
const mountFault = (message: string): string =>
  firstLine(message).replace(/^MountVolume\.\w+ failed for volume "([^"]+)" ?: /, '$1: ');
