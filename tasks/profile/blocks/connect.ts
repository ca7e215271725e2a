// The keys of a profile for Spark Connect servers.
import * as z from 'zod';
import { time } from './shapes.ts';

export const connect = z.strictObject({
  executorIdleTimeout: time
    .default('60s')
    .describe('How long an idle executor stays, unless dynamicAllocation is enabled.'),
  sessionTimeout: time.default('60min').describe('How long the server keeps a session that no client uses.'),
});
