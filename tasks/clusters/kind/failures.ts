// Runs commands of kind, and explains what fails by the table of kind's errors.
import { Failure } from '../../core/failure.ts';
import type { Command, Exec, ExecOptions } from '../../core/types.ts';
import { dockerCause, inotifyHint } from '../docker-causes.ts';
import { kindEnv } from './commands.ts';
import { type KindReason, pullReasons } from './pull-reasons.ts';

const moreRoom = 'free memory and disk, or try another node image in kind.image; then run the command again';

/** The first that matches counts: what stands behind an error before the error around it. */
const reasons: readonly KindReason[] = [
  ...pullReasons,
  {
    match: /node\(s\) already exist for a cluster with the name "([^"]+)"/,
    message: ([, name]) => `containers of a cluster ${name} already exist`,
    hint: 'remove them: firesteel destroy, or choose another clusterName',
  },
  {
    match: /requires cgroup v2|requires setting systemd property "Delegate=yes"/,
    message: () => 'a Docker engine without root needs cgroup v2, delegated to its user',
    hint: 'follow https://kind.sigs.k8s.io/docs/user/rootless/, or use an engine that runs as root',
  },
  {
    match:
      /cgroup v1 (?:support )?is not supported|configured to not run on a host using cgroup v1|\[ERROR SystemVerification\][^\n]*cgroup/i,
    message: () => 'this machine has cgroup v1, and the kubelet of that node image needs v2',
    hint: 'boot with systemd.unified_cgroup_hierarchy=1, or set an older image: kind.image=kindest/node:v1.34.0',
  },
  {
    match: /could not find a log line that matches/,
    message: () => 'systemd does not start in the node container',
    hint: `${inotifyHint}, or free memory; then run the command again`,
  },
  {
    match: /container (\S+) is not running|container (\S+) is (?:paused|restarting)/i,
    message: ([, one, other]) => `node container ${(one ?? other)?.slice(0, 12)} does not run`,
    hint: `start it: firesteel deploy; if it ends again, ${inotifyHint}, or free memory`,
  },
  {
    match: /failed to (init|join) node with kubeadm[^\n]*exit status 137/,
    message: ([, what]) => `the kernel ended kubeadm ${what} in the node, which lacks memory`,
    hint: 'free memory, or give Docker Desktop more of it; then run the command again',
  },
  {
    match: /failed to (init|join) node with kubeadm[\s\S]*\[(?:api|control-plane)-check\] (.+?) is not healthy after/,
    message: ([, what, component]) => `${component} does not become healthy (kubeadm ${what})`,
    hint: moreRoom,
  },
  {
    match:
      /failed to (init|join) node with kubeadm[\s\S]*\[kubelet-check\][^\n]*(?:failed|isn't running|not healthy|unhealthy)/,
    message: ([, what]) => `the kubelet does not become healthy (kubeadm ${what})`,
    hint: moreRoom,
  },
  {
    match: /failed to (init|join) node with kubeadm[\s\S]*timed out waiting for the condition/,
    message: ([, what]) => `the node does not come up in time (kubeadm ${what})`,
    hint: moreRoom,
  },
  {
    match: /failed to (init|join) node with kubeadm(?:[\s\S]*?^error(?: execution phase|:) ?(.+)$)?/m,
    message: ([, what, why]) => `kubeadm ${what} failed in the node${why ? `: ${why}` : ''}`,
    hint: 'try another node image in kind.image',
  },
  {
    match: /failed to lock config file: open ([^:]+): file exists/,
    message: ([, file]) => `${file} is left over from a killed kind process`,
    hint: 'remove that file and run the command again',
  },
  {
    match: /no nodes found for cluster "([^"]+)"|any control plane nodes for cluster named '([^']+)'/,
    message: ([, one, other]) => `there is no kind cluster ${one ?? other}`,
    hint: 'create it: firesteel deploy',
  },
  {
    match: /ctr: |failed to load image/,
    message: () => 'a node rejects the image',
    hint: 'free disk space of the Docker engine (see docker system df), and run the command again',
  },
];

/** What kind said after `ERROR: `. */
const ownWords = (output: string): string | undefined => /^ERROR: (.+)$/m.exec(output)?.[1];

/** A line of the stack that kubeadm and kind print after an error: a function, or the place of one. */
const stackLine = /^\s*\S+\.go:\d+\s*$|^(?:[\w.-]+\/|main\.|runtime\.)[^\s:]*$/;
const shownLines = 20;

/** The last lines that are for people. */
const shownOf = (printed: string): string =>
  printed
    .split('\n')
    .filter((line) => !stackLine.test(line))
    .slice(-shownLines)
    .join('\n');

/**
 * The Failure of a kind or docker command in words of its cause; `doing` as in "make cluster dev". `printed` is all that the
 * command printed: kubeadm prints pages after kind's own error.
 */
export function kindFailure(error: unknown, doing: string, printed?: string): unknown {
  if (!(error instanceof Failure) || error.output === undefined) return error;
  const all = printed || error.output;
  const detail = { output: shownOf(all), cause: error };
  const docker = dockerCause(all);
  if (docker) return new Failure(`cannot ${doing}: ${docker.what}`, { hint: docker.hint, ...detail });
  for (const { match, message, hint } of reasons) {
    const found = match.exec(all);
    if (found) return new Failure(`cannot ${doing}: ${message(found)}`, { hint, ...detail });
  }
  const said = ownWords(all);
  return said ? new Failure(`cannot ${doing}: ${said}`, detail) : error;
}

/** Runs a command of kind, or of Docker on its nodes. Throws Failure as `kindFailure` explains it. */
export async function runKind(
  exec: Exec,
  command: Command,
  doing: string,
  { onLine, ...options }: Pick<ExecOptions, 'input' | 'onLine'> = {},
): Promise<string> {
  const lines: string[] = [];
  try {
    return await exec(command, {
      ...options,
      env: kindEnv,
      onLine: (line) => {
        lines.push(line);
        onLine?.(line);
      },
    });
  } catch (error) {
    throw kindFailure(error, doing, lines.join('\n'));
  }
}
