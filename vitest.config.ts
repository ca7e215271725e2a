// What vitest runs: `--project unit` needs nothing, `cluster` an API server, `e2e` a whole cluster.
import { defineConfig } from 'vitest/config';

const minutes = 60_000;

export default defineConfig({
  test: {
    // A worker that keeps its modules runs the tests several times faster; so tests hold no state in modules.
    isolate: false,
    // What differs is said whole in a failure's first line.
    chaiConfig: { truncateThreshold: 1000 },
    projects: [
      // Some start programs, which a busy machine lets wait.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: minutes } },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/setup.ts'],
          fileParallelism: false,
          testTimeout: minutes,
          hookTimeout: 2 * minutes,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          // The first one may have to build Kubernetes and the Spark image.
          testTimeout: 20 * minutes,
          hookTimeout: 10 * minutes,
        },
      },
    ],
  },
});
