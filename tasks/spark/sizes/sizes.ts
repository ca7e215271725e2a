// Chooses the sizes of a run, and refuses sizes of the user that can never fit.
import { usageFailure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context } from '../../steps/types.ts';
import { askedProperties } from '../conf.ts';
import { elasticDriverSpec, elasticExecutorSpec } from '../elastic.ts';
import type { SparkJob } from '../job.ts';
import { outputsRequests } from '../outputs.ts';
import { amountsOf } from './amounts.ts';
import { findFit } from './fit.ts';
import type { Beside, Properties } from './load.ts';
import { refusalOf } from './refusal.ts';
import type { Room } from './room.ts';
import { lookAtRoom } from './room.ts';
import { sizesLine, waitingLines } from './words.ts';

/** Sizes that were chosen. */
export interface Sizes {
  /** Properties for what nobody chose. */
  chosen: Properties;
  /** What was chosen and from what, and who holds what is not free yet: a line each. */
  lines: string[];
}

/** Sizes of a job's run in this room. A usage Failure with the words that would fit if it never can. */
export function sizesIn(job: SparkJob, profile: Profile, room: Room, keys?: string): Sizes {
  const asked = askedProperties(job, profile);
  const beside = besideOf(job, profile, asked);
  const found = findFit(asked, beside, room);
  if (!found) {
    const { cause, cure } = refusalOf(asked, beside, room, keys);
    throw usageFailure(`job ${job.name} does not fit: ${cause}`, cure);
  }
  return { chosen: found.chosen, lines: [sizesLine(found, room), ...waitingLines(found, room)] };
}

/** The same in the present state of the cluster. */
export const chooseSizes = async (context: Pick<Context, 'kube' | 'profile'>, job: SparkJob): Promise<Sizes> =>
  sizesIn(job, context.profile, await lookAtRoom(context.kube, context.profile.namespace));

const besideOf = (job: SparkJob, profile: Profile, asked: Properties): Beside => ({
  requests: job.keepsOutputs ? amountsOf(outputsRequests) : {},
  driver: elasticDriverSpec(profile),
  executor: elasticExecutorSpec(profile, asked),
});

/** The profile with sizes that nobody chose. */
export const withSizes = (profile: Profile, chosen: Properties): Profile => ({
  ...profile,
  spark: { ...profile.spark, conf: { ...chosen, ...profile.spark.conf } },
});
