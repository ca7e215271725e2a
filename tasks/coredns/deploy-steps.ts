// Steps of deploy for cluster DNS: check, repair if the profile allows, and look up an external name.
import type { Exec } from '../core/types.ts';
import { isBuilt, sparkImage } from '../images/image.ts';
import type { Profile } from '../profile/schema.ts';
import type { Context, SingleStep, Step } from '../steps/types.ts';
import { diagnosisText } from './diagnosis.ts';
import { lookOutside } from './outside.ts';
import type { ProbeImage } from './proof.ts';
import { diagnosisOf, repairSteps } from './repair.ts';

/** An image with a program that looks names up: the cluster's own, else the Spark image, if there is one. */
export async function probeImage({
  cluster,
  profile,
  state,
  read,
}: Pick<Context, 'cluster' | 'profile' | 'state' | 'read'>): Promise<ProbeImage | undefined> {
  if (cluster.probeImage) return { reference: cluster.probeImage, program: 'nslookup' };
  const reference = state.image ?? (await builtImage(profile, read).catch(() => undefined));
  return reference ? { reference, program: 'getent' } : undefined;
}

async function builtImage(profile: Profile, read: Exec): Promise<string | undefined> {
  return (await isBuilt(profile, read)) ? sparkImage(profile) : undefined;
}

/** Part of deploy, once the cluster is up: two reads if CoreDNS is healthy; a loop is repaired if the profile lets it. */
export const dnsSteps = (profile: Profile): Step[] => [
  ...repairSteps({ mayRepair: profile.dns.repair, probeImage }),
  lookOutsideOnce,
];

/** Warns if names outside are answered on this machine alone; without a network that is not a failure. */
const lookOutsideOnce: SingleStep = {
  title: 'Look up a name outside the cluster',
  observes: true,
  skip: async (context) => {
    const diagnosis = await (await diagnosisOf(context))();
    return diagnosis.state === 'healthy' ? false : diagnosisText(diagnosis);
  },
  run: async (context, out) => {
    const { line, isLost } = await lookOutside(context);
    out.line(line);
    const { lines = [], exitCode = 0 } = context.state.dns ?? {};
    if (isLost) context.state.dns = { lines: [...lines, line], exitCode };
  },
};
