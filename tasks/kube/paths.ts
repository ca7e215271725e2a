// Finds the API path of any kind of object, including CRDs, by asking the server.
import { Failure } from '../core/failure.ts';
import type { Transport } from './transport/transport.ts';

interface Kinded {
  apiVersion: string;
  kind: string;
}

/** What discovery says of one kind. https://kubernetes.io/docs/reference/using-api/api-concepts/#standard-api-terminology */
export interface Resource {
  /** Name in paths: `configmaps`. */
  plural: string;
  namespaced: boolean;
}

export interface ResourceFinder {
  /** Undefined if the cluster has no such kind. */
  find(kinded: Kinded): Promise<Resource | undefined>;
  /** As `find`; Failure if the cluster has no such kind. */
  need(kinded: Kinded): Promise<Resource>;
}

/** `/api/v1` for the core group, `/apis/apps/v1` for others. */
const versionPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Path of a collection; without a namespace: of all of them. */
export const collectionPath = (
  resource: Resource,
  { apiVersion, namespace }: Kinded & { namespace?: string },
): string =>
  resource.namespaced && namespace
    ? `${versionPath(apiVersion)}/namespaces/${encodeURIComponent(namespace)}/${resource.plural}`
    : `${versionPath(apiVersion)}/${resource.plural}`;

/** Path of one object, or of a part of it such as `log`; Failure if its kind needs a namespace and none is named. */
export function objectPath(
  resource: Resource,
  ref: Kinded & { name: string; namespace?: string },
  subresource?: string,
): string {
  if (resource.namespaced && !ref.namespace)
    throw new Failure(`${ref.kind} ${ref.name} has no namespace`, { hint: 'set metadata.namespace' });
  return [collectionPath(resource, ref), encodeURIComponent(ref.name), ...(subresource ? [subresource] : [])].join('/');
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Asks the server once for each group and version, and again when a kind is not among those it knew: a CRD may be new. */
export function createResourceFinder(transport: Transport): ResourceFinder {
  const known = new Map<string, Promise<Map<string, Resource>>>();

  async function discover(apiVersion: string): Promise<Map<string, Resource>> {
    const { httpStatus, body } = await transport.send({
      what: `look up the kinds of ${apiVersion}`,
      method: 'GET',
      path: versionPath(apiVersion),
      accept: [404],
    });
    if (httpStatus === 404) return new Map();
    const { resources } = JSON.parse(body) as ResourceList;
    return new Map(
      resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
    );
  }

  function ask(apiVersion: string): Promise<Map<string, Resource>> {
    const asked = discover(apiVersion);
    known.set(apiVersion, asked);
    asked.catch(() => known.delete(apiVersion));
    return asked;
  }

  async function find({ apiVersion, kind }: Kinded): Promise<Resource | undefined> {
    const before = (await known.get(apiVersion))?.get(kind);
    return before ?? (await ask(apiVersion)).get(kind);
  }

  return {
    find,
    async need(kinded) {
      const resource = await find(kinded);
      if (resource) return resource;
      throw new Failure(`the cluster has no kind ${kinded.kind} in ${kinded.apiVersion}`, {
        hint: 'check apiVersion and kind, or install the operator that defines that kind',
      });
    },
  };
}
