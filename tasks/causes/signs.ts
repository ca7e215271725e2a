// Writes the state of a pod as lines, which the table of known causes matches. Pure.
import { printable, withRootCauses } from '../spark/driver-log.ts';
import type { ContainerStatus, KubeEvent, Pod, Terminated } from '../spark/pod.ts';
import { hasStarted, sparkStatus, terminated } from '../spark/pod.ts';
import type { Evidence } from './finding.ts';

/**
 * Mounts fail for about a second while the kubelet's view catches up with new ConfigMaps: older than this, in
 * seconds, and it is a fault.
 */
const mountGrace = 5;

/** One sign: `exit 137 OOMKilled: `, `waiting ErrImagePull: …`, `failed Evicted: …`, `event FailedMount: …`, `log …`. */
export interface Sign {
  text: string;
  /** The init container it is of; Spark's own if left out. */
  init?: string;
}

/** How a container ended, as a sign. */
export const exitSign = ({ exitCode, reason = '', message = '' }: Terminated): string =>
  `exit ${exitCode} ${reason}: ${message}`;

/** Signs in the containers' states, those that init first; none of a container that runs or succeeded. */
export function stateSigns(evidence: Evidence): Sign[] {
  const { pod } = evidence;
  const own = sparkStatus(pod);
  // A sidecar among them ends after Spark's container, by a signal.
  const inits = hasStarted(pod) ? [] : (pod.status?.initContainerStatuses ?? []);
  return [
    ...inits.flatMap((status) => stateSign(status, evidence, true).map((text): Sign => ({ text, init: status.name }))),
    ...(own ? stateSign(own, evidence, false) : []).map((text) => ({ text })),
  ];
}

function stateSign({ state, lastState }: ContainerStatus, evidence: Evidence, isInit: boolean): string[] {
  const isAgain = isInit ? state?.waiting !== undefined : state?.waiting?.reason === 'CrashLoopBackOff';
  const ended = state?.terminated ?? (isAgain ? lastState?.terminated : undefined);
  if (ended && ended.exitCode !== 0) return [exitSign(ended)];
  if (ended && isInit) return [];
  const { reason, message = '' } = state?.waiting ?? {};
  return reason ? [`waiting ${reason}: ${message}${whyNotPulled(message, evidence)}`] : [];
}

/** Before Kubernetes 1.32 a container that waits for the next pull does not say why the last one failed: an event does. */
function whyNotPulled(message: string, { events = [] }: Evidence): string {
  const [, image] = /^Back-off pulling image ("[^"]*")$/.exec(message) ?? [];
  const failed = events.filter((event) => image && event.message?.startsWith(`Failed to pull image ${image}: `));
  const newest = failed.sort((a, b) => lastSeen(b).localeCompare(lastSeen(a)))[0];
  return newest ? `: ${newest.message?.slice(`Failed to pull image ${image}: `.length)}` : '';
}

/** Signs of a pod that was lost as a whole: evicted, preempted, deleted, its node gone. */
export function podSigns(pod: Pod): Sign[] {
  const { metadata, status } = pod;
  const end = metadata.deletionTimestamp ? terminated(pod) : undefined;
  const disruption = status?.conditions?.find((one) => one.type === 'DisruptionTarget' && one.status === 'True');
  return [
    ...(disruption ? [{ text: `disrupted ${disruption.reason}: ${disruption.message ?? ''}` }] : []),
    ...(status?.phase === 'Failed' ? [{ text: `failed ${status.reason ?? 'Failed'}: ${status.message ?? ''}` }] : []),
    ...(end ? [{ text: `deleted, ${exitSign(end)}` }] : []),
  ];
}

/**
 * The newest event of each reason as a sign, the newest first; a mount that failed a moment ago is none. The kubelet's
 * summary of mounts counts apart: it comes after the event that has the reason.
 */
export function eventSigns({ events = [], now = new Date() }: Evidence): Sign[] {
  const newest = [...events].sort((a, b) => lastSeen(b).localeCompare(lastSeen(a)));
  const old = (event: KubeEvent) => (now.getTime() - Date.parse(firstSeen(event))) / 1000 > mountGrace;
  return newest
    .filter((event, i) => newest.findIndex((other) => kindOf(other) === kindOf(event)) === i)
    .filter((event) => event.reason !== 'FailedMount' || old(event))
    .map(({ reason, message = '' }) => ({ text: `event ${reason}: ${message}` }));
}

/** The lines of a log as signs. */
export const logSigns = ({ log = [] }: Evidence): Sign[] =>
  withRootCauses(log.map(printable)).map((line) => ({ text: `log ${line}` }));

const kindOf = ({ reason, message = '' }: KubeEvent): string =>
  /^Unable to attach or mount volumes/.test(message) ? `${reason} summary` : (reason ?? '');

const firstSeen = (event: KubeEvent): string =>
  event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
/** When an event came last, as its object has it. */
export const lastSeen = (event: KubeEvent): string => event.lastTimestamp ?? firstSeen(event);
