// Lists the options of Google Cloud: projects, zones, regions, and machine types with prices.
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Choice } from '../../steps/setup.ts';
import { usualDoor } from './api/google.ts';
import { endpointOf, type GoogleApi } from './api/rest.ts';
import { givenProject, isZone, regionOf } from './names.ts';
import { machinePrice } from './prices.ts';
import { gkeProblems } from './problems.ts';

interface Page {
  nextPageToken?: string;
}

/** All pages of a list. Failure if Google answers that there is no such thing. */
async function listed<T>(
  { api, path, key, query = {} }: { api: GoogleApi; path: string; key: string; query?: Record<string, string> },
  signal: AbortSignal,
): Promise<T[]> {
  const { rest } = usualDoor.open({ signal });
  const all: T[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const url = new URL(path, endpointOf(api));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (token) url.searchParams.set('pageToken', token);
    const page = (await rest({ method: 'GET', url: url.href })) as (Page & Record<string, T[]>) | undefined;
    if (!page) throw new Failure(`Google does not know ${path.replace(/^compute\/v1\//, '')}`);
    all.push(...(page[key] ?? []));
    token = page.nextPageToken || undefined;
  }
  return all;
}

/** https://cloud.google.com/resource-manager/reference/rest/v1/projects/list */
interface Project {
  projectId: string;
  name?: string;
  lifecycleState?: string;
}

/** The projects that the user may see, by their ids. */
export async function projects(signal: AbortSignal): Promise<Choice[]> {
  const found = await listed<Project>({ api: 'cloudresourcemanager', path: 'v1/projects', key: 'projects' }, signal);
  return found
    .filter(({ lifecycleState = 'ACTIVE' }) => lifecycleState === 'ACTIVE')
    .map(({ projectId, name }) => ({ value: projectId, ...(name && name !== projectId ? { about: name } : {}) }))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/zones/list */
interface Zone {
  name: string;
  status?: string;
}

/** Zones with their regions; regions alone where a zone is of no use. */
export async function places(project: string, withZones: boolean, signal: AbortSignal): Promise<Choice[]> {
  const found = await listed<Zone>(
    { api: 'compute', path: `compute/v1/projects/${project}/zones`, key: 'items' },
    signal,
  );
  const zones = found.filter(({ status = 'UP' }) => status === 'UP').map(({ name }) => name);
  const regions = [...new Set(zones.map(regionOf))].sort();
  if (!withZones) return regions.map((value) => ({ value, about: 'region' }));
  return regions.flatMap((region) => [
    ...zones
      .filter((zone) => regionOf(zone) === region)
      .sort()
      .map((value) => ({ value, about: 'zone' })),
    { value: region, about: 'region: nodes in three zones, three times as many' },
  ]);
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/list */
interface MachineType {
  name: string;
  guestCpus: number;
  memoryMb: number;
}

/** Machine types of the profile's place, cheapest first, with what an hour costs and why some cannot be nodes. */
export async function machineTypes(profile: Profile, signal: AbortSignal): Promise<Choice[]> {
  const { location } = profile.gke;
  const project = givenProject(profile) ?? '';
  const zone = isZone(location) ? location : await firstZone(project, location, signal);
  const path = `compute/v1/projects/${project}/zones/${zone}/machineTypes`;
  const found = await listed<MachineType>({ api: 'compute', path, key: 'items', query: { maxResults: '500' } }, signal);
  return found
    .map(({ name, guestCpus, memoryMb }) => {
      const gke = { ...profile.gke, machineType: name };
      const { text, hourly } = machinePrice(gke);
      const start = `gke.machineType ${name}: `;
      const refused = gkeProblems({ ...profile, gke }).find((line) => line.startsWith(start));
      return {
        order: [refused ? 1 : 0, hourly ?? Number.POSITIVE_INFINITY, guestCpus, memoryMb] as const,
        value: name,
        about: `${guestCpus} CPUs, ${Math.round(memoryMb / 102.4) / 10} GB, ${text}`,
        ...(refused ? { refused: refused.slice(start.length) } : {}),
      };
    })
    .sort((a, b) => {
      const place = a.order.findIndex((number, i) => number !== b.order[i]);
      return place < 0 ? 0 : (a.order[place] ?? 0) - (b.order[place] ?? 0);
    })
    .map(({ order: _, ...choice }) => choice);
}

async function firstZone(project: string, region: string, signal: AbortSignal): Promise<string> {
  const all = await places(project, true, signal);
  const zone = all.find(({ value }) => isZone(value) && regionOf(value) === region)?.value;
  if (!zone) throw new Failure(`Google does not list a zone of region ${region}`);
  return zone;
}
