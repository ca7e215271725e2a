// Steps that find a forwarding loop of CoreDNS, repair it, and prove the repair.
import { Failure } from '../core/failure.ts';
import { cleanerOf } from '../steps/cleaner.ts';
import type { Context, Output, SingleStep } from '../steps/types.ts';
import { forwardAsBefore, forwardTo, isRepaired, readCorefile, restart } from './change.ts';
import { clusterDomain } from './corefile.ts';
import { createDiagnosis, type Diagnosis, diagnosisText } from './diagnosis.ts';
import { outsideName } from './outside.ts';
import { type Answers, type ProbeImage, proveLookup } from './proof.ts';
import { rolloutEnd, settledDiagnosis, steadyEnd } from './rollout.ts';
import { repairServers } from './servers.ts';

export interface RepairOptions {
  /** Whether a loop is repaired; if not, it is a failure that says how to. */
  mayRepair: boolean;
  /** An image that the nodes have and that can look names up; undefined if none is known. */
  probeImage(context: Context): Promise<ProbeImage | undefined>;
}

/** A look at this cluster's CoreDNS, for as often as needed. */
export async function diagnosisOf({
  kube,
  cluster,
  profile,
  read,
}: Pick<Context, 'kube' | 'cluster' | 'profile' | 'read'>): Promise<() => Promise<Diagnosis>> {
  return createDiagnosis({ kube, kubeletDns: (await cluster.kubeletDns?.(profile, read)) ?? [] });
}

const watched = ({ kube, signal }: Context, out: Output) => ({ kube, signal, onSeen: out.line });

/** Steps that wait for CoreDNS, repair a forwarding loop, and prove it. Where CoreDNS is healthy or absent: two reads. */
export function repairSteps({ mayRepair, probeImage }: RepairOptions): SingleStep[] {
  let known: Diagnosis | undefined;
  let hasChanged = false;
  /** Why there is nothing to do, if so; a healthy one is not asked twice. */
  const reason = async (context: Context): Promise<string | false> => {
    known ??= await (await diagnosisOf(context))();
    if (known.state === 'starting') known = undefined;
    return known?.state === 'healthy' || known?.state === 'inapplicable' ? diagnosisText(known) : false;
  };

  return [
    {
      title: 'Wait for CoreDNS',
      observes: true,
      skip: reason,
      run: async (context, out) => {
        known = await settledDiagnosis(await diagnosisOf(context), watched(context, out));
        out.line(diagnosisText(known));
        verifyRepairable(known, mayRepair);
      },
    },
    {
      title: 'Repair the forwarding loop of CoreDNS',
      skip: async (context) => (await reason(context)) || (known?.state !== 'loop' && 'CoreDNS has no forwarding loop'),
      run: async (context, out) => {
        if (known) verifyRepairable(known, mayRepair);
        const { addresses, from } = await repairServers(context);
        // A repair that was interrupted has changed the Corefile and restarted nothing.
        const isNew = await forwardTo(context.kube, addresses);
        out.line(`CoreDNS ${isNew ? 'forwards' : 'already forwards'} to ${addresses.join(' ')} (${from})`);
        await restart(context.kube);
        hasChanged = true;
      },
    },
    {
      title: 'Check that cluster DNS answers',
      observes: true,
      skip: (context) => !hasChanged && reason(context),
      run: async (context, out) => {
        if (hasChanged) await proveRepair(context, out, probeImage);
      },
    },
  ];
}

/** A crash that is not a loop is never touched; a loop of another zone is not ours to repair. */
function verifyRepairable(diagnosis: Diagnosis, mayRepair: boolean): void {
  if (diagnosis.state === 'crash')
    throw new Failure(`${diagnosisText(diagnosis)}; firesteel changed nothing`, {
      hint: `read the log: kubectl --namespace kube-system logs ${diagnosis.pod}`,
    });
  if (diagnosis.state !== 'loop') return;
  if (diagnosis.loop.zone !== '.')
    throw new Failure(`${diagnosisText(diagnosis)}; firesteel repairs only zone "."`, {
      hint: `correct the forward of zone "${diagnosis.loop.zone}" in ConfigMap kube-system/coredns`,
    });
  if (!mayRepair)
    throw new Failure(`${diagnosisText(diagnosis)}, and dns.repair is off`, {
      hint: 'repair the loop: firesteel dns repair',
    });
}

async function proveRepair(context: Context, out: Output, probeImage: RepairOptions['probeImage']): Promise<void> {
  const { kube, state } = context;
  verifyHelped(await rolloutEnd(watched(context, out)));
  const { text } = await readCorefile(kube);
  const names = { inside: `kubernetes.default.svc.${clusterDomain(text)}`, outside: outsideName };
  const image = await probeImage(context);
  const [answers] = await Promise.all([
    image && proveLookup({ ...watched(context, out), cleaner: cleanerOf(context), image, names }),
    steadyEnd(watched(context, out)).then(verifyHelped),
  ]);
  const lines = [
    'CoreDNS is repaired: it stayed ready for 35 s',
    answers === undefined
      ? 'not looked up from a pod: no image with nslookup or getent yet; build one: firesteel build'
      : typeof answers === 'string'
        ? `not looked up from a pod: ${answers}`
        : answersText(answers, names),
  ];
  for (const line of lines) out.line(line);
  state.dns = { lines: [...lines, 'to undo the repair: firesteel dns undo'], exitCode: 0 };
}

function verifyHelped(end: 'rolled out' | 'steady' | Diagnosis): void {
  if (typeof end === 'string') return;
  throw new Failure(`the repair did not help: ${diagnosisText(end)}`, {
    hint: 'set dns.upstream to other name servers and run `firesteel dns repair`, or undo the repair: firesteel dns undo',
  });
}

const answersText = ({ outside }: Answers, names: { inside: string; outside: string }): string =>
  `a pod got an answer for ${names.inside}, and ${outside ? 'also' : 'not'} for ${names.outside}${
    outside ? '' : ': the servers do not answer, or the internet is unreachable'
  }`;

/** Puts back what a repair replaced; says so if there was none. */
export function undoSteps(): SingleStep[] {
  let isUndone = false;
  return [
    {
      title: 'Restore the original Corefile',
      skip: async ({ kube }) => !(await isRepaired(kube)) && 'nothing to undo: firesteel made no repair',
      run: async ({ kube, state }) => {
        await forwardAsBefore(kube);
        await restart(kube);
        isUndone = true;
        state.dns = { lines: ['The Corefile forwards to the same servers as before the repair.'], exitCode: 0 };
      },
    },
    {
      title: 'Watch CoreDNS restart',
      observes: true,
      skip: () => !isUndone && 'CoreDNS was not restarted',
      run: async (context, out) => {
        await rolloutEnd(watched(context, out));
        // What it forwarded to before may be a loop, which is for its user to know.
        const line = diagnosisText(await settledDiagnosis(await diagnosisOf(context), watched(context, out)));
        out.line(line);
        context.state.dns?.lines.push(line);
      },
    },
  ];
}
