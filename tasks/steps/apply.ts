// Steps that apply objects to the cluster.
import { renderTemplate } from '../kube/render.ts';
import type { Kube, Manifest } from '../kube/types.ts';
import type { Context, SingleStep } from './types.ts';

interface ApplyOptions {
  title: string;
  manifests: (context: Context) => Promise<Manifest[]> | Manifest[];
  /** Who looks and applies; the kubeconfig's user if not given. */
  as?: (context: Context) => Promise<Kube>;
}

/**
 * Applies objects one after the other, for what comes first may be what the next one needs; those that hold already are left
 * alone. Skipped if all do.
 */
export function applyObjects({ title, manifests, as }: ApplyOptions): SingleStep {
  /** What the look before the run found as wanted. */
  const held = new Set<string>();
  return {
    title,
    skip: async (context) => {
      const kube = (await as?.(context)) ?? context.kube;
      const wanted = await manifests(context);
      // A cluster that cannot be asked yet has none of them.
      const holds = await Promise.all(wanted.map((manifest) => kube.isApplied(manifest).catch(() => false)));
      held.clear();
      for (const [i, manifest] of wanted.entries()) if (holds[i]) held.add(JSON.stringify(manifest));
      return holds.every(Boolean) && 'already up to date';
    },
    run: async (context, out) => {
      const kube = (await as?.(context)) ?? context.kube;
      for (const manifest of await manifests(context)) {
        if (held.has(JSON.stringify(manifest))) continue;
        await kube.apply(manifest);
        out.line(`${manifest.kind} ${manifest.metadata.name}`);
      }
    },
  };
}

/** Applies templates/NAME.yaml, filled in with `values`. */
export const applyTemplate = (title: string, name: string, values: object): SingleStep =>
  applyObjects({ title, manifests: () => renderTemplate(name, values) });
