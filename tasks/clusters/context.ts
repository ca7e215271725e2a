// A cluster that exists already: any context of a kubeconfig, named in the profile, never the current one by accident.
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { imageArchive } from '../lib/paths.ts';
import { managedBy } from '../lib/render.ts';
import type { Profile } from '../lib/schema.ts';
import type { Cluster, KubeSource, Step } from '../lib/types.ts';

function source(profile: Profile): KubeSource {
  const first = process.env['KUBECONFIG']?.split(delimiter)[0];
  return {
    path: profile.context.kubeconfig ?? (first || join(homedir(), '.kube', 'config')),
    context: profile.context.context ?? '',
  };
}

const reach = (profile: Profile): Step => ({
  title: `Reach ${source(profile).context}`,
  observes: true,
  run: async ({ kube }, out) =>
    out.line(await kube.raw('/version').then((text) => String(JSON.parse(text).gitVersion))),
});

const push = (profile: Profile): Step => ({
  title: 'Push the image',
  skip: () => !profile.image.repository && 'image.repository is not set, so its nodes must have the image already',
  run: async ({ run, state }, out) => {
    if (!state.image) throw new Failure('no image was built before pushing it');
    await run(['docker', 'load', '--input', imageArchive(state.image)], { onLine: out.line });
    await run(['docker', 'push', state.image], { onLine: out.line });
  },
});

const removeNamespace = (profile: Profile): Step => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', name: profile.namespace };
  const [label, value] = Object.entries(managedBy)[0] ?? [];
  return {
    title: `Remove namespace ${profile.namespace}`,
    skip: async ({ kube }) => {
      const found = await kube.get(namespace);
      if (!found) return 'not there';
      return found.metadata.labels?.[label ?? ''] !== value && 'not made by firesteel, so it stays';
    },
    run: async ({ kube }) => kube.remove(namespace),
  };
};

export const context: Cluster = {
  tools: () => [],
  problems: async (profile) =>
    profile.context.context ? [] : ['context.context is not set: name the kubeconfig context to use'],
  kubeconfig: source,
  status: async ({ profile, kube }) =>
    kube.raw('/readyz').then(
      () => ({ state: 'running', detail: `context ${source(profile).context}`, components: [] }),
      (error: unknown) => ({
        state: 'broken',
        detail: error instanceof Error ? error.message : String(error),
        components: [],
      }),
    ),
  up: (profile) => [reach(profile)],
  down: (profile) => [removeNamespace(profile)],
  publish: (profile) => [push(profile)],
};
