// A run that its user named, whose name belongs to one run at a time.
import { existsSync } from 'node:fs';
import type { Failure } from '../../core/failure.ts';
import { usageFailure } from '../../core/failure.ts';
import type { Job } from '../../jobs/job.ts';
import { isCalledTheSame, isSamePlace, placeOf } from '../../record/place.ts';
import type { RunRecord } from '../../record/run-folder.ts';
import { keptProperty, propertyIn, putAside, readRun, runFolder } from '../../record/run-folder.ts';
import { askedProperties } from '../../spark/conf.ts';
import { runNames } from '../../spark/run-names.ts';
import { allSizeKeys } from '../../spark/sizes/choice.ts';
import type { Sizes } from '../../spark/sizes/sizes.ts';
import type { Context } from '../../steps/types.ts';
import { propertiesFile } from '../../submission/driver.ts';
import type { RunObjects } from '../../submission/run-objects.ts';
import type { Reservation } from '../../submission/submission.ts';
import { clusterOf, flagsOf } from '../whereabouts.ts';
import { contentOf, reserveRun } from './reservation.ts';

/**
 * Takes the run's name, and sees to its folder: what another run of that name left there is put aside, and what was kept
 * of this very run stays. Notes the end of a run that has ended already. `goesOn` tells whether a run of that name still
 * does in another cluster: then a usage Failure.
 */
export async function reserveName(
  context: Context,
  objects: RunObjects,
  record: RunRecord,
  goesOn: (run: RunRecord) => Promise<boolean>,
): Promise<Reservation | 'ended'> {
  const folder = runFolder(record.id);
  const found = readRun(folder);
  const isHere = found !== undefined && isSamePlace(found, record);
  if (found && !isHere && !isOver(found, record) && (await goesOn(found))) throw elsewhere(found);
  const kept = isHere ? found : undefined;
  record.content = contentOf(objects);
  const isSame = kept?.content === record.content;
  if (kept?.exitCode !== undefined) {
    if (!isSame)
      throw usageFailure(`run ${kept.id} has already ended, with another job or other settings`, 'choose another name');
    context.state.run = { id: kept.id, folder, exitCode: kept.exitCode };
    return 'ended';
  }
  const reserved = await reserveRun(context.kube, objects);
  if (kept && isSame && !reserved.isNew) record.startedAt = kept.startedAt;
  else if (existsSync(folder))
    await context.change(`move the contents of ${folder} aside`, async () => putAside(folder));
  return reserved;
}

/**
 * What nobody chose of the sizes that a run of this name was submitted with, in the cluster or, once it has ended there, by its folder; undefined
 * if there is none.
 */
export async function earlierSizes(context: Context, job: Job, id: string): Promise<Sizes | undefined> {
  const { kube, profile } = context;
  const { confMap } = runNames(id);
  const live = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', name: confMap, namespace: profile.namespace });
  const text = (live?.['data'] as Record<string, string> | undefined)?.[propertiesFile];
  const folder = runFolder(id);
  const kept = readRun(folder);
  if (text === undefined && !(kept?.exitCode !== undefined && isSamePlace(kept, await placeOf(context))))
    return undefined;
  const asked = askedProperties(job, profile);
  const chosen = allSizeKeys.flatMap((key) => {
    if (asked[key] !== undefined) return [];
    const value = text === undefined ? keptProperty(folder, key) : propertyIn(text, key);
    return value === undefined ? [] : [[key, value]];
  });
  return { chosen: Object.fromEntries(chosen), lines: kept?.sizes ? [kept.sizes] : [] };
}

/** Whether a run of another place has ended for certain, or that place gave way to this one. */
const isOver = (run: RunRecord, here: RunRecord): boolean => run.finishedAt !== undefined || isCalledTheSame(run, here);

const elsewhere = (run: RunRecord): Failure =>
  usageFailure(
    `run ${run.id} of profile ${run.profile} is still running in cluster ${clusterOf(run)}, namespace ${run.namespace}`,
    `choose another name, or kill that run first: firesteel kill ${run.id} ${flagsOf(run)}`,
  );
