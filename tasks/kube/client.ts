// The client of a cluster's API: reads, server-side apply, removal, logs, watches and questions about permissions.
import { Failure } from '../core/failure.ts';
import { until } from '../core/wait.ts';
import { createAccess } from './access.ts';
import { adoptFields } from './adoption.ts';
import { createAttempts } from './attempts.ts';
import { isApplied, stamped } from './compare.ts';
import { readStatus } from './failure.ts';
import { openForward } from './forward.ts';
import { readLog } from './logs/logs.ts';
import { logSource } from './logs/source.ts';
import { createPages } from './pages.ts';
import { collectionPath, createResourceFinder, objectPath } from './paths.ts';
import { fieldManager } from './plan/managers.ts';
import { createPreviews } from './plan/preview.ts';
import { refOf, shownRef } from './ref.ts';
import { createRemovals } from './removals.ts';
import { type Timing, usualTiming } from './retry.ts';
import { openProcess } from './transport/process.ts';
import { type ApiRequest, createTransport } from './transport/transport.ts';
import { openTunnel } from './transport/tunnel.ts';
import type {
  ApplyOptions,
  Collection,
  Kube,
  KubeSource,
  LogOptions,
  LogPiece,
  Manifest,
  PatchOperation,
  Ref,
} from './types.ts';
import { whatHolds } from './waiting.ts';
import { watchCollection } from './watch.ts';

/**
 * The API of a kubeconfig's context. Connects on first use, so that it can be made before the cluster is; Failure
 * "cannot reach the cluster" while there is none. Everything ends with `signal`.
 */
export function connectKube(source: () => KubeSource, signal: AbortSignal, timing: Partial<Timing> = {}): Kube {
  const transport = createTransport(source, signal, { ...usualTiming, ...timing });
  const resources = createResourceFinder(transport);
  const { pagesAt, listAt } = createPages(transport);

  async function requestJson(request: ApiRequest): Promise<Manifest> {
    return JSON.parse((await transport.send(request)).body) as Manifest;
  }

  async function get(ref: Ref): Promise<Manifest | undefined> {
    const resource = await resources.find(ref);
    if (!resource) return undefined;
    const { httpStatus, body } = await transport.send({
      what: `read ${shownRef(ref)}`,
      method: 'GET',
      path: objectPath(resource, ref),
      accept: [404],
    });
    return httpStatus === 404 ? undefined : (JSON.parse(body) as Manifest);
  }

  async function create(manifest: Manifest): Promise<Manifest> {
    const ref = refOf(manifest);
    const resource = await resources.need(ref);
    objectPath(resource, ref);
    const { httpStatus, body, repeated } = await transport.send({
      what: `create ${shownRef(ref)}`,
      method: 'POST',
      path: collectionPath(resource, ref),
      query: { fieldManager, fieldValidation: 'Strict' },
      body: stamped(manifest),
      accept: [409],
    });
    if (httpStatus !== 409) return JSON.parse(body) as Manifest;
    // Ours, if an earlier attempt made it and only its answer was lost.
    const live = repeated ? await get(ref) : undefined;
    if (live && isApplied(manifest, live)) return live;
    throw new Failure(`cannot create ${shownRef(ref)}: ${readStatus(body)?.message ?? 'it already exists'}`, {
      hint: 'remove that object, or choose another name',
      cause: { httpStatus },
    });
  }

  async function apply(manifest: Manifest, options: ApplyOptions = {}): Promise<Manifest> {
    const { isForced = false, mayBeCreated = false } = options;
    const ref = refOf(manifest);
    if (mayBeCreated) await adoptFields({ get, patch }, ref);
    const resource = await resources.need(ref);
    return requestJson({
      what: `apply ${shownRef(ref)}`,
      method: 'PATCH',
      path: objectPath(resource, ref),
      query: { fieldManager, force: isForced, fieldValidation: 'Strict' },
      body: stamped(manifest),
      contentType: 'application/apply-patch+yaml',
    });
  }

  async function patch(ref: Ref, operations: PatchOperation[]): Promise<Manifest> {
    return requestJson({
      what: `change ${shownRef(ref)}`,
      method: 'PATCH',
      path: objectPath(await resources.need(ref), ref),
      query: { fieldManager },
      body: operations,
      contentType: 'application/json-patch+json',
    });
  }

  async function remove(ref: Ref, seconds = transport.timing.removalMs / 1000): Promise<void> {
    const resource = await resources.find(ref);
    if (!resource) return;
    const { httpStatus } = await transport.send({
      what: `remove ${shownRef(ref)}`,
      method: 'DELETE',
      path: objectPath(resource, ref),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
      accept: [404],
    });
    if (httpStatus === 404) return;
    const uid = (await get(ref))?.metadata.uid;
    await until({
      for: `end of ${shownRef(ref)}`,
      seconds,
      signal,
      probe: async () => {
        const live = uid ? await get(ref) : undefined;
        return live && live.metadata.uid === uid ? { seen: whatHolds(live) } : { done: undefined };
      },
    });
  }

  async function list(collection: Collection): Promise<Manifest[]> {
    const resource = await resources.find(collection);
    return resource ? (await listAt(collectionPath(resource, collection), collection)).items : [];
  }

  async function* logPieces(
    pod: { name: string; namespace: string },
    options: LogOptions = {},
  ): AsyncGenerator<LogPiece> {
    const ref = { apiVersion: 'v1', kind: 'Pod', ...pod };
    const path = objectPath({ plural: 'pods', namespaced: true }, ref, 'log');
    const look = async () => logSource(await get(ref), options);
    yield* readLog(transport, { what: shownRef(ref), path, look }, options);
  }

  return {
    get,
    create,
    apply,
    patch,
    remove,
    ...createAccess(requestJson),
    ...createAttempts(transport, resources),
    ...createPreviews(transport, resources, get),
    ...createRemovals({ transport, signal, list }),
    list,
    async *pages(collection) {
      const resource = await resources.find(collection);
      if (resource) yield* pagesAt(collectionPath(resource, collection), collection);
    },
    async isApplied(manifest) {
      const live = await get(refOf(manifest));
      return live !== undefined && isApplied(manifest, live);
    },
    logPieces,
    async *logs(pod, options) {
      for await (const { bytes } of logPieces(pod, options))
        if (bytes.length > 0) yield* bytes.toString().replace(/\n$/, '').split('\n');
    },
    async *watch(collection, own) {
      const path = collectionPath(await resources.need(collection), collection);
      const { kind, labelSelector, fieldSelector } = collection;
      const list = () => listAt(path, collection);
      yield* watchCollection(
        transport,
        { what: `${kind} objects`, path, query: { labelSelector, fieldSelector }, list },
        own,
      );
    },
    forward: (targets, options) =>
      openForward(
        {
          pods: ({ namespace, pod, selector }) =>
            list({
              apiVersion: 'v1',
              kind: 'Pod',
              namespace,
              ...(selector ? { labelSelector: selector } : {}),
              ...(pod ? { fieldSelector: `metadata.name=${pod}` } : {}),
            }),
          dial: ({ namespace, port }, pod) => openTunnel(transport, { namespace, name: pod }, port),
        },
        targets,
        { ...options, signal: AbortSignal.any([signal, options.signal]) },
      ),
    openProcess: (pod, options) => openProcess(transport, pod, options),
    raw: async (path) => (await transport.send({ what: `read ${path}`, method: 'GET', path, once: true })).body,
  };
}
