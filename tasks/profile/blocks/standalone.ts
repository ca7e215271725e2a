// The keys of a profile for a standalone cluster.
import * as z from 'zod';
import { quantity, size } from './shapes.ts';

export const standalone = z.strictObject({
  workers: z
    .int()
    .min(1)
    .max(1000)
    .default(2)
    .describe('Number of workers that up starts; scale and autoscale change the number of a cluster that runs.'),
  worker: z
    .strictObject({
      cores: z
        .int()
        .min(1)
        .default(1)
        .describe('Cores of a worker: the CPU limit of its pod, and what Spark hands to executors.'),
      memory: size
        .default('2Gi')
        .describe(
          'Memory of a worker: request and limit of its pod. The worker itself takes 448Mi, and executors get 70 % of the rest.',
        ),
      request: quantity
        .optional()
        .describe('CPU that a worker requests; by default its cores, or less so that all workers fit the nodes.'),
    })
    .prefault({})
    .describe('A worker.'),
  master: z
    .strictObject({
      memory: size.default('1Gi').describe('Memory of the master: request and limit of its pod.'),
      size: size.default('1Gi').describe('Size of the claim that a restarted master recovers from.'),
      storageClass: z.string().optional().describe("Storage class of the claim; by default the cluster's."),
    })
    .prefault({})
    .describe('The master.'),
  defaultCores: z
    .int()
    .min(1)
    .optional()
    .describe('Cores of an application that sets no spark.cores.max; by default all that are free.'),
  graceSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(120)
    .describe('Seconds that a worker has to hand over the blocks of its executors before its pod ends.'),
});
