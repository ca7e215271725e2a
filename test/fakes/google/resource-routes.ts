// Artifact Registry's repositories, and what Compute Engine reports zones, regions and what clusters leave behind.
import { randomUUID } from 'node:crypto';
import { regionOf, regions, zones } from './requests.ts';
import { ok, type Route, refuse } from './route.ts';

export interface Resources {
  /** By full name. */
  repositories: Map<string, { name: string; format: string }>;
  /** Disks by zone and forwarding rules by region, as the API answers them. */
  disks: { name: string; zone: string; sizeGb: string; labels?: Record<string, string>; description?: string }[];
  forwardingRules: { name: string; region: string; IPAddress: string; description?: string }[];
}

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories */
function repositoryRoutes(project: string, { repositories }: Resources): Route[] {
  const parent = `(?<parent>projects/${project}/locations/(?<location>[a-z0-9-]+))`;
  /** Asked once more, an operation is done. */
  const operations = new Map<string, string>();
  return [
    {
      method: 'GET',
      path: new RegExp(`^/v1/(?<name>projects/${project}/locations/[a-z0-9-]+/repositories/[a-z0-9-]+)$`),
      does: ({ parts }) => {
        const found = repositories.get(parts['name'] ?? '');
        return found ? ok(found) : refuse(404, 'NOT_FOUND', 'Requested entity was not found.');
      },
    },
    {
      method: 'POST',
      path: new RegExp(`^/v1/${parent}/repositories$`),
      query: ['repositoryId', 'repository_id'],
      body: ['format', 'description', 'labels', 'mode', 'dockerConfig'],
      does: ({ parts, query, body }) => {
        const id = query.get('repositoryId') ?? query.get('repository_id') ?? '';
        if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id))
          return refuse(400, 'INVALID_ARGUMENT', `Invalid repository id "${id}".`);
        if (!regions.includes(parts['location'] ?? ''))
          return refuse(
            400,
            'INVALID_ARGUMENT',
            `Location ${parts['location']} is not found or access is unauthorized.`,
          );
        if (body['format'] !== 'DOCKER')
          return refuse(400, 'INVALID_ARGUMENT', `Unsupported format ${body['format']}.`);
        const name = `${parts['parent']}/repositories/${id}`;
        if (repositories.has(name)) return refuse(409, 'ALREADY_EXISTS', 'the repository already exists');
        repositories.set(name, { name, format: 'DOCKER' });
        const operation = `${parts['parent']}/operations/${randomUUID()}`;
        operations.set(operation, name);
        return ok({ name: operation, metadata: {} });
      },
    },
    {
      method: 'GET',
      path: new RegExp(`^/v1/(?<name>projects/${project}/locations/[a-z0-9-]+/operations/[a-f0-9-]+)$`),
      does: ({ parts }) => {
        const repository = operations.get(parts['name'] ?? '');
        return repository
          ? ok({ name: parts['name'], done: true, response: repositories.get(repository) })
          : refuse(404, 'NOT_FOUND', 'Requested entity was not found.');
      },
    },
    {
      method: 'GET',
      path: new RegExp(
        `^/v1/projects/${project}/locations/[a-z0-9-]+/repositories/[a-z0-9-]+/(dockerImages|packages)$`,
      ),
      query: ['pageSize', 'pageToken', 'orderBy'],
      does: () => ok({}),
    },
  ];
}

const linkTo = (project: string, place: string) => `https://www.googleapis.com/compute/v1/projects/${project}/${place}`;

/** The one filter our requests have; undefined for any other. */
function labelFilter(filter: string | null): ((item: { labels?: Record<string, string> }) => boolean) | undefined {
  if (filter === null) return () => true;
  const [, label = '', value] = /^labels\.([a-z][-_a-z0-9]*)=([-_a-z0-9]+)$/.exec(filter) ?? [];
  return label ? (item) => item.labels?.[label] === value : undefined;
}

/** Name, CPUs and MB, as https://cloud.google.com/compute/docs/general-purpose-machines has them. */
const machineTypes: [name: string, guestCpus: number, memoryMb: number][] = [
  ['c4-standard-4', 4, 15_360],
  ['e2-highmem-2', 2, 16_384],
  ['e2-medium', 2, 4096],
  ['e2-standard-2', 2, 8192],
  ['e2-standard-4', 4, 16_384],
  ['e2-standard-8', 8, 32_768],
  ['m3-ultramem-32', 32, 999_424],
  ['n2-standard-2', 2, 8192],
  ['n2-standard-4', 4, 16_384],
  ['t2a-standard-2', 2, 8192],
];

/** https://cloud.google.com/compute/docs/reference/rest/v1 */
function computeRoutes(project: string, { disks, forwardingRules }: Resources): Route[] {
  interface Item {
    place: string;
    labels?: Record<string, string>;
  }
  const route = (path: string, kind: string, items: () => Item[], shape: (found: Item[]) => unknown): Route => ({
    method: 'GET',
    path: new RegExp(`^/compute/v1/projects/${project}/${path}$`),
    query: ['filter', 'maxResults', 'pageToken', 'fields', 'returnPartialSuccess'],
    does: ({ query }, unexpected) => {
      const isWanted = labelFilter(query.get('filter'));
      if (!isWanted) return unexpected(`filter ${query.get('filter')}`);
      return ok({ kind: `compute#${kind}`, items: shape(items().filter(isWanted)) });
    },
  });
  /** By place; a place without any has a warning in their stead. */
  const byPlace = (key: string, places: string[]) => (found: Item[]) =>
    Object.fromEntries(
      places.map((place) => {
        const here = found.filter((item) => item.place === place).map(({ place: _, ...item }) => item);
        const warning = {
          code: 'NO_RESULTS_ON_PAGE',
          message: `There are no results for scope '${place}' on this page.`,
        };
        return [place, here.length > 0 ? { [key]: here } : { warning }];
      }),
    );
  const bare = (found: Item[]) => found.map(({ place: _, ...item }) => item);
  const zonePlaces = zones.map((zone) => `zones/${zone}`);
  const regionPlaces = regions.map((region) => `regions/${region}`);
  const allDisks = () =>
    disks.map((disk) => ({ ...disk, place: `zones/${disk.zone}`, zone: linkTo(project, `zones/${disk.zone}`) }));
  const allRules = () =>
    forwardingRules.map((rule) => ({
      ...rule,
      place: `regions/${rule.region}`,
      region: linkTo(project, `regions/${rule.region}`),
    }));
  return [
    route(
      'zones',
      'zoneList',
      () =>
        zones.map((name) => ({ place: '', name, status: 'UP', region: linkTo(project, `regions/${regionOf(name)}`) })),
      bare,
    ),
    route(
      `zones/(?:${zones.join('|')})/machineTypes`,
      'machineTypeList',
      () => machineTypes.map(([name, guestCpus, memoryMb]) => ({ place: '', name, guestCpus, memoryMb })),
      bare,
    ),
    route('regions', 'regionList', () => regions.map((name) => ({ place: '', name, status: 'UP' })), bare),
    route('aggregated/disks', 'diskAggregatedList', allDisks, byPlace('disks', zonePlaces)),
    route(
      'aggregated/forwardingRules',
      'forwardingRuleAggregatedList',
      allRules,
      byPlace('forwardingRules', regionPlaces),
    ),
  ];
}

export const resourceRoutes = (project: string, resources: Resources): Route[] => [
  ...repositoryRoutes(project, resources),
  ...computeRoutes(project, resources),
];
