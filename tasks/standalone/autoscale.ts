// Sets or removes the HorizontalPodAutoscaler of workers.
import { Failure } from '../core/failure.ts';
import { httpStatusOf } from '../kube/failure.ts';
import { managedBy } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import type { Profile } from '../profile/schema.ts';
import { applyObjects } from '../steps/apply.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { neededSet } from './count.ts';
import { names, scalerRef } from './names.ts';

/** Flags of autoscale, as they were given. */
export interface ScaleFlags {
  min?: string | undefined;
  max?: string | undefined;
  /** Percent of the request. */
  cpu?: string | undefined;
  off?: boolean;
}

/** Seconds without need before a worker goes: an idle minute between two stages is none. */
const calmSeconds = 120;

const numberIn = (text: string, least: number, most: number): number | undefined =>
  /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;

/** What these flags ask for; a text says what is wrong with them. */
export function limitsOf({
  min = '1',
  max,
  cpu = '80',
}: ScaleFlags): { min: number; max: number; cpu: number } | string[] {
  const limits = {
    min: numberIn(min, 1, 1000),
    max: max === undefined ? undefined : numberIn(max, 1, 1000),
    cpu: numberIn(cpu, 1, 1000),
  };
  const problems = [
    ...(limits.min === undefined ? [`--min ${min}: expected a number from 1 to 1000`] : []),
    ...(max === undefined
      ? ['autoscale needs --max, the maximum number of workers']
      : limits.max === undefined
        ? [`--max ${max}: expected a number from 1 to 1000`]
        : []),
    ...(limits.cpu === undefined ? [`--cpu ${cpu}: expected a percentage from 1 to 1000`] : []),
    ...((limits.min ?? 0) > (limits.max ?? 1000) ? [`--min ${min} is more than --max ${max}`] : []),
  ];
  return problems.length > 0 ? problems : (limits as { min: number; max: number; cpu: number });
}

/** Where a metrics server answers. */
const metricsPath = ({ namespace }: Profile): string => `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;

/** The Failure of a cluster that measures nothing; undefined if it measures. */
export async function whyNoMetrics({ kube, profile }: Pick<Context, 'kube' | 'profile'>): Promise<Failure | undefined> {
  try {
    await kube.raw(metricsPath(profile));
    return undefined;
  } catch (error) {
    if (![404, 503].includes(httpStatusOf(error) ?? 0)) throw error;
    return new Failure('the cluster has no metrics server, so nothing measures the CPU that workers use', {
      hint: 'install one: https://github.com/kubernetes-sigs/metrics-server; or set the number: firesteel standalone scale N',
    });
  }
}

/** An autoscaler without measurements would do nothing and say nothing. */
const findMetrics: SingleStep = {
  title: 'Find the metrics server',
  observes: true,
  run: async (context) => {
    await neededSet(context);
    const failure = await whyNoMetrics(context);
    if (failure) throw failure;
  },
};

export const autoscaleSteps = (profile: Profile, flags: ScaleFlags): SingleStep[] => {
  if (flags.off) return [removeScaler(profile)];
  const limits = limitsOf(flags);
  if (Array.isArray(limits)) return [];
  return [
    findMetrics,
    applyObjects({ title: 'Set the limits of the autoscaler', manifests: () => [scaler(profile, limits)] }),
  ];
};

const removeScaler = (profile: Profile): SingleStep => ({
  title: 'Remove the autoscaler',
  skip: async ({ kube }) => !(await kube.get(scalerRef(profile))) && 'there is none',
  run: ({ kube }) => kube.remove(scalerRef(profile)),
});

/** The autoscaler of the workers; each that goes hands over its blocks, so one after the other does. */
export const scaler = (
  { namespace }: Profile,
  { min, max, cpu }: { min: number; max: number; cpu: number },
): Manifest => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: names.worker, namespace, labels: { ...managedBy } },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: names.worker },
    minReplicas: min,
    maxReplicas: max,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } },
    ],
    behavior: {
      scaleDown: {
        stabilizationWindowSeconds: calmSeconds,
        policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
      },
    },
  },
});

/** What the autoscaler says of itself. */
export const autoscaleLines = async ({ kube, profile }: Context): Promise<string[]> => {
  const live = await kube.get(scalerRef(profile));
  const spec = live?.['spec'] as { minReplicas: number; maxReplicas: number } | undefined;
  return spec
    ? [`Kubernetes sets the number of workers from ${spec.minReplicas} to ${spec.maxReplicas}.`]
    : ['The number of workers is fixed; change it: firesteel standalone scale N'];
};
