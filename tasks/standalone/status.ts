// The state of a standalone cluster: master, workers and applications.
import { table } from '../core/screen/table.ts';
import type { Pod } from '../spark/pod.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { type MasterView, withMaster } from './master.ts';
import { masterUrl, partLabel, podsOf, scalerRef } from './names.ts';
import { workerSet } from './room.ts';

/** What one look at a standalone cluster shows. */
interface StandaloneState {
  /** Its address, as applications take it. */
  master: string;
  /** As the master says: `ALIVE` if it leads. */
  state: string;
  /** How many workers there are to be. */
  wanted: number;
  /** The limits of an autoscaler. */
  autoscale?: { min: number; max: number };
  workers: {
    name: string;
    /** As the master says, else the phase of its pod. */
    state: string;
    node: string;
    cores: { all: number; taken: number } | undefined;
    /** MiB of heap. */
    memory: { all: number; taken: number } | undefined;
  }[];
  /** Applications that have not ended. */
  applications: { id: string; name: string; cores: number; state: string }[];
}

export const statusStep: SingleStep = {
  title: 'Inspect the standalone cluster',
  observes: true,
  run: async (context) => {
    const found = await lookAtCluster(context);
    context.state.facts = { standalone: found ?? null };
    context.state.lines = found
      ? statusLines(found)
      : [`no standalone cluster in ${context.profile.namespace}`, 'Next: firesteel standalone up'];
  },
};

/** Undefined if there is none. */
async function lookAtCluster(context: Context): Promise<StandaloneState | undefined> {
  const { kube, profile } = context;
  const set = await workerSet(context);
  if (!set) return undefined;
  const [pods, scaler] = await Promise.all([kube.list(podsOf(profile)), kube.get(scalerRef(profile))]);
  const found = pods as Pod[];
  const runs = found.some((pod) => partOf(pod) === 'master' && pod.status?.phase === 'Running');
  const view = runs ? await withMaster(context, (look) => look()) : undefined;
  const limits = scaler?.['spec'] as { minReplicas: number; maxReplicas: number } | undefined;
  return {
    master: masterUrl(profile),
    state: view?.status ?? 'does not answer',
    wanted: set.spec?.replicas ?? 0,
    ...(limits ? { autoscale: { min: limits.minReplicas, max: limits.maxReplicas } } : {}),
    workers: found.filter((pod) => partOf(pod) === 'worker').map((pod) => workerOf(pod, view)),
    applications: (view?.activeapps ?? []).map(({ id, name, cores, state }) => ({ id, name, cores, state })),
  };
}

const partOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[partLabel];

function workerOf({ metadata, spec, status }: Pod, view: MasterView | undefined): StandaloneState['workers'][number] {
  // After a restart the master knows the lost one, too.
  const worker = view?.workers.findLast(({ host, state }) => host === status?.podIP && state !== 'DEAD');
  return {
    name: metadata.name,
    state: worker?.state ?? status?.phase ?? 'Pending',
    node: spec.nodeName ?? '',
    cores: worker ? { all: worker.cores, taken: worker.coresused } : undefined,
    memory: worker ? { all: worker.memory, taken: worker.memoryused } : undefined,
  };
}

const shownPart = (part: { all: number; taken: number } | undefined, unit = ''): string =>
  part ? `${part.taken}/${part.all}${unit}` : '-';

function statusLines({ master, state, wanted, autoscale, workers, applications }: StandaloneState): string[] {
  return [
    `${master} is ${state}`,
    `${wanted} workers${autoscale ? `, set by an autoscaler from ${autoscale.min} to ${autoscale.max}` : ''}`,
    ...table([
      ['WORKER', 'STATE', 'CORES', 'MEMORY', 'NODE'],
      ...workers.map((one) => [one.name, one.state, shownPart(one.cores), shownPart(one.memory, ' MiB'), one.node]),
    ]),
    ...(applications.length > 0
      ? table([
          ['APPLICATION', 'NAME', 'STATE', 'CORES'],
          ...applications.map((one) => [one.id, one.name, one.state, `${one.cores}`]),
        ])
      : ['no application runs']),
  ];
}
