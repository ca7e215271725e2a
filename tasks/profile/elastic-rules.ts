// Finds contradictions in the keys for dynamic allocation, decommissioning and spot nodes. Pure.
import { type SpotNodes, traitsOf } from './blocks/traits.ts';
import type { ProfileProblem } from './problems.ts';
import type { Profile } from './schema.ts';

/** The spot nodes of a profile; undefined if it wants none. */
export function spotNodes(profile: Profile): SpotNodes | undefined {
  const { spot } = profile;
  if (!spot.enabled) return undefined;
  const known = traitsOf(profile).spotNodes;
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

function spotProblems(profile: Profile): ProfileProblem[] {
  const { cluster, spot } = profile;
  if (!spot.enabled) return [];
  const { spotNodes: known, noSpotNodes } = traitsOf(profile);
  const isNamed = known !== undefined || Object.keys(spot.nodeSelector ?? {}).length > 0;
  const message =
    noSpotNodes?.(profile) ??
    (isNamed
      ? undefined
      : `firesteel does not know the spot nodes of cluster: ${cluster}: name their labels in spot.nodeSelector`);
  return message === undefined ? [] : [{ path: ['spot', 'enabled'], at: 'value', message }];
}
