// Explains why a run is stuck or has failed: each cause of driver and executors once. Pure.
import { diagnose, diagnoseExecutorEnd, diagnoseGone } from '../../causes/diagnosis.ts';
import type { Diagnosis } from '../../causes/finding.ts';
import { causeOf, final } from '../../causes/finding.ts';
import { diagnoseLog } from '../../causes/refusal.ts';
import { diagnoseStranded } from '../../causes/stranded.ts';
import { printable } from '../../spark/driver-log.ts';
import type { Pod } from '../../spark/pod.ts';
import {
  executorContainer,
  executorIdLabel,
  isDriver,
  isRunning,
  roleLabel,
  shownRole,
  statusOf,
  terminated,
} from '../../spark/pod.ts';
import { heldIn } from '../../spark/sizes/room.ts';
import type { RunEvidence } from './evidence.ts';

/** What is wrong with a run, the driver's part first; nothing if nothing is. */
export function diagnoseRun(evidence: RunEvidence): Diagnosis[] {
  const driver = evidence.pods.find(isDriver);
  const ofDriver = driver ? diagnoseDriver(evidence, driver) : noDriver(evidence);
  // Executors often fail because their driver did.
  const isTheirs = !(driver && terminated(driver)) || ofDriver?.cause.includes(gaveUp) === true;
  const ofExecutors = groupedByCause(
    executorsOf(evidence).flatMap((pod) => diagnoseExecutor(evidence, pod, isTheirs) ?? []),
  );
  const refusals = refusedExecutors(evidence, driver);
  const all = [...(ofDriver ? [ofDriver] : []), ...ofExecutors, ...refusals];
  // What the driver died of when its executors died is the executors' cause.
  const roots = all.filter(({ cause }) => !isConsequence(cause));
  return roots.length > 0 ? roots : all;
}

const gaveUp = 'gave up after';

const isConsequence = (cause: string): boolean =>
  /gave up after \d+ executors|no executor takes the tasks|ended with exit code|refuses the pod's service account/.test(
    cause,
  );

function diagnoseDriver(evidence: RunEvidence, pod: Pod): Diagnosis | undefined {
  if (evidence.isLive && !evidence.live.has(pod.metadata.name)) return gone(evidence, pod);
  const end = terminated(pod);
  // Who waited for it saw more than was kept, such as how large the nodes are.
  if (!end && !evidence.isLive && evidence.run.cause) return kept(evidence.run.cause);
  // The log of a running driver has errors that it has recovered from.
  const found = diagnose(isRunning(pod) ? withoutLog(evidence, pod) : evidenceOf(evidence, pod));
  if (!found && isRunning(pod)) return diagnoseStranded(driverLog(evidence), evidence.run.id);
  if (found || !end) return found;
  return end.exitCode === 0 ? undefined : plainEnd(evidence, pod, end.exitCode);
}

/** An end of which no more is known than its exit code and the last error in the log. */
function plainEnd({ run, logs }: RunEvidence, pod: Pod, exitCode: number): Diagnosis {
  const last = lastError(logs.get(pod.metadata.name) ?? []);
  const words = isDriver(pod) ? run.id : `${run.id} --executor ${pod.metadata.labels?.[executorIdLabel]}`;
  return final(
    `${shownRole(pod)}: ended with exit code ${exitCode}${last ? `: ${last}` : ''}`,
    `read its log: firesteel logs ${words}`,
  );
}

/** No pod was kept: refused by the API server, or gone before anybody looked. */
function noDriver(evidence: RunEvidence): Diagnosis | undefined {
  const { run } = evidence;
  if (run.finishedAt || !evidence.isLive) return run.cause ? kept(run.cause) : undefined;
  return gone(evidence, driverStub(evidence));
}

/** A cause as run.json has it: with its cure behind a semicolon. */
function kept(text: string): Diagnosis {
  const cut = text.lastIndexOf('; ');
  return cut < 0 ? final(text, 'submit again') : final(text.slice(0, cut), text.slice(cut + 2));
}

function gone(evidence: RunEvidence, pod: Pod): Diagnosis | undefined {
  const { run } = evidence;
  if (run.exitCode === 0) return undefined;
  if (run.cause) return kept(run.cause);
  return (
    diagnoseGone(evidenceOf(evidence, pod)) ??
    final(`driver: pod ${run.driverPod} was deleted before it ended`, 'find out who deleted the pod, and submit again')
  );
}

/** An executor that is still wanted and does not run, or died of something; `isTheirs` if its end is not the driver's doing. */
function diagnoseExecutor(evidence: RunEvidence, pod: Pod, isTheirs: boolean): Diagnosis | undefined {
  const end = terminated(pod);
  if (end && (end.exitCode === 143 || pod.metadata.deletionTimestamp))
    return diagnoseExecutorEnd(evidenceOf(evidence, pod), end);
  const isOver = evidence.run.exitCode === 0 || (evidence.isLive && !evidence.live.has(pod.metadata.name));
  if (!end && isOver) return undefined;
  const isUnknown = end && end.exitCode !== 0 && isTheirs && evidence.run.exitCode !== 0;
  return diagnose(evidenceOf(evidence, pod)) ?? (isUnknown ? plainEnd(evidence, pod, end.exitCode) : undefined);
}

/** Executors of which there are pods, and those of which only the driver's log tells that they died. */
function executorsOf(evidence: RunEvidence): Pod[] {
  const pods = evidence.pods.filter((pod) => !isDriver(pod));
  const known = new Set(pods.filter((pod) => terminated(pod)).map((pod) => pod.metadata.labels?.[executorIdLabel]));
  const logged = driverLog(evidence)
    .join('\n')
    .matchAll(/The executor with id (\d+) exited with exit code (\d+)/g);
  const stubs = [...logged]
    .filter(([, id]) => !known.has(id))
    .map(([, id = '', code]) => executorStub(evidence, id, Number(code)));
  return [...pods, ...stubs];
}

/** Executors that the API server refuses to make: only the driver's log tells. */
function refusedExecutors(evidence: RunEvidence, driver: Pod | undefined): Diagnosis[] {
  const running = evidence.pods.filter((pod) => !isDriver(pod) && isRunning(pod)).length;
  if (!driver || evidence.run.exitCode === 0 || running >= evidence.run.executors) return [];
  const found = diagnoseLog(driverLog(evidence));
  return found ? [found] : [];
}

/** As much of a pod as a diagnosis needs, when only its name is known. */
const stub = ({ run }: RunEvidence, name: string, labels: Record<string, string>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: run.namespace, labels },
  spec: { containers: [] },
});

const driverStub = (evidence: RunEvidence): Pod => stub(evidence, evidence.run.driverPod, { [roleLabel]: 'driver' });

const executorStub = (evidence: RunEvidence, id: string, exitCode: number): Pod => ({
  ...stub(evidence, `${evidence.run.id}-exec-${id}`, { [roleLabel]: 'executor', [executorIdLabel]: id }),
  status: { containerStatuses: [statusOf(executorContainer, { terminated: { exitCode } })] },
});

const driverLog = ({ pods, logs }: RunEvidence): string[] => logs.get(pods.find(isDriver)?.metadata.name ?? '') ?? [];

const evidenceOf = (evidence: RunEvidence, pod: Pod) => ({
  ...withoutLog(evidence, pod),
  log: evidence.logs.get(pod.metadata.name) ?? [],
});

const withoutLog = ({ events, nodes, room, now }: RunEvidence, pod: Pod) => ({
  pod,
  events: events.filter(({ involvedObject }) => involvedObject.name === pod.metadata.name),
  nodes,
  ...heldIn(room),
  now,
});

/** `executor 1: x`, `executor 2: x` as `executors 1 and 2: x`. */
function groupedByCause(diagnoses: Diagnosis[]): Diagnosis[] {
  const groups = new Map<string, { ids: string[]; first: Diagnosis }>();
  for (const diagnosis of diagnoses) {
    const rest = causeOf(diagnosis);
    const id = /^executor (\S+): /.exec(diagnosis.cause)?.[1] ?? '';
    const group = groups.get(rest);
    if (group) group.ids.push(id);
    else groups.set(rest, { ids: [id], first: diagnosis });
  }
  return [...groups].map(([rest, { ids, first }]) =>
    ids.length === 1 ? first : { ...first, cause: `executors ${listed(ids)}: ${rest}` },
  );
}

const listed = (ids: string[]): string =>
  ids.length > 4
    ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`
    : `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;

/** The last line that names an error: a Python exception, a Java one, Spark's own. */
function lastError(log: string[]): string | undefined {
  const found = log
    .map(printable)
    .findLast((line) => /^(?:Caused by: )?(?:[\w.$]+(?:Error|Exception)|Error)\b:? ?/.test(line));
  return found?.slice(0, 200);
}
