// Steps that delete our objects from the cluster, and wait for the end of pods.
import { until } from '../core/wait.ts';
import { refOf } from '../kube/ref.ts';
import { isOurs } from '../kube/render.ts';
import type { Collection, Kube, Ref } from '../kube/types.ts';
import type { Context, SingleStep } from './types.ts';

/** Those of the objects that are there and ours. */
async function ours(kube: Kube, refs: readonly Ref[]): Promise<Ref[]> {
  const live = await Promise.all(refs.map((ref) => kube.get(ref)));
  return live.flatMap((found) => (found && isOurs(found) ? [refOf(found)] : []));
}

/** Removes these objects, but those of someone else, in their order; with `named`, says which. */
export const removal = (
  title: string,
  refs: (context: Context) => Promise<Ref[]> | Ref[],
  { named = false } = {},
): SingleStep => ({
  title,
  skip: async (context) => (await ours(context.kube, await refs(context))).length === 0 && 'nothing to remove',
  run: async (context, out) => {
    for (const ref of await ours(context.kube, await refs(context))) {
      await context.kube.remove(ref);
      if (named) out.line(`${ref.kind} ${ref.name}`);
    }
  },
});

/** Waits `seconds` at most until none of these pods is left; `for` names their end in the failure. */
export const podsEnd = (title: string, end: { for: string; seconds: number; pods: Collection }): SingleStep => ({
  title,
  observes: true,
  run: async ({ kube, signal }, out) => {
    await until({
      for: end.for,
      seconds: end.seconds,
      everyMs: 300,
      signal,
      onSeen: out.line,
      hint: 'run the command again',
      probe: async () => {
        const pods = await kube.list(end.pods);
        return pods.length === 0 ? { done: true } : { seen: pods.map(({ metadata }) => metadata.name).join(', ') };
      },
    });
  },
});
