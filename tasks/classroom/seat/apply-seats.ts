// Applies the objects of all seats, many students at once.
import { pullSecretsOf } from '../../access/pull-secrets.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { pipSettings } from '../../notebooks/pip-settings.ts';
import { storageServer } from '../../spark/storage.ts';
import type { Context, Output } from '../../steps/types.ts';
import { serverPods } from '../../storage/readers.ts';
import { applyBulk, type BulkPlan, type Group, type GroupEnd, planBulk, shownObjects } from '../bulk/groups.ts';
import { gradientLimit } from '../bulk/limit.ts';
import { nameServers } from '../isolation/name-servers.ts';
import { apiEndpoints, clusterNetworks } from '../isolation/networks.ts';
import { seatPolicies } from '../isolation/policies.ts';
import { privateServers } from '../isolation/private-servers.ts';
import type { Seat } from '../types.ts';
import { classLabel, classNamespace, classSelector } from './labels.ts';
import { seatObjects } from './objects.ts';
import { isRunning, serverStates } from './start-seats.ts';

/** What was done about the seats of a class. */
export interface SeatsDone {
  /** Why seats are not ready, by student. */
  failures: GroupEnd[];
}

/** Whether a notebook server is to run, by whether it runs. */
type IsOpen = (runs: boolean) => boolean;

/** What each seat is to have. */
async function wantedSeats(context: Context, seats: readonly Seat[], isOpen: IsOpen): Promise<Group[]> {
  const { kube, profile, state } = context;
  if (!state.image) throw new Failure('there is no image', { hint: 'build it: firesteel build' });
  const { image } = state;
  const [pip, pullSecrets, api, states, networks, names] = await Promise.all([
    pipSettings(context.read),
    // A cloud that gives a registry's secret to each namespace gives it the same name.
    pullSecretsOf(context),
    apiEndpoints(kube),
    serverStates(context),
    clusterNetworks(kube),
    nameServers(kube),
  ]);
  const { name, internet, networks: opened } = profile.classroom;
  const door = classNamespace(name);
  const servers = await privateServers(profile, pip);
  const pods = profile.storage?.service
    ? { pods: { namespace: profile.namespace, labels: serverPods, port: storageServer.port } }
    : {};
  const outside = internet ? { outside: { except: networks } } : {};
  return Promise.all(
    seats.map(async (seat) => ({
      name: seat.student,
      objects: await seatObjects({
        profile,
        seat,
        image,
        pip,
        pullSecrets,
        policies: seatPolicies({
          namespace: seat.namespace,
          door,
          api,
          nameServers: names,
          networks: opened,
          servers,
          ...pods,
          ...outside,
        }),
        isOpen: isOpen(isRunning(states.get(seat.student))),
      }),
    })),
  );
}

/** What a student may write, and what `pause` scales: nobody's change there keeps a seat from what it should be. */
const ownKinds = new Set(['ConfigMap', 'Service', 'PersistentVolumeClaim', 'Deployment']);

const options = ({ kube, profile, signal }: Context) => ({
  kube,
  signal,
  labelSelector: classSelector(profile.classroom.name),
  limit: gradientLimit(),
  ownKinds,
});

/** What would change, without a change. */
export async function planSeats(context: Context, seats: readonly Seat[], isOpen: IsOpen): Promise<BulkPlan> {
  return planBulk(await wantedSeats(context, seats, isOpen), options(context));
}

/** Applies what a plan of `planSeats` names; one student's failure stops nobody. */
export async function applySeats(context: Context, plan: BulkPlan, out: Output): Promise<SeatsDone> {
  const { groups } = plan;
  const failed: string[] = [];
  const onEnd = ({ name, failure }: GroupEnd, done: number) => {
    const count = `${done} of ${groups.length} seats`;
    const why = failure === undefined ? undefined : `${name}: ${messageOf(failure)}`;
    out.line(why ?? count);
    if (why) failed.push(why.split('\n')[0] ?? '');
    out.table?.([count, ...failed]);
  };
  const foreign = await foreignSeats(context, groups);
  for (const [i, end] of foreign.entries()) onEnd(end, i + 1);
  const own = groups.filter(({ name }) => !foreign.some((end) => end.name === name));
  const ends = await applyBulk(own, {
    ...options(context),
    onEnd: (end, done) => onEnd(end, foreign.length + done),
  });
  return { failures: [...foreign, ...ends.filter(({ failure }) => failure !== undefined)] };
}

/** Seats whose namespaces are not of this class: class a with student b-c, and class a-b with student c, share one. */
async function foreignSeats({ kube, profile }: Context, groups: readonly Group[]): Promise<GroupEnd[]> {
  const { name: own } = profile.classroom;
  const wanted = new Map<string, string>();
  for (const { name, objects } of groups)
    for (const { kind, metadata } of objects) if (kind === 'Namespace') wanted.set(metadata.name, name);
  if (wanted.size === 0) return [];
  const found = await kube.list({ apiVersion: 'v1', kind: 'Namespace' });
  return found.flatMap(({ metadata: { name, labels } }) => {
    const seat = wanted.get(name);
    const owner = labels?.[classLabel];
    if (seat === undefined || owner === own) return [];
    const why =
      owner === undefined
        ? 'is no seat of firesteel: remove it, or change classroom.name'
        : `belongs to class ${owner}: change classroom.name of one of the two`;
    return [{ name: seat, written: 0, failure: new Failure(`namespace ${name} ${why}`) }];
  });
}

/** Brings one seat to what it should be, with its server on or off; throws what keeps it from that. */
export async function applySeat(context: Context, seat: Seat, isOpen: boolean): Promise<void> {
  const plan = await planSeats(context, [seat], () => isOpen);
  const { failures } = await applySeats(context, plan, { line: () => {} });
  if (failures[0]) throw failures[0].failure;
}

/** A line for a dry run and for `plan`. */
export const shownChanges = ({ groups }: BulkPlan): string[] =>
  groups.map(({ name, objects }) => `${name}: ${shownObjects(objects)}`);
