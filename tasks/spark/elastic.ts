// Translates the keys for dynamic allocation, decommissioning and spot nodes into properties and pods. Pure.
import type { V1Toleration } from '@kubernetes/client-node';
import { spotNodes } from '../profile/elastic-rules.ts';
import type { Profile } from '../profile/schema.ts';
import type { PodSpec } from './pod.ts';
import { isTrue } from './values.ts';

/** Seconds: the minute that decom.sh gives an executor to hand over its blocks, and some for its end. */
const graceSeconds = 90;

type Properties = Readonly<Record<string, string>>;

const decommissionKey = 'spark.decommission.enabled';

/** What else follows from it must follow from Spark's own property, too, where job or profile have that. */
function isDecommissioning({ decommission, dynamicAllocation, spot, spark: { conf } }: Profile, jobConf: Properties) {
  const own = conf[decommissionKey] ?? jobConf[decommissionKey];
  return own === undefined ? (decommission.enabled ?? (dynamicAllocation.enabled || spot.enabled)) : isTrue(own);
}

/** The Spark properties that stand for dynamicAllocation and decommission; none if neither is wanted. */
export function elasticProperties(profile: Profile, jobConf: Properties): Record<string, string> {
  const handsOver = isDecommissioning(profile, jobConf);
  return { ...allocationProperties(profile, handsOver), ...(handsOver ? decommissionProperties : {}) };
}

function allocationProperties({ dynamicAllocation }: Profile, handsOver: boolean): Record<string, string> {
  const { enabled, cachedExecutorIdleTimeout, initialExecutors, ...settings } = dynamicAllocation;
  if (!enabled) return {};
  const values = {
    enabled: 'true',
    // Kubernetes has no shuffle service that would outlive executors: they stay for their shuffle files, or hand them over.
    'shuffleTracking.enabled': !handsOver,
    minExecutors: settings.minExecutors,
    maxExecutors: settings.maxExecutors,
    initialExecutors: initialExecutors ?? settings.minExecutors,
    executorIdleTimeout: settings.executorIdleTimeout,
    schedulerBacklogTimeout: settings.schedulerBacklogTimeout,
    ...(cachedExecutorIdleTimeout ? { cachedExecutorIdleTimeout } : {}),
  };
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`spark.dynamicAllocation.${key}`, String(value)]),
  );
}

const decommissionProperties: Record<string, string> = {
  [decommissionKey]: 'true',
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
  'spark.storage.decommission.rddBlocks.enabled': 'true',
  // A stage that misses what went with an executor is not to blame for it.
  'spark.stage.ignoreDecommissionFetchFailure': 'true',
  // Spark 4.3 would put its own number in place of the template's; older ones do not know it.
  'spark.kubernetes.executor.terminationGracePeriodSeconds': String(graceSeconds),
};

/** What executors' pods of a run with these properties have for it: Spark adds the preStop hook itself. */
export function elasticExecutorSpec(profile: Profile, properties: Properties): Partial<PodSpec> {
  const spot = spotNodes(profile);
  return {
    ...(isTrue(properties[decommissionKey]) ? { terminationGracePeriodSeconds: graceSeconds } : {}),
    ...(spot ? { nodeSelector: spot.nodeSelector } : {}),
    ...(spot && spot.taints.length > 0 ? { tolerations: spot.taints.map(toleration) } : {}),
  };
}

function toleration(taint: string): V1Toleration {
  const [, key = '', value, effect = ''] = /^([^=:]+)(?:=([^:]*))?:(.*)$/.exec(taint) ?? [];
  return value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect };
}

/** What keeps a driver off spot nodes: a run does not outlive its driver. */
export function elasticDriverSpec(profile: Profile): Partial<PodSpec> {
  const spot = spotNodes(profile);
  if (!spot) return {};
  // Any of the terms will do: a node that lacks one of the labels is no spot node.
  const nodeSelectorTerms = Object.entries(spot.nodeSelector).map(([key, value]) => ({
    matchExpressions: [{ key, operator: 'NotIn', values: [value] }],
  }));
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  };
}
