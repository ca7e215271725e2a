// The state of a minikube cluster, from `status` and `profile list`.
import { shown } from '../../core/exec.ts';
import { Failure } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { ClusterStatus } from '../../steps/cluster.ts';
import { lookWith, minikubeCommand } from './command.ts';

/** A node as `status --output=json` has it. pkg/minikube/cluster/status.go. */
interface NodeStatus {
  Name: string;
  Host: string;
  Kubelet: string;
  APIServer: string;
  Kubeconfig: string;
  Worker: boolean;
}

/** What is seen of a cluster. */
export interface Seen extends ClusterStatus {
  /** Machines, kubelets and the API server run. */
  isUp: boolean;
  /** Our kubeconfig has the cluster's address. */
  hasKubeconfig: boolean;
}

const seen = (state: Seen['state'], detail: string, more: Partial<Seen> = {}): Seen => ({
  state,
  detail,
  components: [],
  isUp: false,
  hasKubeconfig: false,
  ...more,
});

/** The value of the one line that is JSON and passes; events and klog lines are neither. */
function jsonLine<T>(lines: readonly string[], is: (value: unknown) => value is T): T | undefined {
  for (const line of lines) {
    try {
      const value: unknown = JSON.parse(line);
      if (is(value)) return value;
    } catch {
      // Some other line.
    }
  }
  return undefined;
}

const isNode = (value: unknown): value is NodeStatus =>
  typeof value === 'object' && value !== null && 'Host' in value && 'Kubelet' in value;
const isStatus = (value: unknown): value is NodeStatus | NodeStatus[] | null =>
  value === null || isNode(value) || (Array.isArray(value) && value.every(isNode));

/** Reads what `status` said: an object for one node, a list for several, null for a profile without machines, events for none. */
export function parseStatus(lines: readonly string[], name: string): Seen {
  const answer = jsonLine(lines, isStatus);
  if (answer === undefined) {
    if (lines.length === 0) return seen('absent', 'minikube is not installed, or prints nothing');
    if (lines.some((line) => /Profile \\?".*\\?" not found/.test(line)))
      return seen('absent', `minikube has no cluster named ${name}`);
    return seen('broken', `minikube status: ${lines.at(-1)}`);
  }
  const nodes = answer === null ? [] : [answer].flat();
  if (nodes.length === 0) return seen('broken', 'its machine is gone; deploy creates it again');
  const components = nodes.flatMap(componentsOf);
  const first = nodes.find(({ Worker }) => !Worker) ?? nodes[0];
  const hasKubeconfig = first?.Kubeconfig === 'Configured';
  if (nodes.every(({ Host }) => Host === 'Stopped'))
    return seen('stopped', 'its machine is stopped; deploy starts it again', { components });
  const ill = components.filter(({ state }) => state !== 'running');
  if (ill.length > 0) {
    const parts = ill.map((part) => `${part.name} on ${part.node} is ${part.lastError ?? 'stopped'}`).join(', ');
    return seen('broken', `${parts}; deploy starts it again`, { components, hasKubeconfig });
  }
  if (!hasKubeconfig)
    return seen('broken', 'the cluster runs, but the kubeconfig has no entry for it; deploy writes one', {
      components,
      isUp: true,
    });
  return seen('running', nodes.length > 1 ? `${nodes.length} nodes` : 'one node', {
    components,
    isUp: true,
    hasKubeconfig,
  });
}

function componentsOf({ Name, Host, Kubelet, APIServer, Worker }: NodeStatus): ClusterStatus['components'] {
  const parts = { machine: Host, kubelet: Kubelet, ...(Worker ? {} : { apiserver: APIServer }) };
  return Object.entries(parts).map(([name, said]) => ({
    node: Name,
    name,
    state: said === 'Running' ? 'running' : 'stopped',
    restarts: 0,
    ...(said === 'Running' ? {} : { lastError: said.toLowerCase() }),
  }));
}

/** How the profile's cluster is. */
export async function lookAtCluster(profile: Profile, read: Exec): Promise<Seen> {
  const command = minikubeCommand(profile, 'status', '--output=json');
  return parseStatus(await lookWith(read, profile, command), profile.clusterName);
}

/** The clusters minikube knows of. */
export interface Profiles {
  valid: { name: string; driver: string }[];
  /** Names of those that were begun and not finished. */
  invalid: string[];
}

/** What a cluster was made with, as far as it is read here. pkg/minikube/config/types.go, ClusterConfig. */
export interface MadeConfig {
  Driver?: string;
  /** In MiB. */
  Memory?: number;
  CPUs?: number;
  /** In MiB. */
  DiskSize?: number;
  KubernetesConfig?: { KubernetesVersion?: string; ContainerRuntime?: string };
  Nodes?: unknown[];
}

interface ProfileList {
  valid: { Name: string; Config?: MadeConfig | null }[] | null;
  invalid: { Name: string }[] | null;
}

const isProfileList = (value: unknown): value is ProfileList =>
  typeof value === 'object' && value !== null && 'valid' in value && 'invalid' in value;

/** Reads what `profile list --output=json` said; none if it said nothing of the kind. */
export function parseProfiles(lines: readonly string[]): Profiles {
  const { valid, invalid } = jsonLine(lines, isProfileList) ?? { valid: [], invalid: [] };
  return {
    valid: (valid ?? []).map(({ Name, Config }) => ({ name: Name, driver: Config?.Driver ?? '' })),
    invalid: (invalid ?? []).map(({ Name }) => Name),
  };
}

const listCommand = ['minikube', 'profile', 'list', '--output=json'] as const;

/** What the profile's cluster was made with; undefined if there is no such cluster. */
export async function findConfig(profile: Profile, read: Exec): Promise<MadeConfig | undefined> {
  const lines = await lookWith(read, profile, [...listCommand, '--light']);
  const found = jsonLine(lines, isProfileList)?.valid?.find(({ Name }) => Name === profile.clusterName);
  return found && (found.Config ?? {});
}

/** The driver that the profile's cluster was made with; undefined if there is no such cluster. */
export async function findDriver(profile: Profile, read: Exec): Promise<string | undefined> {
  const config = await findConfig(profile, read);
  return config && (config.Driver ?? '');
}

/** What minikube knows of the profile's cluster, a half-made one too; undefined if there is none. Failure if it does not tell. */
export async function findKnown(profile: Profile, read: Exec): Promise<{ driver?: string } | undefined> {
  // Only the long form reports half-made clusters.
  const lines = await lookWith(read, profile, listCommand);
  if (lines.length > 0 && jsonLine(lines, isProfileList) === undefined)
    throw new Failure(`minikube cannot list its clusters: ${lines.at(-1)}`, {
      hint: `repair what \`${shown(listCommand)}\` reports, then run the command again`,
    });
  const { valid, invalid } = parseProfiles(lines);
  return (
    valid.find(({ name }) => name === profile.clusterName) ?? (invalid.includes(profile.clusterName) ? {} : undefined)
  );
}
