// Checks the kubeconfig that a context profile names.
import { shown } from '../../core/exec.ts';
import { usageFailure } from '../../core/failure.ts';
import { didYouMean } from '../../core/nearest.ts';
import { readLoosely, readYaml } from '../../core/yaml.ts';
import { usualKubeconfig, usualKubeconfigs } from '../../kube/kubeconfig/client-config.ts';
import { kubeconfigText, namedItems } from '../../kube/kubeconfig/text.ts';
import type { KubeSource } from '../../kube/types.ts';
import type { Profile } from '../../profile/schema.ts';

const fileOf = ({ context: { kubeconfig } }: Profile): string => kubeconfig ?? usualKubeconfig();

/** The file and the context of a profile, never the file's current context; a usage Failure if it names none. */
export function contextSource(profile: Profile): KubeSource {
  const { context } = profile.context;
  if (!context) throw usageFailure(contextProblems(profile).join('\n'), 'add --set context.context=NAME');
  return { path: fileOf(profile), context };
}

interface Kubeconfig {
  contexts: Map<string, { cluster?: string; user?: string }>;
  clusters: Set<string>;
  users: Set<string>;
}

/** Reads as little of the file as is asked here; returns a line instead, if it is not a kubeconfig. */
function readKubeconfig(path: string): Kubeconfig | string {
  let text: string;
  try {
    text = kubeconfigText(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `kubeconfig ${path}: no such file` : `kubeconfig ${path}: ${message}`;
  }
  const [problem] = readYaml(text).problems;
  if (problem) return `kubeconfig ${path}:${problem.line}:${problem.column}: ${problem.message}`;
  const config = readLoosely(text);
  const items = (list: string) => namedItems<{ context?: Record<string, unknown> | null }>(config, list);
  return {
    contexts: new Map(items('contexts').map(({ name, context }) => [name, namesIn(context ?? {})])),
    clusters: new Set(items('clusters').map(({ name }) => name)),
    users: new Set(items('users').map(({ name }) => name)),
  };
}

/** What a context names, as texts. */
const namesIn = ({ cluster, user }: Record<string, unknown>): { cluster: string; user: string } => ({
  cluster: String(cluster ?? ''),
  user: String(user ?? ''),
});

/** The contexts of a file; none of a file that is no kubeconfig. */
export function contextNames(path: string): string[] {
  const config = readKubeconfig(path);
  return typeof config === 'string' ? [] : [...config.contexts.keys()];
}

/** Why a file offers no context; undefined if it has one. */
export function fileProblem(path: string): string | undefined {
  const config = readKubeconfig(path);
  if (typeof config === 'string') return config;
  return config.contexts.size === 0 ? `kubeconfig ${path} has no context` : undefined;
}

const listed = (names: string[]): string => (names.length > 0 ? `it has ${names.join(', ')}` : 'it has none');

/** A word on the other files of $KUBECONFIG, if the context is in one of them. */
function elsewhere(path: string, context: string): string {
  const other = usualKubeconfigs().find((file) => {
    const config = file === path ? '' : readKubeconfig(file);
    return typeof config === 'object' && config.contexts.has(context);
  });
  return other ? `; ${other} has it: set context.kubeconfig` : '';
}

/** Why the profile's context cannot be used; only looks. */
export function contextProblems(profile: Profile): string[] {
  const path = fileOf(profile);
  const { context } = profile.context;
  const config = readKubeconfig(path);
  const unset = 'context.context is not set: name the kubeconfig context to use';
  if (typeof config === 'string') {
    const remedy = profile.context.kubeconfig ? '' : ': set context.kubeconfig to the file to use';
    return [...(context ? [] : [unset]), `${config}${remedy}`];
  }
  const names = [...config.contexts.keys()];
  if (!context) return [`${unset} (${path}: ${listed(names)})`];
  const found = config.contexts.get(context);
  if (!found) {
    const hint = elsewhere(path, context) || didYouMean(context, names);
    return [`kubeconfig ${path} has no context "${context}"${hint} (${listed(names)})`];
  }
  const { cluster, user } = found;
  if (!cluster) return [`context "${context}" of ${path} names no cluster`];
  return [
    ...(config.clusters.has(cluster) ? [] : [apart('cluster', cluster, path, context)]),
    // `kubectl proxy` answers without a user.
    ...(!user || config.users.has(user) ? [] : [apart('user', user, path, context)]),
  ];
}

/** What a context lacks in its file, and how kubectl makes one file of those of $KUBECONFIG if another has it. */
function apart(kind: 'cluster' | 'user', name: string, path: string, context: string): string {
  const files = usualKubeconfigs();
  const other = files.find((file) => {
    const config = files.includes(path) && file !== path ? readKubeconfig(file) : '';
    return typeof config === 'object' && config[`${kind}s`].has(name);
  });
  const merge = shown(['kubectl', 'config', 'view', '--flatten', '--minify', `--context=${context}`]);
  const cure = other ? `; ${other} has it: ${merge} > FILE, then set context.kubeconfig to FILE` : '';
  return `${kind} "${name}" of context "${context}" is not in ${path}${cure}`;
}
