// Makes all seats as they should be: many at once, each student apart from the others.
import { pipSettings } from '../../dev/pip-settings.ts';
import { Failure } from '../../lib/failure.ts';
import type { Context, Manifest, Output } from '../../lib/types.ts';
import { applyBulk, type BulkPlan, type Group, type GroupEnd, planBulk, shownObjects } from '../bulk/groups.ts';
import { gradientLimit } from '../bulk/limit.ts';
import { apiEndpoints, clusterNetworks } from '../isolation/networks.ts';
import { seatPolicies } from '../isolation/policies.ts';
import type { Seat } from '../types.ts';
import { classNamespace, classSelector, notebookName } from './labels.ts';
import { seatObjects } from './objects.ts';

/** What was done about the seats of a class. */
export interface SeatsDone {
  /** Seats that were not as they should be. */
  changed: number;
  /** Why seats are not ready, by student. */
  failures: GroupEnd[];
}

/** Which students' notebook servers are to run; those that run already go on by themselves. */
export type IsOpen = (student: string, runs: boolean) => boolean;

/** Namespaces whose notebook servers run. */
async function openNamespaces({ kube, profile }: Context): Promise<Set<string>> {
  const found = new Set<string>();
  const deployments = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    labelSelector: classSelector(profile.classroom.name),
  };
  for await (const page of kube.pages(deployments))
    for (const { metadata, spec } of page as (Manifest & { spec: { replicas?: number } })[])
      if (metadata.name === notebookName && spec.replicas !== 0) found.add(metadata.namespace ?? '');
  return found;
}

/** What each seat is to have. */
async function wantedSeats(context: Context, seats: readonly Seat[], isOpen: IsOpen): Promise<Group[]> {
  const { kube, profile, state } = context;
  if (!state.image) throw new Failure('there is no image', { hint: 'build it: firesteel build' });
  const { image } = state;
  const [pip, api, open, networks] = await Promise.all([
    pipSettings(context.read),
    apiEndpoints(kube),
    openNamespaces(context),
    clusterNetworks(kube),
  ]);
  const door = classNamespace(profile.classroom.name);
  return Promise.all(
    seats.map(async (seat) => ({
      name: seat.student,
      objects: await seatObjects({
        profile,
        seat,
        image,
        pip,
        pullSecrets: [],
        policies: seatPolicies({ namespace: seat.namespace, door, api, outside: { except: networks } }),
        isOpen: isOpen(seat.student, open.has(seat.namespace)),
      }),
    })),
  );
}

const options = ({ kube, profile, signal }: Context) => ({
  kube,
  signal,
  labelSelector: classSelector(profile.classroom.name),
  limit: gradientLimit(),
});

/** What would change, without a change. */
export async function planSeats(context: Context, seats: readonly Seat[], isOpen: IsOpen): Promise<BulkPlan> {
  return planBulk(await wantedSeats(context, seats, isOpen), options(context));
}

/** Applies what a plan of `planSeats` names; one student's failure stops nobody. */
export async function applySeats(context: Context, plan: BulkPlan, out: Output): Promise<SeatsDone> {
  const { groups } = plan;
  const onEnd = ({ name, failure }: GroupEnd, done: number) =>
    out.line(failure instanceof Error ? `${name}: ${failure.message}` : `${done} of ${groups.length} seats`);
  const ends = await applyBulk(groups, { ...options(context), onEnd });
  return { changed: groups.length, failures: ends.filter(({ failure }) => failure !== undefined) };
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
