// An operation of Google in one line for people.
import type { protos } from '@google-cloud/container';
import type { GkeOperation } from './container.ts';

type Progress = protos.google.container.v1.IOperationProgress;

const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/** `CLUSTER_CONFIGURING` of `CLUSTER_CONFIGURING_TOTAL` is "cluster configuring 3/5"; those that have ended are left out. */
function metricWords({ metrics }: Progress): string[] {
  const numbers = new Map(
    (metrics ?? []).map(({ name, intValue, doubleValue }) => [name ?? '', Number(intValue ?? doubleValue ?? 0)]),
  );
  return [...numbers]
    .filter(([name, value]) => numbers.has(`${name}_TOTAL`) && value < (numbers.get(`${name}_TOTAL`) ?? 0))
    .map(([name, value]) => `${words(name)} ${value}/${numbers.get(`${name}_TOTAL`)}`);
}

/** The stages that run, outermost first, each with what it counts. */
function stageWords(progress: Progress): string[] {
  const running = (progress.stages ?? []).filter(({ status }) => String(status) === 'RUNNING');
  return running.flatMap((stage) => [
    [words(stage.name ?? 'stage'), ...metricWords(stage)].join(' '),
    ...stageWords(stage),
  ]);
}

/** Such as "running: cluster deploying, health checking 2/3 (3 nodes are registered)". */
export function progressLine({ status, progress, detail }: GkeOperation): string {
  const parts = progress ? [...metricWords(progress), ...stageWords(progress)] : [];
  const what = [words(String(status ?? 'pending')), parts.join(', ')].filter(Boolean).join(': ');
  return detail ? `${what} (${detail})` : what;
}
