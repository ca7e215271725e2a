// dns: looks at CoreDNS, repairs a forwarding loop of it, and takes the repair back. A part of deploy, too.

import { diagnosisText } from './coredns/diagnosis.ts';
import { lookOutside } from './coredns/outside.ts';
import type { ProbeImage } from './coredns/proof.ts';
import { diagnosisOf, repairSteps, undoSteps } from './coredns/repair.ts';
import { report } from './coredns/report.ts';
import type { Profile } from './lib/schema.ts';
import type { Context, Exec, SingleStep, Step, Task } from './lib/types.ts';
import { isBuilt, sparkImage } from './spark/image/image.ts';

/** An image with a program that looks names up: the cluster's own, else the Spark image, if there is one. */
async function probeImage({ cluster, profile, state, read }: Context): Promise<ProbeImage | undefined> {
  if (cluster.probeImage) return { reference: cluster.probeImage, program: 'nslookup' };
  const reference = state.image ?? (await builtImage(profile, read).catch(() => undefined));
  return reference ? { reference, program: 'getent' } : undefined;
}

async function builtImage(profile: Profile, read: Exec): Promise<string | undefined> {
  return (await isBuilt(profile, read)) ? sparkImage(profile) : undefined;
}

/** Part of deploy, once the cluster is up: two reads if CoreDNS is healthy; a loop is repaired if the profile lets it. */
export const dnsSteps = (profile: Profile): Step[] => [
  ...repairSteps({ repairs: profile.dns.repair, probeImage }),
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

const check: Step = {
  title: 'Check CoreDNS',
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
