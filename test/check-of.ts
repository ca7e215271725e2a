// One check of doctor by its name, run as doctor runs it.
import { checksOf } from '../tasks/doctor/list.ts';
import { lookAtAll, type Seen } from '../tasks/doctor/look.ts';
import type { Context } from '../tasks/steps/types.ts';

/** What the check of this name sees; checks of pods run as well. */
export async function look(name: string, context: Context): Promise<Seen['finding']> {
  const checks = checksOf(context.cluster).filter((check) => check.name === name);
  const [seen] = await lookAtAll(checks, context, { probes: true });
  if (!seen) throw new Error(`no check ${name}`);
  return seen.finding;
}
