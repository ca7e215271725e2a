// The last lines of the logs of a local cluster's programs, for a bug report.
import { join } from 'node:path';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { layoutOf, nodesThere } from './layout.ts';
import { isEnforcing } from './network/policies.ts';
import { componentsOf } from './node/components.ts';

const lines = 200;

/** By `node/program`; of those that can be read. Only reads. */
export async function programLogs(profile: Profile, read: Exec): Promise<Record<string, string>> {
  const layout = await layoutOf(profile, read);
  const made = nodesThere(profile.clusterName);
  const programs = layout.nodes
    .filter(({ number }) => made.includes(number))
    .flatMap((node) =>
      componentsOf(layout, node, { enforces: isEnforcing(node) }).map(({ name }) => ({
        name: `${node.name}/${name}`,
        path: join(node.folder, 'logs', name, 'current'),
      })),
    );
  const texts = await Promise.all(
    programs.map(({ path }) => read(['tail', '-n', `${lines}`, path], { asRoot: true }).catch(() => '')),
  );
  return Object.fromEntries(programs.flatMap(({ name }, i) => (texts[i] ? [[name, texts[i]]] : [])));
}
