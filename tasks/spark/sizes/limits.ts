// What quotas and LimitRanges of a namespace allow to pods. Pure.
import type { V1LimitRange, V1ResourceQuota } from '@kubernetes/client-node';
import type { KubeObject } from '../../kube/object.ts';
import type { Manifest } from '../../kube/types.ts';
import type { Amounts } from './amounts.ts';
import { amountsOf, minus } from './amounts.ts';

/** https://kubernetes.io/docs/concepts/policy/limit-range/ */
export type LimitRange = KubeObject<V1LimitRange>;

/** What one ResourceQuota allows, and what of it is left. */
export interface Quota {
  name: string;
  hard: Amounts;
  left: Amounts;
}

/** What one pod takes. */
export interface Taken {
  requests: Amounts;
  /** What it is limited to; what has no limit is left out. */
  limits: Amounts;
}

/** Scopes that Spark's pods are in: they request something, and have no time after which they end. */
const ownScopes = ['NotTerminating', 'NotBestEffort'];

/** The scope that an expression of a selector names; one with values, or a negation, is of pods that are not known here. */
const scopeOf = ({ scopeName, operator }: { scopeName: string; operator: string }): string =>
  operator === 'Exists' ? scopeName : `${scopeName} ${operator}`;

/** The quotas that count Spark's pods. */
export const quotasOf = (objects: readonly Manifest[]): Quota[] =>
  (objects as KubeObject<V1ResourceQuota>[])
    .filter(({ spec: { scopes = [], scopeSelector } }) =>
      [...scopes, ...(scopeSelector?.matchExpressions ?? []).map(scopeOf)].every((scope) => ownScopes.includes(scope)),
    )
    .map(({ metadata: { name }, spec, status }) => {
      const hard = amountsOf(status?.hard ?? spec.hard);
      return { name, hard, left: minus(hard, amountsOf(status?.used)) };
    });

/** What a quota counts of a pod, by the quota's own names. */
export function countedBy({ hard }: Quota, { requests, limits }: Taken): Amounts {
  const counted: Record<string, number> = {};
  for (const name of Object.keys(hard)) {
    const amount = name.startsWith('limits.')
      ? limits[name.slice('limits.'.length)]
      : requests[name.replace(/^(requests\.|count\/)/, '')];
    if (amount !== undefined) counted[name] = amount;
  }
  return counted;
}

const kinds = ['Container', 'Pod'];

const boundsOf = (
  ranges: readonly LimitRange[],
  key: 'min' | 'max' | 'default' | 'maxLimitRequestRatio',
  resource: string,
) =>
  ranges.flatMap(({ spec }) =>
    (spec.limits ?? [])
      .filter(({ type }) => kinds.includes(type))
      .flatMap((limits) => {
        const text = limits[key]?.[resource];
        return text === undefined ? [] : [amountsOf({ [resource]: text })[resource] ?? 0];
      }),
  );

/** What a container may request of a resource, and the limit that it gets where it names none. */
export interface Bounds {
  least: number;
  most: number;
  limit: number | undefined;
}

/** The bounds of a resource; `limit` is what the container names itself. */
export function bounds(ranges: readonly LimitRange[], resource: string, limit?: number): Bounds {
  const usual = limit ?? boundsOf(ranges, 'default', resource)[0];
  const ratio = Math.min(
    ...boundsOf(ranges, 'maxLimitRequestRatio', resource).map((one) => one / (resource === 'cpu' ? 1000 : 1)),
  );
  return {
    least: Math.max(
      0,
      ...boundsOf(ranges, 'min', resource),
      Number.isFinite(ratio) && usual ? Math.ceil(usual / ratio) : 0,
    ),
    most: Math.min(...boundsOf(ranges, 'max', resource), usual ?? Number.POSITIVE_INFINITY),
    limit: usual,
  };
}
