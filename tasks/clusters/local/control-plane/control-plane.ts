// The control plane of a local cluster: its API server, its administrator, its controllers.
import { join } from 'node:path';
import { messageOf } from '../../../core/failure.ts';
import type { Command } from '../../../core/types.ts';
import { until } from '../../../core/wait.ts';
import { renderTemplate } from '../../../kube/render.ts';
import type { Profile } from '../../../profile/schema.ts';
import { applyObjects } from '../../../steps/apply.ts';
import type { Step } from '../../../steps/types.ts';
import { type Layout, layoutOf, type NodeLayout } from '../layout.ts';
import { wayToNode } from '../machine.ts';
import { enforcerSteps } from '../network/enforcer-steps.ts';
import { isEnforcing } from '../network/policies.ts';
import { componentsOf } from '../node/components.ts';
import { verifyRuns } from '../node/ended.ts';
import { endingProgram } from '../status.ts';
import { administrator, breakGlassKubeconfig } from './pki.ts';

/** Seconds; the slowest seen on a loaded machine of two cores is a tenth of it. */
const apiSeconds = 90;

export const controlPlaneSteps = (profile: Profile): Step[] => [
  waitForApi(profile),
  grantAdministrator(profile),
  startControllers(profile),
  ...enforcerSteps(profile),
];

/** What /readyz says is missing: https://kubernetes.io/docs/reference/using-api/health-checks/ */
function unready(error: unknown): string {
  const message = messageOf(error);
  const missing = [...message.matchAll(/^\[-\](\S+)/gm)].map(([, check]) => check);
  return missing.length > 0 ? `not yet ready: ${missing.join(', ')}` : (message.split('\n')[0] ?? '');
}

const waitForApi = (profile: Profile): Step => ({
  title: 'Wait for the API server',
  observes: true,
  run: async (context, out) => {
    const layout = await layoutOf(profile, context.read);
    const breakGlass = context.connect({ path: breakGlassKubeconfig(layout), context: layout.name });
    const lacks = wayToNode(layout, context.read);
    const ending = endingProgram(layout, context.read);
    await until({
      for: 'API server',
      seconds: apiSeconds,
      everyMs: 50,
      signal: context.signal,
      onSeen: out.line,
      hint: 'check the cluster: firesteel status',
      probe: async () => {
        for (const node of layout.nodes) verifyRuns(node);
        const seen = await lacks();
        return seen
          ? { seen }
          : breakGlass.raw('/readyz').then(
              () => ({ done: true }),
              async (error: unknown) => ({ seen: (await ending()) || unready(error) }),
            );
      },
    });
  },
});

/** Done with the break-glass key, for the administrator has no rights until then. */
const grantAdministrator = (profile: Profile): Step =>
  applyObjects({
    title: 'Grant rights to the administrator',
    manifests: () => renderTemplate('local-administrator', { administrator }),
    as: async ({ read, connect }) => {
      const layout = await layoutOf(profile, read);
      return connect({ path: breakGlassKubeconfig(layout), context: layout.name });
    },
  });

const serviceFolder = (node: NodeLayout, name: string): string => join(node.folder, 'services', name);

const startCommands = (layout: Layout): Command[] =>
  layout.nodes.flatMap((node) =>
    componentsOf(layout, node, { enforces: isEnforcing(node) })
      .filter((component) => component.needsApi)
      .map(({ name }): Command => ['s6-svc', '-u', serviceFolder(node, name)]),
  );

const startControllers = (profile: Profile): Step => ({
  title: 'Start controllers and proxies',
  skip: async ({ read }) => {
    const layout = await layoutOf(profile, read);
    const states = await Promise.all(
      startCommands(layout).map(([, , folder]) =>
        read(['s6-svstat', '-o', 'wantedup', folder ?? ''], { asRoot: true }).catch(() => 'false'),
      ),
    );
    return states.every((state) => state.trim() === 'true') && 'running';
  },
  run: async ({ read, run }) => {
    for (const command of startCommands(await layoutOf(profile, read))) await run(command, { asRoot: true });
  },
});
