// Creates a kind cluster, or starts a stopped one, and waits until it is ready.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { V1Node } from '@kubernetes/client-node';
import { Failure } from '../../core/failure.ts';
import { until } from '../../core/wait.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Step } from '../../steps/types.ts';
import { otherSettings } from '../made-with.ts';
import { isOurs, madeNote, ourMark } from '../ours.ts';
import {
  createCommand,
  deleteCommand,
  exportCommand,
  kindConfig,
  kindEnv,
  kindSource,
  kubeconfigCommand,
  startCommand,
} from './commands.ts';
import { runKind } from './failures.ts';
import { exists, findNodes, foreignProblems, identityOf } from './nodes.ts';
import { probeImageSteps } from './publish.ts';

/** Seconds: the nodes are there, their network may still be on its way. */
const readySeconds = 300;

export const startSteps = (profile: Profile): Step[] => [
  {
    title: 'Mark the cluster as made by firesteel',
    skip: async ({ read }) => {
      // A cluster that is there already and not ours must not get our mark.
      const [problem] = await foreignProblems(profile, read);
      if (problem) throw new Failure(problem);
      return isOurs(profile) && 'already marked';
    },
    run: async ({ write }) => write([ourMark(profile)]),
  },
  {
    title: 'Create the cluster',
    skip: async ({ read }) => {
      // Nodes without the note are what an interrupted creation left.
      if (!existsSync(madeNote(profile).path) || !(await exists(profile, read))) return false;
      const { length } = await findNodes(profile, read);
      const workers = length > 0 ? length - 1 : undefined;
      const other = otherSettings([{ key: 'kind.workers', profile: profile.kind.workers, cluster: workers }]);
      return `cluster ${profile.clusterName} exists${other}`;
    },
    run: async ({ read, run, write, remove }, out) => {
      const input = JSON.stringify(kindConfig(profile));
      const doing = `make cluster ${profile.clusterName}`;
      await remove(madeNote(profile).path);
      if (await exists(profile, read)) await runKind(run, deleteCommand(profile), doing, { onLine: out.line });
      await runKind(run, createCommand(profile), doing, { input, onLine: (line) => out.line(plain(line)) });
      await write([madeNote(profile, await identityOf(profile, read))]);
    },
  },
  {
    title: 'Start the nodes',
    skip: async ({ read }) =>
      (await findNodes(profile, read)).every(({ isRunning }) => isRunning) && 'all nodes are running',
    run: async ({ read, run }) => {
      const stopped = (await findNodes(profile, read)).filter(({ isRunning }) => !isRunning);
      const names = stopped.map(({ name }) => name);
      await runKind(run, startCommand(names), `start the nodes of ${profile.clusterName}`);
    },
  },
  {
    title: 'Write the kubeconfig',
    skip: async ({ read }) => {
      const [ours, theirs] = await Promise.all([
        readFile(kindSource(profile).path, 'utf8').catch(() => ''),
        // The step that writes it reports what cannot be read here.
        read(kubeconfigCommand(profile), { env: kindEnv }).catch(() => ''),
      ]);
      const wanted = identity(theirs);
      return wanted !== '' && identity(ours) === wanted && 'up to date';
    },
    run: async ({ run }) => {
      await runKind(run, exportCommand(profile), `get the kubeconfig of ${profile.clusterName}`);
    },
  },
  waitForNodes(profile),
  ...probeImageSteps(profile),
];

/** kind marks its lines with bullets and pictures. */
const plain = (line: string): string =>
  line
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{Sm}\s]/gu, '')
    .replace(/^[\s•]+/, '')
    .trim();

/** Which cluster a kubeconfig leads to, and as whom: a cluster that was made again has new keys. */
const identity = (kubeconfig: string): string =>
  ['server', 'certificate-authority-data', 'client-certificate-data']
    .map((key) => new RegExp(`^\\s*${key}: (\\S+)$`, 'm').exec(kubeconfig)?.[1] ?? '')
    .join(' ')
    .trim();

/** kind itself succeeds when the time of --wait is up. */
const waitForNodes = (profile: Profile): Step => ({
  title: 'Wait for the nodes',
  observes: true,
  run: async ({ kube, read, signal }, out) => {
    const { length } = await findNodes(profile, read);
    if (length === 0)
      throw new Failure(`kind made no nodes for ${profile.clusterName}`, {
        hint: 'remove what kind left, then deploy again: firesteel destroy',
      });
    await until({
      for: 'ready nodes',
      seconds: readySeconds,
      everyMs: 500,
      signal,
      onSeen: out.line,
      hint: 'check them: firesteel status',
      probe: async () => {
        const nodes = (await kube.list({ apiVersion: 'v1', kind: 'Node' })) as KubeObject<V1Node>[];
        const ready = nodes.filter(isReady).length;
        return ready === length ? { done: undefined } : { seen: `${ready} of ${length} are ready` };
      },
    });
  },
});

const isReady = ({ status }: KubeObject<V1Node>): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
