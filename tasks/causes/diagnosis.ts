// Finds the cause and the cure of a pod that does not run. Pure.
import type { Pod, Terminated } from '../spark/pod.ts';
import { roleOf, shownRole, sparkStatus } from '../spark/pod.ts';
import type { Diagnosis, Evidence } from './finding.ts';
import { final, firstLine, passing } from './finding.ts';
import type { About, KnownCause } from './known-cause.ts';
import { logCauses } from './log-causes.ts';
import { eventCauses, podCauses } from './lost-causes.ts';
import { stateCauses } from './pod-causes.ts';
import { diagnoseRefusal } from './refusal.ts';
import { unschedulable } from './scheduling.ts';
import type { Sign } from './signs.ts';
import { eventSigns, exitSign, logSigns, podSigns, stateSigns } from './signs.ts';

/** Seconds after which a pod that nobody scheduled is worth a word. */
const scheduleGrace = 5;

/** Every known cause, the most telling first. */
const knownCauses: readonly KnownCause[] = [...podCauses, ...stateCauses, ...logCauses];

/** Why the pod does not run; undefined while everything takes its usual course. Of a pod that runs only its log is asked. */
export function diagnose(evidence: Evidence): Diagnosis | undefined {
  const { pod } = evidence;
  const state = sparkStatus(pod)?.state;
  if (state?.terminated?.exitCode === 0) return undefined;
  const known = firstKnown(knownCauses, [...podSigns(pod), ...stateSigns(evidence), ...logSigns(evidence)], pod);
  if (state?.running) return known && { ...known, final: false };
  if (known || state?.terminated) return known;
  const { phase, message } = pod.status ?? {};
  if (phase === 'Failed')
    return final(
      `${shownRole(pod)}: its pod failed${message ? `: ${firstLine(message)}` : ''}`,
      'check the node: firesteel status',
    );
  return unschedulable(evidence) ?? stuck(evidence);
}

/** What a container's end tells by itself; undefined for 0, for codes of the program's own, and where its log tells more. */
const diagnoseExit = (evidence: Evidence, end: Terminated): Diagnosis | undefined =>
  end.exitCode === 0
    ? undefined
    : firstKnown(
        [...podCauses, ...stateCauses],
        [...podSigns(evidence.pod), { text: exitSign(end) }, ...logSigns(evidence)],
        evidence.pod,
      );

/** Why an executor ended, by its end alone: one that its driver ends does so by a signal, or is deleted, without a cause. */
export const diagnoseExecutorEnd = (evidence: Evidence, end: Terminated): Diagnosis | undefined =>
  isEndedByDriver(evidence.pod, end) ? diagnoseGone(evidence) : diagnoseExit(evidence, end);

/** Whether a driver that needs an executor no more may have ended it, by force if that takes long. Spark also deletes those that failed. */
const isEndedByDriver = ({ metadata }: Pod, { exitCode, reason }: Terminated): boolean =>
  exitCode === 143 || (metadata.deletionTimestamp !== undefined && exitCode === 137 && reason !== 'OOMKilled');

/** Why a pod that is gone was taken away, from events; undefined if they do not tell. */
export const diagnoseGone = (evidence: Evidence): Diagnosis | undefined =>
  firstKnown(podCauses, [...podSigns(evidence.pod), ...eventSigns(evidence)], evidence.pod);

/** The first row that matches a sign, filled in. */
function firstKnown(rows: readonly KnownCause[], signs: readonly Sign[], pod: Pod): Diagnosis | undefined {
  for (const row of rows) {
    if (row.unless && signs.some(({ text }) => row.unless?.test(text))) continue;
    for (const [i, sign] of signs.entries()) {
      if (row.of && row.of !== (sign.init ? 'init' : roleOf(pod))) continue;
      const found = row.match.exec(sign.text);
      if (!found || (row.unlessLater && signs.slice(i + 1).some(({ text }) => row.unlessLater?.test(text)))) continue;
      return filledIn(row, found, sign, pod);
    }
  }
  return undefined;
}

function filledIn(
  { cause, cure, passing: mayPass }: KnownCause,
  found: RegExpExecArray,
  { init }: Sign,
  pod: Pod,
): Diagnosis {
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
    ({ name }) => name === (init ?? sparkStatus(pod)?.name),
  );
  const { image = '', resources } = container ?? pod.spec.containers[0] ?? {};
  const about: About = {
    part: roleOf(pod),
    pod: `--namespace ${pod.metadata.namespace} ${pod.metadata.name}`,
    image,
    node: pod.spec.nodeName ?? '',
    memory: resources?.limits?.['memory'] ?? 'its limit',
  };
  const words = (text: KnownCause['cause']) => (typeof text === 'string' ? text : text(found, about));
  const who = `${shownRole(pod)}: ${init ? `init container ${init}: ` : ''}`;
  return { cause: `${who}${words(cause)}`, cure: words(cure), final: !mayPass };
}

/** A pod that has a node but no container, or no node and no word from the scheduler. */
function stuck(evidence: Evidence): Diagnosis | undefined {
  const { pod, nodes = [], now = new Date() } = evidence;
  const role = shownRole(pod);
  const signs = eventSigns(evidence);
  const refused = signs.find(({ text }) => text.startsWith('event FailedCreate: '));
  if (refused) return diagnoseRefusal(refused.text);
  const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  if (node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True'))
    return passing(`${role}: its node ${pod.spec.nodeName} is not ready`, 'check the node: firesteel status');
  const known = firstKnown(eventCauses, signs, pod);
  if (known) return known;
  const age = (now.getTime() - Date.parse(pod.metadata.creationTimestamp ?? now.toISOString())) / 1000;
  if (!pod.spec.nodeName && age > scheduleGrace)
    return passing(`${role}: no scheduler has processed the pod`, 'check kube-scheduler: firesteel status');
  return undefined;
}
