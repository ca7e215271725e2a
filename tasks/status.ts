// status: shows the state of the cluster and its parts, or of one run.
import { table } from './core/screen/table.ts';
import type { RunRecord } from './record/run-folder.ts';
import { readRun, runFolder } from './record/run-folder.ts';
import { keptEvidence } from './runs/diagnosis/evidence.ts';
import { findRun, runProblems } from './runs/find.ts';
import { podsOf } from './runs/keep.ts';
import { isEnded } from './runs/start.ts';
import type { Seen } from './runs/view.ts';
import { runView } from './runs/view.ts';
import { findRunCluster, kubeOf } from './runs/whereabouts.ts';
import { isDriver } from './spark/pod.ts';
import type { ClusterStatus } from './steps/cluster.ts';
import type { Task } from './steps/task.ts';
import type { Context } from './steps/types.ts';

type Component = ClusterStatus['components'][number];

const columns = ['NODE', 'COMPONENT', 'STATE', 'PID', 'RESTARTS', 'LAST ERROR'];

const cells = ({ node, name, state, pid, restarts, lastError }: Component): string[] => [
  node,
  name,
  state,
  String(pid ?? '-'),
  String(restarts),
  lastError ?? '-',
];

export const status: Task = {
  cluster: 'optional',
  plan: ({ context: { profile }, words: [word] }) => {
    const problems = word ? runProblems(profile, word) : [];
    const run = word && problems.length === 0 ? findRun(word) : undefined;
    return { problems, steps: [], done: (context) => (run ? runLines(context, run) : clusterLines(context)) };
  },
};

async function clusterLines(context: Context): Promise<string[]> {
  const { state, detail, components } = await context.cluster.status(context);
  return [
    `${context.profile.clusterName}: ${state} (${detail})`,
    ...(state === 'running' || state === 'broken' ? [await policyLine(context)] : []),
    ...(components.length > 0 ? ['', ...table([columns, ...components.map(cells)])] : []),
  ];
}

async function policyLine(context: Context): Promise<string> {
  const { verdict, why } = (await context.cluster.enforcement?.(context)) ?? {
    verdict: 'not known',
    why: 'run firesteel classroom verify to find out',
  };
  return `network policies: ${verdict}${why ? ` (${why})` : ''}`;
}

async function runLines(context: Context, run: RunRecord): Promise<string[]> {
  const seen = await lookAt(context, run);
  const isOver = seen.pods.some((pod) => isDriver(pod) && isEnded(pod));
  const where = seen.live.size === 0 ? 'kept in' : isOver ? 'its pods are still there; kept in' : 'live; also in';
  return [...runView(seen), '', `${where} ${runFolder(run.id)}`];
}

/** The pods that are there, and those that were kept of the ones that are gone. */
async function lookAt(context: Context, run: RunRecord): Promise<Seen> {
  const folder = runFolder(run.id);
  const seen = (record: RunRecord) => ({ ...keptEvidence(folder, record), now: new Date() });
  const found = await findRunCluster(context, run);
  if (found.state === 'gone') return { ...seen(readRun(folder) ?? run), isLive: true };
  const kept = seen(run);
  if (found.state === 'silent') return kept;
  try {
    const pods = await podsOf(kubeOf(context, run), run);
    const live = new Set(pods.map(({ metadata }) => metadata.name));
    return { ...kept, live, isLive: true, pods: [...pods, ...kept.pods.filter((pod) => !live.has(pod.metadata.name))] };
  } catch {
    return kept;
  }
}
