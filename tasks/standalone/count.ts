// Sets the number of workers, and waits until it is reached.
import { shownDiagnosis } from '../causes/finding.ts';
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { refOf } from '../kube/ref.ts';
import { isOurs } from '../kube/render.ts';
import type { Profile } from '../profile/schema.ts';
import { explain } from '../runs/start.ts';
import type { Pod } from '../spark/pod.ts';
import type { Context, Output, SingleStep } from '../steps/types.ts';
import { aliveWorkers, type MasterView, type WorkerView, withMaster } from './master.ts';
import { masterRef, partLabel, podsOf, scalerRef, workerRef } from './names.ts';
import { verifyFits, type WorkerSet, workerSet } from './room.ts';

/** Annotation with the number of workers that the profile had at the last up: another one there is a wish to change it. */
const countAnnotation = 'firesteel/workers';

/** A first pull takes minutes, and each worker that goes has its time to hand over; seconds. */
const startSeconds = 600;

/** The number that up sets: the profile's if that is new, else what there is. */
export function wantedCount(profileCount: number, live: WorkerSet | undefined): number {
  const before = live?.metadata.annotations?.[countAnnotation];
  return before === `${profileCount}` ? (live?.spec?.replicas ?? profileCount) : profileCount;
}

/** Of a set without annotations the first one comes with their map; in a dry run there may be no set yet. */
async function setCount({ kube, profile }: Context, live: WorkerSet | undefined, count: number): Promise<void> {
  await kube.patch(workerRef(profile), [
    { op: 'replace', path: '/spec/replicas', value: count },
    ...(live?.metadata.annotations ? [] : [{ op: 'add' as const, path: '/metadata/annotations', value: {} }]),
    {
      op: 'add',
      path: `/metadata/annotations/${countAnnotation.replace('/', '~1')}`,
      value: `${profile.standalone.workers}`,
    },
  ]);
}

const isScaled = async ({ kube, profile }: Context): Promise<boolean> => Boolean(await kube.get(scalerRef(profile)));

/** Sets the profile's number unless the cluster has another one by scale or autoscale. */
export const setProfileCount: SingleStep = {
  title: 'Set the number of workers',
  skip: async (context) => {
    if (await isScaled(context)) return 'the autoscaler sets it';
    const live = await workerSet(context);
    const { workers } = context.profile.standalone;
    const isNoted = live?.metadata.annotations?.[countAnnotation] === `${workers}`;
    return isNoted && `${live?.spec?.replicas} workers`;
  },
  run: async (context) => {
    const live = await workerSet(context);
    await setCount(context, live, wantedCount(context.profile.standalone.workers, live));
  },
};

/** Sets this number. */
export const scaleTo = (count: number): SingleStep => ({
  title: `Set the number of workers to ${count}`,
  skip: async (context) => (await neededSet(context)).spec?.replicas === count && 'this number is set',
  run: async (context, out) => {
    const live = await neededSet(context);
    if (await isScaled(context))
      throw new Failure('the autoscaler sets the number of workers', {
        hint: 'end it first: firesteel standalone autoscale --off',
      });
    const before = live.spec?.replicas ?? 0;
    if (count > before) await verifyFits(context, live, count);
    else out.line(`${before - count} workers hand over their blocks and end`);
    await setCount(context, live, count);
  },
});

/** The set of workers; Failure if there is none. */
export async function neededSet(context: Context): Promise<WorkerSet> {
  const live = await workerSet(context);
  if (!live || !isOurs(live))
    throw new Failure(`there is no standalone cluster in ${context.profile.namespace}`, {
      hint: 'start one: firesteel standalone up',
    });
  return live;
}

/** Waits until the master of the newest settings leads: its probe asks that. Replaces a former one that never became ready. */
export const waitForMaster: SingleStep = {
  title: 'Wait for the master',
  observes: true,
  run: async (context, out) => {
    const { kube, profile, signal } = context;
    await until({
      for: 'leading master',
      seconds: startSeconds,
      everyMs: 500,
      signal,
      onSeen: out.line,
      hint: inspectHint(profile),
      probe: async () => {
        const master = (await kube.get(masterRef(profile))) as WorkerSet | undefined;
        const waiting = master ? notCurrent(master) : 'there is no master yet';
        if (!master || !waiting) return waiting ? { seen: waiting } : { done: undefined };
        const pods = (await kube.list(podsOf(profile, 'master'))) as Pod[];
        // Kubernetes waits until this pod is ready before it makes one with other settings.
        for (const pod of brokenFormer(master, pods)) await kube.remove(refOf(pod));
        return { seen: await whatKeeps(context, [master], pods, waiting) };
      },
    });
  },
};

const inspectHint = ({ namespace }: Profile): string =>
  `inspect its pods: kubectl --namespace ${namespace} describe pod --selector ${partLabel}`;

/** Waits until the master leads and knows every worker, and those that leave have ended. */
export const waitForWorkers: SingleStep = {
  title: 'Wait for master and workers',
  observes: true,
  run: async (context, out) => {
    await withMaster(context, (look) => waitUntilWhole(context, out, look));
  },
};

async function waitUntilWhole(
  context: Context,
  out: Output,
  look: () => Promise<MasterView | undefined>,
): Promise<void> {
  const { kube, profile, signal } = context;
  await until({
    for: 'whole standalone cluster',
    seconds: startSeconds + profile.standalone.graceSeconds,
    everyMs: 700,
    signal,
    onSeen: out.line,
    hint: inspectHint(profile),
    probe: async () => {
      const [set, master] = await Promise.all([neededSet(context), kube.get(masterRef(profile))]);
      const pods = (await kube.list(podsOf(profile))) as Pod[];
      const waiting = (master && notCurrent(master as WorkerSet)) || notCurrent(set);
      const count = set.spec?.replicas ?? 0;
      const workers = pods.filter(({ metadata }) => metadata.labels?.[partLabel] === 'worker');
      if (waiting && workers.length <= count)
        return { seen: await whatKeeps(context, [set, master as WorkerSet | undefined], pods, waiting) };
      // A forward waits for a pod that runs; only then there is one to ask.
      const view = await look();
      if (!view) return { seen: 'the master does not answer yet' };
      if (view.status !== 'ALIVE') return { seen: `the master is ${view.status}` };
      const leaving = leavingWorkers(view, workers);
      if (workers.length > count) return { seen: shownLeaving(workers.length - count, leaving) };
      const alive = aliveWorkers(view).length;
      return alive === count ? { done: undefined } : { seen: `${alive} of ${count} workers are registered` };
    },
  });
}

/** What a set lacks: pods of its newest template that are ready. */
function notCurrent({ metadata, spec, status }: WorkerSet): string | undefined {
  const wanted = spec?.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  if (status?.observedGeneration !== metadata.generation) return `${metadata.name} changes`;
  if ((status?.updatedReplicas ?? 0) < wanted && status?.updateRevision !== status?.currentRevision)
    return `${status?.updatedReplicas ?? 0} of ${wanted} ${metadata.name} have the new settings`;
  return ready < wanted ? `${ready} of ${wanted} ${metadata.name} are ready` : undefined;
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** Whether a pod has the newest template of one of these sets. */
const isCurrent = ({ metadata }: Pod, sets: readonly (WorkerSet | undefined)[]): boolean =>
  sets.some(
    (set) =>
      set !== undefined &&
      set.status?.observedGeneration === set.metadata.generation &&
      set.status?.updateRevision === metadata.labels?.['controller-revision-hash'],
  );

/** Pods of a set's former templates that are not ready. */
export const brokenFormer = (set: WorkerSet, pods: readonly Pod[]): Pod[] =>
  set.status?.observedGeneration === set.metadata.generation
    ? pods.filter((pod) => !isCurrent(pod, [set]) && !isReady(pod) && !pod.metadata.deletionTimestamp)
    : [];

/** What the first pod that is not ready waits for; Failure if waiting cannot help. Pods of former templates go anyway. */
async function whatKeeps(
  { kube }: Context,
  sets: readonly (WorkerSet | undefined)[],
  pods: readonly Pod[],
  waiting: string,
): Promise<string> {
  const pod = pods.find((one) => isCurrent(one, sets) && !isReady(one) && !one.metadata.deletionTimestamp);
  const diagnosis = pod && (await explain(kube, pod));
  if (diagnosis?.final) throw new Failure(diagnosis.cause, { hint: diagnosis.cure });
  return diagnosis ? `${waiting}: ${shownDiagnosis(diagnosis)}` : waiting;
}

/** Workers that take no more executors, of pods that are there. */
function leavingWorkers({ workers }: MasterView, pods: readonly Pod[]): WorkerView[] {
  const hosts = new Set(pods.map(({ status }) => status?.podIP));
  return workers.filter(({ state, host }) => state === 'DECOMMISSIONED' && hosts.has(host));
}

const shownLeaving = (pods: number, leaving: readonly WorkerView[]): string => {
  const busy = leaving.filter(({ coresused }) => coresused > 0).length;
  return `${pods} workers leave, ${busy} of them with executors`;
};
