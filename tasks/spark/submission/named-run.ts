// A run that its user named: its name in the cluster and its folder on this machine, each for one run at a time.
import { existsSync } from 'node:fs';
import { usageFailure } from '../../lib/failure.ts';
import type { Context } from '../../lib/types.ts';
import type { RunRecord } from '../run/run-folder.ts';
import { putAside, readRun, runFolder } from '../run/run-folder.ts';
import { claimRun, contentOf } from './claim.ts';
import type { RunObjects } from './run-objects.ts';
import type { Claim } from './submission.ts';

/**
 * Takes the run's name, and sees to its folder: what another run of that name left there is put aside, and what was kept
 * of this very run stays. Notes the end of a run that has ended already.
 */
export async function claimName(context: Context, objects: RunObjects, record: RunRecord): Promise<Claim | 'ended'> {
  const folder = runFolder(record.id);
  const kept = readRun(folder);
  record.content = contentOf(objects);
  const isSame = kept?.content === record.content;
  if (kept?.exitCode !== undefined) {
    if (!isSame) throw usageFailure(`run ${kept.id} has ended before, and was another one`, 'take another name');
    context.state.run = { id: kept.id, folder, exitCode: kept.exitCode };
    return 'ended';
  }
  const claim = await claimRun(context.kube, objects);
  if (kept && isSame && !claim.isNew) record.startedAt = kept.startedAt;
  else if (existsSync(folder)) await context.change(`put aside what is in ${folder}`, async () => putAside(folder));
  return claim;
}
