// Proves that cluster DNS answers, with a pod that looks names up in an image of the nodes.
import type { V1Pod } from '@kubernetes/client-node';
import { until } from '../core/wait.ts';
import type { KubeObject } from '../kube/object.ts';
import { renderTemplate } from '../kube/render.ts';
import type { Kube, Manifest, Ref } from '../kube/types.ts';
import type { Cleaner } from '../steps/cleaner.ts';

/** An image with a program that looks names up: busybox has nslookup, a Debian has getent. */
export interface ProbeImage {
  reference: string;
  program: 'nslookup' | 'getent';
}

/** Names to look up: `inside` until it is answered, then `outside` once, if given. */
export interface Names {
  inside: string;
  outside?: string;
}

type Pod = KubeObject<V1Pod>;

/** Seconds for the pod to start, and to have its answers then; a lookup takes milliseconds. */
const startSeconds = 60;
const answerSeconds = 60;
/** The kubelet will not get it: there is no registry that has it. */
const imageMissing = /^(ErrImage\w*|ImagePullBackOff|InvalidImageName)$/;
const answered = 'answered:';
const unanswered = 'unanswered:';

export const probePod = (name: string): Ref & { namespace: string } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'kube-system',
  name,
});

/** The probe's command: it prints `answered: NAME` or `unanswered: NAME` for each of the names. */
export function lookupCommand(program: ProbeImage['program'], { inside, outside }: Names): string[] {
  // A busybox made from scratch has no links to its parts. The dot at a name's end keeps the search list out of it.
  const [own, shell] = program === 'nslookup' ? ['busybox ', ['busybox', 'sh', '-c']] : ['', ['sh', '-c']];
  const ask = `${own}timeout "$1" ${program === 'nslookup' ? 'busybox nslookup' : 'getent ahosts'} "$2."`;
  const script = [
    `ask() { ${ask}; }`,
    // Without the program there is no sense in asking again.
    `until ask 1 "$0"; do [ $? = 127 ] && exit 127; ${own}sleep 0.2; done`,
    `echo "${answered} $0"`,
    ...(outside ? [`if ask 5 "$1"; then echo "${answered} $1"; else echo "${unanswered} $1"; fi`] : []),
  ].join('\n');
  return [...shell, script, inside, ...(outside ? [outside] : [])];
}

/** The pod that looks these names up. */
export const renderProbe = (name: string, image: ProbeImage, names: Names): Promise<Manifest[]> =>
  renderTemplate('dns-probe', { name, image: image.reference, command: lookupCommand(image.program, names) });

export type Answers = { inside: boolean; outside?: boolean };

/** What the probe has printed so far. */
export async function readAnswers(kube: Kube, pod: Ref & { namespace: string }, names: Names): Promise<Answers> {
  const answers: Answers = { inside: false };
  try {
    for await (const line of kube.logs(pod)) {
      if (line === `${answered} ${names.inside}`) answers.inside = true;
      if (line === `${answered} ${names.outside}`) answers.outside = true;
      if (line === `${unanswered} ${names.outside}`) answers.outside = false;
    }
  } catch {
    // No log yet.
  }
  return answers;
}

/** What a shell ends with when it finds no such program. */
const noProgram = 127;

const terminated = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.terminated;

/** Why a probe failed, as its container or its node says; a failed one asks no more. */
export function whyFailed(pod: Manifest): string {
  const { status } = pod as Pod;
  const end = terminated(pod as Pod);
  const reason = end?.reason ?? status?.reason;
  const message = end?.message?.trim() || status?.message || (end ? `exit code ${end.exitCode}` : 'no reason given');
  return reason ? `${reason}: ${message}` : message;
}

/** Why a probe is not running, if it says so. */
export function hindrance(pod: Manifest): { reason: string; isImage: boolean } | undefined {
  const { status } = pod as Pod;
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason && waiting.reason !== 'ContainerCreating')
    return { reason: `${waiting.reason} ${waiting.message ?? ''}`.trim(), isImage: imageMissing.test(waiting.reason) };
  const unmet = status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  return unmet ? { reason: unmet.message ?? 'not scheduled', isImage: false } : undefined;
}

interface Proof {
  kube: Kube;
  /** Removes the pod, after Ctrl-C as well. */
  cleaner: Cleaner;
  signal: AbortSignal;
  image: ProbeImage;
  names: Names;
  onSeen(text: string): void;
}

/**
 * Looks names up from its own pod, which is removed afterwards. Returns what the answers were, or a text that says
 * why no node could run it; Failure if the name inside is not answered.
 */
export async function proveLookup({ kube, cleaner, signal, image, names, onSeen }: Proof): Promise<Answers | string> {
  const pod = probePod('firesteel-dns-proof');
  await kube.remove(pod);
  const start = performance.now();
  try {
    for (const manifest of await renderProbe(pod.name, image, names)) await kube.create(manifest);
    return await until<Answers | string>({
      for: `answer of cluster DNS for ${names.inside} to a pod`,
      seconds: startSeconds + answerSeconds,
      signal,
      onSeen,
      hint: 'read the log of CoreDNS: kubectl --namespace kube-system logs deployment/coredns',
      probe: async () => {
        const live = (await kube.get(pod)) as Pod | undefined;
        const phase = live?.status?.phase ?? 'absent';
        const blocked = live && phase === 'Pending' ? hindrance(live) : undefined;
        if (blocked?.isImage) return { done: `the nodes cannot get image ${image.reference}: ${blocked.reason}` };
        if (phase === 'Pending' || phase === 'absent') {
          const seen = `the pod of the look-up is ${phase}${blocked ? `: ${blocked.reason}` : ''}`;
          return performance.now() - start > startSeconds * 1000
            ? { done: `after ${startSeconds} s ${seen}` }
            : { seen };
        }
        if (live && phase === 'Failed')
          return {
            done:
              terminated(live)?.exitCode === noProgram
                ? `image ${image.reference} has no ${image.program}`
                : `the pod of the look-up failed: ${whyFailed(live)}`,
          };
        const answers = await readAnswers(kube, pod, names);
        const isComplete = answers.inside && (names.outside === undefined || answers.outside !== undefined);
        if (isComplete || phase === 'Succeeded') return { done: answers };
        return { seen: answers.inside ? `${names.inside} is answered` : 'no answer yet' };
      },
    });
  } finally {
    await cleaner.remove(pod);
  }
}
