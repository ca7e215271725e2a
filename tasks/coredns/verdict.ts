// Judges one pod of CoreDNS by its status and its last log lines. Pure.
import type { Loop } from './loop.ts';
import { findLoop } from './loop.ts';
import { type CorednsPod, corednsContainer } from './objects.ts';

/** The end of a container's log, of its start before the present one and of the present one; a text says why there is none. */
export interface LastWords {
  previous: string[] | string;
  current: string[] | string;
}

export type Verdict =
  | { is: 'settled' }
  | { is: 'loop'; loop: Loop }
  | { is: 'crash'; line: string }
  /** Ready, but so new that a loop may not have shown yet. */
  | { is: 'fresh'; seen: string }
  | { is: 'absent'; seen: string };

/** plugin/loop looks for this long after a start at most, when the servers it asks do not answer. */
const probeSeconds = 30;
/** A loop that answers shows one to three seconds after the start; this is thrice that. */
const freshSeconds = 10;
/** Up for longer than this after a loop: no more the moment between two crashes. */
const betweenCrashesSeconds = 5;

const hasCrashed = (pod: CorednsPod): boolean => {
  const container = corednsContainer(pod);
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  return ended !== undefined && ended.exitCode !== 0;
};

/** Whether the pod's log must be read to judge it. `upSeconds`: see `judge`. */
export const needsLastWords = (pod: CorednsPod, upSeconds: number | undefined): boolean =>
  hasCrashed(pod) && (upSeconds === undefined || upSeconds < probeSeconds);

/** `upSeconds`: how long its container has been up and ready, undefined if it is not. */
export function judge(pod: CorednsPod, upSeconds: number | undefined, words?: LastWords): Verdict {
  const { name } = pod.metadata;
  const isUp = upSeconds !== undefined;
  const up = `Pod ${name} has been up for ${Math.floor(upSeconds ?? 0)} s`;
  if (words && needsLastWords(pod, upSeconds)) {
    const loop = loopIn(words);
    if (loop && isUp && upSeconds >= betweenCrashesSeconds) return { is: 'absent', seen: `${up} after a loop` };
    if (loop) return { is: 'loop', loop };
    if (isCrashLooping(pod)) return crashOf(pod, words);
  }
  if (!isUp) return { is: 'absent', seen: whyNotReady(pod) };
  if (upSeconds >= freshSeconds) return { is: 'settled' };
  return { is: 'fresh', seen: `${up}; a loop shows within ${freshSeconds} s` };
}

function loopIn({ previous, current }: LastWords): Loop | undefined {
  for (const lines of [previous, current]) {
    const loop = typeof lines === 'string' ? undefined : findLoop(lines);
    if (loop) return loop;
  }
  return undefined;
}

/** It crashed again after a restart: a single crash happens to any container whose node is restarted. */
function isCrashLooping(pod: CorednsPod): boolean {
  const { restartCount = 0, state } = corednsContainer(pod) ?? {};
  if (state?.waiting?.reason === 'CrashLoopBackOff') return restartCount >= 1;
  return state?.terminated !== undefined && restartCount >= 2;
}

/** stdout and stderr come by two ways, so that what was written last need not be the last line. */
const complaint = /error|fatal|panic|fail|unable|cannot/i;

/** Without the crashed container's own words it may have been a loop: they can be had at the next look. */
function crashOf(pod: CorednsPod, { previous, current }: LastWords): Verdict {
  if (typeof previous === 'string')
    return { is: 'absent', seen: `Pod ${pod.metadata.name} crashes, and its log cannot be read: ${previous}` };
  const lines = [...(typeof current === 'string' ? [] : current), ...previous].map((line) => line.trim());
  const line = lines.findLast((one) => complaint.test(one)) ?? lines.findLast((one) => one !== '');
  return { is: 'crash', line: line ?? 'its log is empty' };
}

function whyNotReady(pod: CorednsPod): string {
  const { name } = pod.metadata;
  const container = corednsContainer(pod);
  if (!container) {
    const unmet = pod.status?.conditions?.find(({ status, message }) => status === 'False' && message);
    return `Pod ${name} is ${pod.status?.phase ?? 'new'}${unmet ? `: ${unmet.message}` : ''}`;
  }
  const { waiting, terminated } = container.state ?? {};
  if (waiting) return `Pod ${name} waits: ${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}`;
  if (terminated) return `Pod ${name} ended with exit code ${terminated.exitCode}`;
  return `Pod ${name} is not ready`;
}
