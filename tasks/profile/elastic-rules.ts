// What of a profile's keys about executors that come and go contradicts another, and where its spot nodes are. Pure.
import type { ProfileProblem } from './problems.ts';
import type { Profile } from './schema.ts';

/** How spot nodes differ from others: labels that all of them have, taints that they may have. */
export interface SpotNodes {
  nodeSelector: Record<string, string>;
  /** As `key=value:effect`. */
  taints: string[];
}

/** https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms */
const gkeSpot: SpotNodes = {
  nodeSelector: { 'cloud.google.com/gke-spot': 'true' },
  taints: ['cloud.google.com/gke-spot=true:NoSchedule'],
};

/** The spot nodes of a profile; undefined if it wants none. */
export function spotNodes({ cluster, spot }: Profile): SpotNodes | undefined {
  if (!spot.enabled) return undefined;
  const known = cluster === 'gke' ? gkeSpot : undefined;
  return {
    nodeSelector: spot.nodeSelector ?? known?.nodeSelector ?? {},
    taints: spot.taints ?? known?.taints ?? [],
  };
}

/** Every contradiction. */
export const elasticProblems = (profile: Profile): ProfileProblem[] => [
  ...allocationProblems(profile),
  ...spotProblems(profile),
];

function allocationProblems({ dynamicAllocation, spark: { conf } }: Profile): ProfileProblem[] {
  const { enabled, minExecutors, maxExecutors, initialExecutors = minExecutors } = dynamicAllocation;
  if (!enabled) return [];
  const problem = (key: string, message: string): ProfileProblem => ({
    path: ['dynamicAllocation', key],
    at: 'value',
    message,
  });
  const inRange = initialExecutors >= minExecutors && initialExecutors <= maxExecutors;
  return [
    ...(minExecutors > maxExecutors
      ? [problem('minExecutors', `expected at most maxExecutors, ${maxExecutors}, got ${minExecutors}`)]
      : inRange
        ? []
        : [problem('initialExecutors', `expected ${minExecutors} to ${maxExecutors}, got ${initialExecutors}`)]),
    ...(conf['spark.executor.instances'] === undefined
      ? []
      : [
          {
            path: ['spark', 'conf', 'spark.executor.instances'],
            at: 'key' as const,
            message: 'contradicts dynamicAllocation.enabled: set dynamicAllocation.initialExecutors instead',
          },
        ]),
  ];
}

function spotProblems({ cluster, gke, spot }: Profile): ProfileProblem[] {
  if (!spot.enabled) return [];
  const problem = (key: string, message: string): ProfileProblem[] => [{ path: ['spot', key], at: 'value', message }];
  if (cluster === 'digitalocean') return problem('enabled', 'DigitalOcean has no spot nodes');
  if (cluster === 'gke' && gke.spot)
    return problem(
      'enabled',
      'with gke.spot every node is a spot machine, and drivers avoid those: set only one of the two',
    );
  if (cluster !== 'gke' && Object.keys(spot.nodeSelector ?? {}).length === 0)
    return problem(
      'enabled',
      `firesteel does not know the spot nodes of cluster: ${cluster}: name their labels in spot.nodeSelector`,
    );
  return [];
}
