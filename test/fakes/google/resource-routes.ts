// Artifact Registry's repositories, and what Compute Engine tells of zones, regions and what clusters leave behind.
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

/** https://cloud.google.com/compute/docs/reference/rest/v1 */
function computeRoutes(project: string, { disks, forwardingRules }: Resources): Route[] {
  const list = (path: string, kind: string, items: (parts: Record<string, string>) => unknown[]): Route => ({
    method: 'GET',
    path: new RegExp(`^/compute/v1/projects/${project}/${path}$`),
    query: ['filter', 'maxResults', 'pageToken', 'fields', 'returnPartialSuccess'],
    does: ({ parts }) => ok({ kind: `compute#${kind}`, items: items(parts) }),
  });
  const scoped = <T extends object>(found: T[], key: string, scope: (item: T) => string) =>
    Object.fromEntries(
      found.map((item) => [scope(item), { [key]: found.filter((one) => scope(one) === scope(item)) }]),
    );
  const all = (path: string, kind: string, items: () => object): Route => ({
    ...list(`aggregated/${path}`, kind, () => []),
    does: () => ok({ kind: `compute#${kind}`, items: items() }),
  });
  return [
    list('zones', 'zoneList', () => zones.map((name) => ({ name, status: 'UP', region: regionOf(name) }))),
    list('regions', 'regionList', () => regions.map((name) => ({ name, status: 'UP' }))),
    list('zones/(?<zone>[a-z0-9-]+)/disks', 'diskList', ({ zone }) => disks.filter((disk) => disk.zone === zone)),
    list('regions/(?<region>[a-z0-9-]+)/forwardingRules', 'forwardingRuleList', ({ region }) =>
      forwardingRules.filter((rule) => rule.region === region),
    ),
    all('disks', 'diskAggregatedList', () => scoped(disks, 'disks', ({ zone }) => `zones/${zone}`)),
    all('forwardingRules', 'forwardingRuleAggregatedList', () =>
      scoped(forwardingRules, 'forwardingRules', ({ region }) => `regions/${region}`),
    ),
  ];
}

export const resourceRoutes = (project: string, resources: Resources): Route[] => [
  ...repositoryRoutes(project, resources),
  ...computeRoutes(project, resources),
];
