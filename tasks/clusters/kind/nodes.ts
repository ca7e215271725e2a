// Looks at a kind cluster: its containers, whether they run, and whether its API answers.
import { Failure, messageOf } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { ClusterStatus } from '../../steps/cluster.ts';
import type { Context } from '../../steps/types.ts';
import { namesakes } from '../namesakes.ts';
import { isOurs, notedIdentity } from '../ours.ts';
import { clustersCommand, controlPlaneCommand, nodesCommand } from './commands.ts';
import { runKind } from './failures.ts';

/** A node's container. */
export interface KindNode {
  name: string;
  isRunning: boolean;
}

/** Whether kind knows the cluster. Failure if it or its engine cannot be asked. */
export async function exists(profile: Profile, read: Exec): Promise<boolean> {
  const names = await runKind(read, clustersCommand, `look for cluster ${profile.clusterName}`);
  return names.split('\n').includes(profile.clusterName);
}

/** What tells a cluster from a later one of the same name; empty if there is none, or Docker does not tell. */
export const identityOf = async (profile: Profile, read: Exec): Promise<string> =>
  (await read(controlPlaneCommand(profile)).catch(() => '')).trim();

/** Whether firesteel made the cluster that has the name now, or would make it. */
export async function isMadeHere(profile: Profile, read: Exec): Promise<boolean> {
  if (!isOurs(profile)) return false;
  const noted = notedIdentity(profile);
  const present = noted && (await identityOf(profile, read));
  return !present || present === noted;
}

/** A cluster of this name that is there already must be ours. Failure as `exists`. */
export async function foreignProblems(profile: Profile, read: Exec): Promise<string[]> {
  const { clusterName } = profile;
  const others = namesakes(profile);
  if (others.length > 0 || (await isMadeHere(profile, read)) || !(await exists(profile, read))) return others;
  return [
    `kind has a cluster ${clusterName} that firesteel did not make: use it with --profile context, delete it with \`kind delete cluster --name ${clusterName}\`, or choose another clusterName`,
  ];
}

/** The containers that are the cluster's nodes, the control plane first. */
export async function findNodes(profile: Profile, read: Exec): Promise<KindNode[]> {
  return parseNodes(await runKind(read, nodesCommand(profile), `look for the nodes of ${profile.clusterName}`));
}

/** Lines of `docker ps`, `NAME STATE`. */
export const parseNodes = (text: string): KindNode[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', state] = line.split(' ');
      return { name, isRunning: state === 'running' };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

/** Never fails: a question without an answer becomes a line. */
export async function kindStatus({ profile, kube, read }: Context): Promise<ClusterStatus> {
  let nodes: KindNode[];
  try {
    if (!(await exists(profile, read))) return { state: 'absent', detail: 'kind has no such cluster', components: [] };
    nodes = await findNodes(profile, read);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // An engine that is down keeps its containers.
    const state = isOurs(profile) ? 'stopped' : 'absent';
    return { state, detail: error.message, components: [] };
  }
  const components = nodes.map(({ name, isRunning }) => ({
    node: name,
    name: 'container',
    state: isRunning ? ('running' as const) : ('stopped' as const),
    restarts: 0,
  }));
  const up = nodes.filter(({ isRunning }) => isRunning).length;
  const detail = `${up} of ${nodes.length} nodes run`;
  if (up < nodes.length) return { state: up === 0 ? 'stopped' : 'broken', detail, components };
  return kube.raw('/readyz').then(
    () => ({ state: 'running', detail, components }),
    (error: unknown) => ({
      state: 'broken',
      detail: `${detail}, but ${messageOf(error)}`,
      components,
    }),
  );
}
