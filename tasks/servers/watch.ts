// Watches the pod of a server that is forwarded to this machine, until Ctrl-C or until the server is removed.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import { runningPod } from '../kube/forward.ts';
import type { Ref } from '../kube/types.ts';
import type { Context } from '../steps/types.ts';

const lookMs = 1_500;

/** A server as its user sees it. */
export interface Watched {
  /** `notebook server ada`. */
  title: string;
  deployment: Ref;
  /** Selects its pod alone. */
  selector: string;
  /** What ends with a pod, as `kernels`. */
  contents: string;
}

/** What became of the server's pod between two looks; undefined if it is the same. */
export function newsOfPod(before: string | undefined, now: string | undefined, contents: string): string | undefined {
  if (before === now) return undefined;
  if (before === undefined) return `${now} runs: ${contents} of the previous pod are lost`;
  return `lost ${before} and its ${contents}: ${now === undefined ? 'waiting for another pod' : `${now} runs`}`;
}

/** Notes each change of its pod. Failure once the server is removed. */
export async function watchServer(
  { kube, signal }: Pick<Context, 'kube' | 'signal'>,
  { title, deployment, selector: labelSelector, contents }: Watched,
  note: (line: string) => void,
): Promise<void> {
  const { namespace } = deployment;
  const find = async (): Promise<string | undefined> =>
    runningPod(await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector }))?.metadata.name;
  let pod = await find();
  while (!signal.aborted) {
    // A cluster that does not answer now may do so again.
    const isThere = await kube.get(deployment).then(Boolean, () => true);
    if (!isThere) throw new Failure(`${title} was removed`);
    const now = await find().catch(() => pod);
    const news = newsOfPod(pod, now, contents);
    if (news) note(news);
    pod = now;
    await sleep(lookMs, undefined, { signal }).catch(() => {});
  }
}
