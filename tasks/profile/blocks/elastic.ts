// The keys of a profile that say how executors come, go and move: dynamic allocation, decommission, spot nodes.
import { z } from 'zod';
import { time } from './shapes.ts';

export const dynamicAllocation = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether executors come and go with the work: spark.dynamicAllocation.enabled, with shuffle tracking where executors do not hand their shuffle files over.',
    ),
  minExecutors: z
    .int()
    .min(0)
    .default(1)
    .describe('The least number of executors; one that stays takes over what others hold when they go.'),
  maxExecutors: z.int().min(1).default(8).describe('The greatest number of executors.'),
  initialExecutors: z.int().min(0).optional().describe('So many to begin with; by default minExecutors.'),
  executorIdleTimeout: time.default('60s').describe('How long an executor is kept that has nothing to do.'),
  cachedExecutorIdleTimeout: time
    .optional()
    .describe('The same for one that holds cached data; by default for as long as the run lasts.'),
  schedulerBacklogTimeout: time.default('1s').describe('How long tasks wait before more executors are asked for.'),
});

export const decommission = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe(
      'Whether an executor that has to go hands its shuffle files and cached data to others first; by default with dynamicAllocation or spot.',
    ),
});

export const spot = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Executors on spot nodes only, which are cheap and taken away at any time; drivers keep off them. GKE marks them itself: Autopilot makes them when they are asked for, a Standard cluster needs a node pool of them. DigitalOcean has none.',
    ),
  nodeSelector: z
    .record(z.string(), z.string())
    .optional()
    .describe('The labels of spot nodes, such as eks.amazonaws.com/capacityType: SPOT; not needed on GKE.'),
  taints: z
    .array(
      z
        .string()
        .regex(
          /^[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$/,
          'expected a taint such as key=value:NoSchedule',
        ),
    )
    .optional()
    .describe(
      'Their taints, which executors tolerate, as kubectl taint has them: kubernetes.azure.com/scalesetpriority=spot:NoSchedule.',
    ),
});
