// What vitest runs: `--project unit` needs nothing, `cluster` an API server, `e2e` and `host` whole clusters.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const minutes = 60_000;

/** It compares the whole host before and after, so nothing else may run beside it. */
const alone = ['test/e2e/local.test.ts'];

/** The first one may have to build Kubernetes and the Spark image. */
const patience = { testTimeout: 20 * minutes, hookTimeout: 10 * minutes };

/** With a lane for each core, the cores of a small machine stand idle a quarter of the time. */
const lanes = 3;

const globalSetup = ['test/built-command.ts'];

export default defineConfig({
  test: {
    // A worker that keeps its modules runs the tests several times faster; so tests hold no state in modules.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // What differs is said whole in a failure's first line.
    chaiConfig: { truncateThreshold: 1000 },
    projects: [
      // Some start programs, which a busy machine lets wait.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          globalSetup,
          maxWorkers: Math.max(lanes, availableParallelism()),
          testTimeout: minutes,
          hookTimeout: minutes,
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/setup.ts'],
          // Each worker has its own control plane: a file may end it, or change what all its namespaces share.
          maxWorkers: lanes,
          testTimeout: minutes,
          hookTimeout: 2 * minutes,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          globalSetup,
          maxWorkers: lanes,
          ...patience,
        },
      },
      {
        extends: true,
        test: { name: 'host', include: alone, globalSetup, ...patience },
      },
    ],
  },
});
