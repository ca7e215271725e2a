// Estimates what a cluster costs by list prices, for the question before it is created.
import type { Profile } from '../../profile/schema.ts';
import type { Context } from '../../steps/types.ts';
import { type Door, usualDoor } from './api/google.ts';
import { leftovers } from './leftovers.ts';
import { familyOf, machineOf } from './machines.ts';
import { projectOf, regionOf, zonesOf } from './names.ts';
import { prices } from './price-table.ts';
import { described, lookAtCluster, lookIfPossible } from './status.ts';

/** Something that is paid for; `hourly` in US dollars, undefined if the price is not known. */
interface Item {
  what: string;
  hourly: number | undefined;
}

/** What `up` would make and about what it costs; the last line has the sum. */
export function costLines(profile: Profile, now = new Date()): string[] {
  const { gke } = profile;
  const items = gke.mode === 'autopilot' ? [management(profile)] : [...machineItems(profile), management(profile)];
  const lines = items.map(({ what, hourly }) => `${what}, ${hourly === undefined ? unknown(gke) : about(hourly)}`);
  return [...lines, ...(gke.mode === 'autopilot' ? podLines(gke) : []), sumLine(gke, items, now), ...extendedLine(gke)];
}

type Gke = Profile['gke'];

const dollars = (amount: number): string => (amount < 0.01 ? 'less than 0.01' : `about ${amount.toFixed(2)}`);

const about = (hourly: number): string => `${dollars(hourly)} USD an hour`;

/** Against us-central1; undefined for regions we have no prices of. */
const regionFactor = ({ location }: Gke): number | undefined => prices.regions[regionOf(location)];

const unknown = ({ machineType, location }: Gke): string =>
  prices.regions[regionOf(location)] === undefined
    ? `at prices of ${regionOf(location)}, which are not known here`
    : `at the price of ${machineType}, which is not known here`;

function machineHourly(gke: Gke): number | undefined {
  const machine = machineOf(gke.machineType);
  const price = prices.machines[familyOf(gke.machineType)];
  const region = regionFactor(gke);
  if (!machine || !price || region === undefined) return undefined;
  const isDearer = gke.machineType.includes('custom') && machine.family !== 'e2';
  return (
    (machine.cores * price.core + machine.gibibytes * price.gibibyte) *
    region *
    (isDearer ? prices.customFactor : 1) *
    (gke.spot ? prices.spotFactor : 1)
  );
}

/** What one node of this machine type costs in this place. */
export function machinePrice(gke: Gke): { text: string; hourly: number | undefined } {
  const hourly = machineHourly(gke);
  return { hourly, text: hourly === undefined ? 'price not known here' : about(hourly) };
}

/** What a load balancer of a Service costs. */
export const loadBalancerPrice = (): string => {
  const { hourly, gibibyte } = prices.loadBalancer;
  const month = Math.round(hourly * prices.hoursPerMonth);
  return `${about(hourly)}, ${month} USD a month, and ${gibibyte} USD for each GB that comes in, by list prices of ${prices.asOf}`;
};

/** Nodes, their disks and their addresses. */
function machineItems({ gke }: Profile): Item[] {
  const nodes = gke.nodes * zonesOf(gke.location);
  const hourly = machineHourly(gke);
  const place = nodes === gke.nodes ? `in ${gke.location}` : `in ${gke.location}: ${gke.nodes} in each of 3 zones`;
  return [
    {
      what: `${nodes} × ${gke.machineType}${gke.spot ? ' (spot)' : ''} ${place}`,
      hourly: hourly === undefined ? undefined : hourly * nodes,
    },
    {
      what: `${nodes} × boot disk of ${gke.diskSizeGb} GB ${gke.diskType}`,
      hourly: (nodes * gke.diskSizeGb * prices.disks[gke.diskType]) / prices.hoursPerMonth,
    },
    ...(gke.privateNodes ? [] : [{ what: `${nodes} × public address`, hourly: nodes * prices.address }]),
  ];
}

/** One a month is free, but not a Standard cluster of a region: https://cloud.google.com/kubernetes-engine/pricing */
const management = ({ gke }: Profile): Item => ({
  what:
    gke.mode === 'standard' && zonesOf(gke.location) > 1
      ? 'management of the cluster'
      : 'management of the cluster (free for the first cluster of a billing account)',
  hourly: prices.management,
});

function podLines(gke: Gke): string[] {
  const region = regionFactor(gke);
  if (region === undefined) return [`pods while they run, ${unknown(gke)}`];
  const { core, gibibyte } = prices.pods;
  return [
    `pods while they run, about ${(core * region).toFixed(3)} USD an hour for each CPU and ${(gibibyte * region).toFixed(4)} USD for each GB that they request`,
  ];
}

function sumLine(gke: Gke, items: Item[], now: Date): string {
  const sum = items.reduce((total, { hourly }) => total + (hourly ?? 0), 0);
  const isWhole = items.every(({ hourly }) => hourly !== undefined);
  const month = Math.round(sum * prices.hoursPerMonth);
  const beside = gke.mode === 'autopilot' ? ' beside pods' : isWhole ? '' : ' and parts of unknown price';
  return `together ${about(sum)}${beside}, ${month} USD a month: an estimate by list prices of ${prices.asOf}, without traffic, stored images and taxes${areOld(now) ? '; these prices are more than a year old, and may have changed' : ''}`;
}

/** Whether the table of prices is older than a year. */
function areOld(now: Date): boolean {
  const end = new Date(`${prices.asOf}-01T00:00:00Z`);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return now >= end;
}

const extendedLine = ({ releaseChannel }: Gke): string[] =>
  releaseChannel === 'EXTENDED' ? ['more for management once its version is in extended support'] : [];

const named = (profile: Profile): string =>
  `cluster ${profile.clusterName} in ${profile.gke.location} of project ${projectOf(profile)}`;

/** What `up` would make that is paid for; nothing while it is there. Failure if Google does not tell. */
export async function creationCosts(context: Context, door: Door = usualDoor): Promise<string[]> {
  const { profile } = context;
  const { is } = await lookAtCluster(profile, door.open(context).container);
  return is === 'absent' || is === 'stopping' ? [`${named(profile)}:`, ...costLines(profile)] : [];
}

/** What `down` would delete; nothing if there is nothing of ours. Failure if Google does not tell. */
export async function deletions(context: Context, door: Door = usualDoor): Promise<string[]> {
  const { profile } = context;
  const seen = await lookAtCluster(profile, door.open(context).container);
  if (seen.is === 'absent' || seen.is === 'foreign') return [];
  const about = described(seen.cluster);
  return [`${named(profile)}${about ? ` (${about})` : ''}, and everything in it`];
}

/** What still costs money, and how to end it. */
export async function runningCosts(context: Context, door: Door = usualDoor): Promise<string[]> {
  const { profile } = context;
  const seen = await lookIfPossible(profile, context, door);
  if (seen.is === 'unknown' || seen.is === 'foreign') return [];
  if (seen.is === 'absent') {
    const left = await leftovers(profile, door.open(context).rest);
    return left.length > 0
      ? [
          `Left in project ${projectOf(profile)}, beyond cluster ${profile.clusterName}:`,
          ...left.map((line) => `  ${line}`),
        ]
      : [];
  }
  const sum = costLines(profile).find((line) => line.startsWith('together'));
  const status = String(seen.cluster.status).toLowerCase();
  return [`Running costs: ${named(profile)} (${status})${sum ? `: ${sum}` : ''}`, 'End it with: firesteel destroy'];
}
