// The keys of a profile for dynamic allocation, decommissioning and spot nodes.
import * as z from 'zod';
import { time } from './shapes.ts';

export const dynamicAllocation = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether the number of executors follows the work: spark.dynamicAllocation.enabled, with shuffle tracking unless executors pass on their shuffle files.',
    ),
  minExecutors: z
    .int()
    .min(0)
    .default(1)
    .describe(
      'Minimum number of executors. Keep at least one: it takes over the shuffle data of executors that leave.',
    ),
  maxExecutors: z.int().min(1).default(8).describe('Maximum number of executors.'),
  initialExecutors: z.int().min(0).optional().describe('Initial number of executors; by default minExecutors.'),
  executorIdleTimeout: time.default('60s').describe('How long an idle executor stays.'),
  cachedExecutorIdleTimeout: time
    .optional()
    .describe('How long an idle executor with cached data stays; by default until the run ends.'),
  schedulerBacklogTimeout: time.default('1s').describe('How long tasks wait before more executors are requested.'),
});

export const decommission = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe(
      'Whether an executor passes its shuffle files and cached data to others before it ends; by default with dynamicAllocation or spot.',
    ),
});

export const spot = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether executors run only on spot nodes, which are cheap and can vanish at any time; drivers avoid these nodes. GKE labels spot nodes itself: Autopilot creates them on request, a Standard cluster needs a node pool of them. DigitalOcean has none.',
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
      'Taints of spot nodes, which executors tolerate, in the form of kubectl taint: kubernetes.azure.com/scalesetpriority=spot:NoSchedule.',
    ),
});
