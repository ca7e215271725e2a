// dns: looks at CoreDNS, repairs a forwarding loop of it, and takes the repair back. A part of deploy, too.
import type { ProbeImage } from './coredns/proof.ts';
import { repairSteps, undoSteps } from './coredns/repair.ts';
import { report } from './coredns/report.ts';
import type { Profile } from './lib/schema.ts';
import type { Cluster, Context, Exec, Step, Task } from './lib/types.ts';
import { findImageTag, imageReference, isBuilt } from './spark/image/image.ts';

/** An image with a program that looks names up: the cluster's own, else the Spark image, if there is one. */
async function probeImage({ cluster, profile, state, read }: Context): Promise<ProbeImage | undefined> {
  if (cluster.probeImage) return { reference: cluster.probeImage, program: 'nslookup' };
  const reference = state.image ?? (await builtImage(profile, read).catch(() => undefined));
  return reference ? { reference, program: 'getent' } : undefined;
}

async function builtImage(profile: Profile, read: Exec): Promise<string | undefined> {
  return (await isBuilt(profile, read)) ? imageReference(profile, await findImageTag(profile)) : undefined;
}

/** Part of deploy, once the cluster is up: two reads if CoreDNS is healthy; a loop is repaired if the profile lets it. */
export const dnsSteps = (profile: Profile, _cluster: Cluster): Step[] => [
  { title: 'Cluster DNS', steps: repairSteps({ repairs: profile.dns.repair, probeImage }) },
];

const check: Step = {
  title: 'Look at CoreDNS',
  run: async (context) => {
    context.state.dns = await report(context);
  },
};

export const dns: Task = {
  asIs: true,
  withoutTools: true,
  steps: (_profile, _cluster, [action]) => {
    if (action === 'repair') return repairSteps({ repairs: true, probeImage });
    return action === 'undo' ? undoSteps() : [check];
  },
  done: ({ state }) => state.dns?.lines ?? ['Nothing was changed.'],
  exitCode: ({ state }) => state.dns?.exitCode ?? 0,
};
