// The only import of @google-cloud/container: the calls of ClusterManager v1, each with a time limit.
import type { protos } from '@google-cloud/container';
import { retry } from '../../../core/retry.ts';
import { orAborted } from '../../../core/wait.ts';
import type { Credentials } from './credentials.ts';
import { fromGrpc, hasCode } from './google-error.ts';
import { endpointOf } from './rest.ts';

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

type Client = Awaited<ReturnType<typeof openClient>>;
type Send<T> = (client: Client, options: object) => Promise<[T, ...unknown[]]>;

/** Connects when first called. What is under way when `signal` is given ends, but for changes, whose answer matters. */
export function openContainer(credentials: Credentials, signal: AbortSignal): Container {
  let opened: Promise<Client> | undefined;

  async function attempt<T>(
    timeout: number,
    send: Send<T>,
    wait = (answer: ReturnType<Send<T>>): ReturnType<Send<T>> => answer,
  ): Promise<T> {
    // Credentials that give no token say so themselves; in the depths of gRPC that would get lost.
    await credentials.token();
    opened ??= openClient(credentials);
    try {
      const [value] = await wait(send(await opened, { timeout, retry: { retryCodes: [] } }));
      return value;
    } catch (raw) {
      const error = fromGrpc(raw);
      signal.throwIfAborted();
      throw error;
    }
  }

  const change = <T>(send: Send<T>): Promise<T> => attempt(changeMs, send);

  const read = <T>(send: Send<T>): Promise<T> =>
    retry<T>(async (number) => {
      try {
        return { value: await attempt(readMs, send, (answer) => orAborted(answer, signal)) };
      } catch (error) {
        const mayPass = number + 1 < readTries && hasCode(error, 'UNAVAILABLE', 'DEADLINE_EXCEEDED');
        return mayPass ? { error, pauseMs: 0 } : { error };
      }
    }, signal);

  const orNone = (error: unknown): undefined => {
    if (hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  };

  return {
    getCluster: (name) => read<GkeCluster>((client, options) => client.getCluster({ name }, options)).catch(orNone),
    createCluster: (request) => change<GkeOperation>((client, options) => client.createCluster(request, options)),
    deleteCluster: (name) => change<GkeOperation>((client, options) => client.deleteCluster({ name }, options)),
    getOperation: (name) =>
      read<GkeOperation>((client, options) => client.getOperation({ name }, options)).catch(orNone),
    listOperations: async (parent) => {
      const { operations } = await read((client, options) => client.listOperations({ parent }, options));
      return operations ?? [];
    },
    getServerConfig: (name) => read((client, options) => client.getServerConfig({ name }, options)),
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
