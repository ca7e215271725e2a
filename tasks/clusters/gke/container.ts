// The door to @google-cloud/container: the few calls we make of ClusterManager v1, each with its own time.
import type { protos } from '@google-cloud/container';
import type { Credentials } from './credentials.ts';
import { endpointOf } from './endpoints.ts';
import { fromGrpc, hasCode } from './google-error.ts';

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster */
export type GkeCluster = protos.google.container.v1.ICluster;
/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.operations#Operation */
export type GkeOperation = protos.google.container.v1.IOperation;
export type GkeServerConfig = protos.google.container.v1.IServerConfig;
export type GkeCreateRequest = protos.google.container.v1.ICreateClusterRequest;

/** What we call. Names are whole: projects/P/locations/L/clusters/N. Refusals are thrown as GoogleError. */
export interface Container {
  /** Undefined if there is none. */
  getCluster(name: string): Promise<GkeCluster | undefined>;
  /** Never tried twice: a caller without an answer has to look first. */
  createCluster(request: GkeCreateRequest): Promise<GkeOperation>;
  deleteCluster(name: string): Promise<GkeOperation>;
  /** Undefined if Google does not know it any more. */
  getOperation(name: string): Promise<GkeOperation | undefined>;
  /** Those of a location that have not been forgotten, of all clusters. */
  listOperations(parent: string): Promise<GkeOperation[]>;
  /** The versions of Kubernetes that a location has. */
  getServerConfig(parent: string): Promise<GkeServerConfig>;
}

/** Milliseconds. google-gax itself continues asking for ten minutes where nobody answers. */
const readMs = 20_000;
const changeMs = 60_000;

/** Only looking, and only what says of itself that another try may do. */
const readTries = 3;

/** Connects when first called. What is under way when `signal` is given ends, but for changes, whose answer matters. */
export function openContainer(credentials: Credentials, signal: AbortSignal): Container {
  let opened: ReturnType<typeof openClient> | undefined;

  async function call<T>(
    milliseconds: number,
    isRead: boolean,
    send: (client: Awaited<ReturnType<typeof openClient>>, options: object) => Promise<[T, ...unknown[]]>,
  ): Promise<T> {
    for (let number = 1; ; number++) {
      if (isRead) signal.throwIfAborted();
      // Credentials that give no token say so themselves; in the depths of gRPC that would get lost.
      await credentials.token();
      opened ??= openClient(credentials);
      try {
        const options = { timeout: milliseconds, retry: { retryCodes: [] } };
        const answer = send(await opened, options);
        const [value] = await (isRead ? orAborted(answer, signal) : answer);
        return value;
      } catch (raw) {
        const error = fromGrpc(raw);
        signal.throwIfAborted();
        if (!isRead || number >= readTries || !hasCode(error, 'UNAVAILABLE', 'DEADLINE_EXCEEDED')) throw error;
      }
    }
  }

  const orNone = (error: unknown): undefined => {
    if (hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  };

  return {
    getCluster: (name) =>
      call<GkeCluster>(readMs, true, (client, options) => client.getCluster({ name }, options)).catch(orNone),
    createCluster: (request) =>
      call<GkeOperation>(changeMs, false, (client, options) => client.createCluster(request, options)),
    deleteCluster: (name) =>
      call<GkeOperation>(changeMs, false, (client, options) => client.deleteCluster({ name }, options)),
    getOperation: (name) =>
      call<GkeOperation>(readMs, true, (client, options) => client.getOperation({ name }, options)).catch(orNone),
    listOperations: async (parent) => {
      const { operations } = await call(readMs, true, (client, options) => client.listOperations({ parent }, options));
      return operations ?? [];
    },
    getServerConfig: (name) => call(readMs, true, (client, options) => client.getServerConfig({ name }, options)),
  };
}

async function openClient(credentials: Credentials) {
  const { ClusterManagerClient } = await import('@google-cloud/container');
  const { hostname, port } = endpointOf('container');
  // google-gax asks for no more than this of its authenticator; its built-in one would look for credentials again.
  const auth = {
    getClient: async () => ({ getRequestHeaders: async () => new Headers(await credentials.headers()) }),
    getUniverseDomain: async () => 'googleapis.com',
  };
  const options = { apiEndpoint: hostname, port: Number(port || 443), auth, universeDomain: 'googleapis.com' };
  return new ClusterManagerClient(options as unknown as ConstructorParameters<typeof ClusterManagerClient>[0]);
}

/** The answer, or the reason of the signal if that comes first. */
async function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
