// Explains what an autoscaler does for a pod that finds no node, from its events. Pure.
import type { KubeEvent } from '../spark/pod.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { firstLine } from './finding.ts';
import { lastSeen } from './signs.ts';

interface Row {
  reason: string;
  message: RegExp;
  /** What follows the cause; the group is the autoscaler's own words. */
  what: (words: string) => string;
  /** In place of the cure for the pod, which may not help. */
  cure?: string;
  /** A node comes, so waiting helps. */
  isComing?: true;
}

const comes = {
  what: () => 'the autoscaler is adding a node',
  cure: 'wait for the new node, which takes some minutes',
  isComing: true,
} as const;

/**
 * The first that matches. Contracts: eventing_scale_up_processor.go and scale_up of Kubernetes' cluster-autoscaler, events.go
 * of Karpenter's scheduling.
 */
const rows: readonly Row[] = [
  { reason: 'TriggeredScaleUp', message: /^/, ...comes },
  { reason: 'Nominated', message: /^Pod should schedule on/, ...comes },
  {
    reason: 'FailedScaleUp',
    message: /quota/i,
    what: () => 'the autoscaler cannot add a node: a quota of the cloud is reached',
    cure: 'raise the quota of the cloud, or wait for other jobs to end',
  },
  {
    reason: 'FailedScaleUp',
    message:
      /out of resources|stockout|resource[ _]pool[ _]exhausted|InsufficientInstanceCapacity|ZonalAllocationFailed/i,
    what: () => 'the autoscaler cannot add a node: the cloud has no free machine of that type',
    cure: 'wait, or add nodes in another zone or of another machine type',
  },
  {
    reason: 'FailedScaleUp',
    message: /failed: (.*?)(?:\. Pod is at risk.*)?$/s,
    what: (words) => `the autoscaler cannot add a node: ${words}`,
  },
  {
    reason: 'NotTriggerScaleUp',
    message: /max node group size reached|max (?:cluster )?(?:\w+ )?limit reached/,
    what: () => 'the autoscaler adds no node: it has reached its largest number',
    cure: 'raise the largest size of a node pool, or wait for other jobs to end',
  },
  {
    reason: 'NotTriggerScaleUp',
    message: /in backoff after failed scale-up/,
    what: () => 'the autoscaler waits after a node that it could not add',
    cure: 'wait some minutes, or check the quotas and machine types of the cloud',
  },
  {
    reason: 'NotTriggerScaleUp',
    message: /Insufficient (?:cpu|memory|ephemeral-storage)/,
    what: () => 'the autoscaler adds no node: a new one would be too small',
  },
  {
    reason: 'NotTriggerScaleUp',
    message: /^[^:]*: (.+)$/s,
    what: (words) => `the autoscaler adds no node: ${words}`,
  },
  {
    reason: 'FailedScheduling',
    message: /no instance type (?:satisfied|met|has enough|which (?:met|had))[^,;]*/,
    what: () => 'Karpenter has no machine type for the pod',
  },
];

function rowOf({ reason, message = '' }: KubeEvent): { row: Row; words: string } | undefined {
  for (const row of rows) {
    const found = row.reason === reason ? row.message.exec(message) : null;
    if (found) return { row, words: firstLine(found[1]) };
  }
  return undefined;
}

/** The diagnosis with what an autoscaler last said of the pod; unchanged if there is none. */
export function withScaleUp({ events = [] }: Evidence, found: Diagnosis): Diagnosis {
  const newest = [...events].sort((a, b) => lastSeen(b).localeCompare(lastSeen(a)));
  const said = newest.map(rowOf).find((one) => one !== undefined);
  if (!said) return found;
  const { what, cure, isComing } = said.row;
  return {
    cause: `${found.cause}; ${what(said.words)}`,
    cure: cure ?? found.cure,
    final: found.final && !isComing,
  };
}
