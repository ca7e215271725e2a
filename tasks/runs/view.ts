// Shows one run as lines: its state, and its pods with ages and exit codes. Pure.
import { shownAge } from '../core/age.ts';
import { table } from '../core/screen/table.ts';
import { shownResults } from '../jobs/result.ts';
import type { RunRecord } from '../record/run-folder.ts';
import type { Pod } from '../spark/pod.ts';
import { executorIdLabel, isDriver, isRunning, shownRole, sparkStatus, terminated } from '../spark/pod.ts';
import type { RunEvidence } from './diagnosis/evidence.ts';
import { outputLines } from './outputs.ts';
import { clusterOf } from './whereabouts.ts';

/** What of a run's evidence is shown. */
export type Seen = Pick<RunEvidence, 'run' | 'pods' | 'live' | 'isLive' | 'now'>;

const columns = ['POD', 'ROLE', 'STATE', 'SINCE', 'EXIT CODE', 'NODE'];

/** A run's state, and a table of its pods, the driver's first. */
export function runView(seen: Seen): string[] {
  const { run, pods } = seen;
  const rows = [...pods].sort((a, b) => order(a) - order(b)).map((pod) => cells(pod, seen));
  return [
    `${run.id}: ${runState(seen)}`,
    `${[run.job, ...run.args].join(' ')}, ${shownPlace(run)}, submitted ${shownTime(run.startedAt)}`,
    ...[shownResults(run.results)].filter(Boolean),
    ...outputLines(run),
    ...(rows.length > 0 ? ['', ...table([columns, ...rows])] : []),
  ];
}

/** Its profile, and its cluster where that has another name. */
const shownPlace = (run: RunRecord): string =>
  `profile ${run.profile}${clusterOf(run) === run.profile ? '' : `, cluster ${clusterOf(run)}`}`;

const order = (pod: Pod): number => (isDriver(pod) ? -1 : Number(pod.metadata.labels?.[executorIdLabel] ?? 0));

const shownTime = (time: string): string => time.slice(0, 19).replace('T', ' ');

/** The end that was noted, before what the cluster shows. */
function runState({ run, pods, live, isLive }: Seen): string {
  if (run.killedAt) return `killed ${shownTime(run.killedAt)}`;
  const driver = pods.find((pod) => isDriver(pod) && live.has(pod.metadata.name));
  const end = driver && terminated(driver);
  if (end) return `ended with exit code ${end.exitCode}`;
  if (driver && isRunning(driver)) return 'running';
  if (driver) return driver.status?.phase === 'Failed' ? 'failed' : 'waiting for its driver';
  if (run.finishedAt) return noted(run);
  return isLive ? 'lost: its driver pod is gone' : 'unknown: the cluster does not answer';
}

const noted = ({ exitCode, cause, finishedAt = '' }: RunRecord): string =>
  `${exitCode === undefined ? 'failed' : `ended with exit code ${exitCode}`} ${shownTime(finishedAt)}${cause ? `: ${cause}` : ''}`;

function cells(pod: Pod, { live, isLive, now }: Seen): string[] {
  const end = terminated(pod);
  const state = sparkStatus(pod)?.state;
  const since = end?.finishedAt ?? state?.running?.startedAt ?? pod.metadata.creationTimestamp;
  return [
    pod.metadata.name,
    shownRole(pod),
    live.has(pod.metadata.name) ? podState(pod) : isLive ? 'gone' : 'unknown',
    since ? shownAge(now.getTime() - Date.parse(since)) : '-',
    String(end?.exitCode ?? '-'),
    pod.spec.nodeName ?? '-',
  ];
}

function podState(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'ending';
  if (terminated(pod)) return 'ended';
  if (isRunning(pod)) return 'running';
  return sparkStatus(pod)?.state?.waiting?.reason ?? pod.status?.phase ?? 'unknown';
}
