// Prints the report of `dns check`: the state of CoreDNS, its forward servers, and a possible repair.
import type { Context } from '../steps/types.ts';
import { readCorefile } from './change.ts';
import { forwardTargets } from './corefile.ts';
import { diagnosisText } from './diagnosis.ts';
import { lookOutside } from './outside.ts';
import { diagnosisOf } from './repair.ts';
import { shortDiagnosis } from './rollout.ts';
import { repairServers } from './servers.ts';

type Looking = Pick<Context, 'kube' | 'cluster' | 'profile' | 'read' | 'signal'>;

/**
 * Lines for a person; exit code 1 unless CoreDNS answers as it should, or is not there at all. Only reads, for half a
 * minute at most.
 */
export async function report(context: Looking): Promise<{ lines: string[]; exitCode: number }> {
  const diagnosis = await shortDiagnosis(await diagnosisOf(context), context.signal);
  const lines = [diagnosisText(diagnosis)];
  if (diagnosis.state === 'inapplicable') return { lines, exitCode: 0 };
  lines.push(...(await details(context)));
  if (diagnosis.state !== 'healthy') return { lines, exitCode: 1 };
  const outside = await lookOutside(context);
  return { lines: [...lines, outside.line], exitCode: outside.isLost ? 1 : 0 };
}

async function details(context: Looking): Promise<string[]> {
  const orReason = async (answer: () => Promise<string> | string): Promise<string> => {
    try {
      return await answer();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const targets = (text: string) => orReason(() => forwardTargets(text).servers.join(' '));
  const corefile = await readCorefile(context.kube).catch((error: Error) => error.message);
  const servers = await orReason(async () => {
    const { addresses, from } = await repairServers(context);
    return `${addresses.join(' ')} (${from})`;
  });
  if (typeof corefile === 'string') return [corefile];
  const { text, original } = corefile;
  return [
    `forwards to: ${await targets(text)}`,
    `repair by firesteel: ${original === undefined ? 'none' : `in place, instead of ${await targets(original)}`}`,
    `a repair would forward to: ${servers}`,
  ];
}
