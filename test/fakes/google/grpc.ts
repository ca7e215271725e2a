// ClusterManager over TLS, from the client's own protos: the methods firesteel uses; any other fails the test that calls it.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { protos } from '@google-cloud/container';
import { GrpcClient, grpc } from 'google-gax';
import type { KeyPair } from '../../../tasks/core/certificates.ts';
import type { Clusters } from './clusters.ts';
import { kubernetesVersion } from './clusters.ts';
import { type FaultScript, refusal, type Wrong } from './faults.ts';
import type { Recorder } from './record.ts';
import { bare, createProblem } from './requests.ts';
import type { Tokens } from './tokens.ts';

type Api = typeof protos.google.container.v1;
type Message<T extends keyof Api> = Api[T] extends new (...words: never[]) => infer M ? M : never;
type Answer = object | Partial<grpc.StatusObject>;
type Call = grpc.ServerUnaryCall<object, object>;
type Handler = (request: never) => Answer;

export interface ClusterManager {
  port: number;
  close(): Promise<void>;
}

interface Parts {
  serving: KeyPair;
  project: string;
  clusters: Clusters;
  tokens: Tokens;
  faults: FaultScript;
  recorder: Recorder;
  hasAccount(email: string): boolean;
}

function serviceDefinition(): grpc.ServiceDefinition {
  const file = createRequire(import.meta.url).resolve('@google-cloud/container/build/protos/protos.json');
  const loaded = new GrpcClient().loadProtoJSON(JSON.parse(readFileSync(file, 'utf8')));
  let found: unknown = loaded;
  for (const name of 'google.container.v1.ClusterManager.service'.split('.')) found = Reflect.get(Object(found), name);
  return found as grpc.ServiceDefinition;
}

const changing = new Set(['CreateCluster', 'DeleteCluster']);
const { ALREADY_EXISTS, FAILED_PRECONDITION, NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, UNIMPLEMENTED } =
  grpc.status;
const isRefusal = (answer: Answer): answer is Partial<grpc.StatusObject> =>
  'code' in answer && typeof answer.code === 'number' && 'details' in answer;
const unauthenticated = refusal(
  UNAUTHENTICATED,
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  'ACCESS_TOKEN_EXPIRED',
);
const notFound = (name: string) => refusal(NOT_FOUND, `Not found: ${name}.`);

/** What each method does, once the call is let through. */
function handlers({ clusters, recorder, hasAccount }: Parts, wrong: Wrong | undefined) {
  const methods: Record<string, Handler> = {
    GetCluster: ({ name }: Message<'GetClusterRequest'>) => clusters.find(name)?.cluster ?? notFound(name),
    ListClusters: ({ parent }: Message<'ListClustersRequest'>) => ({
      clusters: clusters.list(parent).map(({ cluster }) => cluster),
    }),
    GetOperation: ({ name }: Message<'GetOperationRequest'>) => clusters.operation(name) ?? notFound(name),
    ListOperations: ({ parent }: Message<'ListOperationsRequest'>) => ({ operations: clusters.operations(parent) }),
    GetServerConfig: () => ({
      defaultClusterVersion: kubernetesVersion,
      validMasterVersions: [kubernetesVersion],
      channels: ['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'].map((channel) => ({
        channel,
        defaultVersion: kubernetesVersion,
        validVersions: [kubernetesVersion],
      })),
    }),
    CreateCluster: ({ parent, cluster }: Message<'CreateClusterRequest'>) => {
      const asked = bare(cluster ?? {}) as NonNullable<typeof cluster>;
      const location = parent.split('/').at(-1) ?? '';
      const problem = createProblem({ cluster: asked, location, hasAccount, unexpected: recorder.unexpected });
      if (problem) return problem;
      const name = `${parent}/clusters/${asked.name}`;
      if (clusters.find(name)) return refusal(ALREADY_EXISTS, `Already exists: ${name}.`);
      return clusters.create(parent, asked, {
        ...(wrong && 'endsBadly' in wrong ? { endsBadly: wrong.endsBadly } : {}),
        ...(wrong && 'slowMs' in wrong ? { slowMs: wrong.slowMs } : {}),
      });
    },
    DeleteCluster: ({ name }: Message<'DeleteClusterRequest'>) => {
      if (!clusters.find(name)) return notFound(name);
      const other = clusters.busy(name);
      return other
        ? refusal(FAILED_PRECONDITION, `Cluster is running incompatible operation ${other.name}.`)
        : clusters.remove(name);
    },
  };
  return methods;
}

/** Starts it on a free port of the loopback. What arrives there is passed on, so that it can be cut. */
export async function startClusterManager(parts: Parts): Promise<ClusterManager> {
  const { serving, project, tokens, faults, recorder } = parts;
  const definition = serviceDefinition();
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  /** Undefined where the connection was cut instead. */
  function answerTo(name: string, { request: sent, metadata }: Call): Answer | undefined {
    const request = bare(sent) as { parent?: string; name?: string };
    recorder.calls.push({ what: name, changes: changing.has(name), request });
    if (!tokens.holds(metadata.get('authorization')[0]?.toString())) return unauthenticated;
    const place = request.parent ?? request.name ?? '';
    if (!/^projects\/[^/]+\/locations\/[^/]+(\/(clusters|operations)\/[^/]+)?$/.test(place))
      recorder.unexpected.push(`${name} of "${place}"`);
    if (place.split('/')[1] !== project)
      return refusal(PERMISSION_DENIED, `Permission denied on resource project ${place.split('/')[1]}.`);
    const wrong = faults.next(name);
    if (wrong && 'refuse' in wrong) return wrong.refuse;
    const lost = wrong && 'cut' in wrong ? wrong.cut : undefined;
    const handler = handlers(parts, wrong)[name];
    if (!handler) recorder.unexpected.push(`call of ${name}`);
    const result =
      lost === 'request'
        ? undefined
        : handler
          ? handler(request as never)
          : refusal(UNIMPLEMENTED, `the fake has no ${name}`);
    if (!lost) return result;
    cut();
    return undefined;
  }

  const server = new grpc.Server();
  const implementation: grpc.UntypedServiceImplementation = {};
  for (const name of Object.keys(definition))
    implementation[name] = (call: Call, send: grpc.sendUnaryData<object>) => {
      const answer = answerTo(name, call);
      if (answer) isRefusal(answer) ? send(answer) : send(null, answer);
    };
  server.addService(definition, implementation);
  const keys = [{ private_key: Buffer.from(serving.keyPem), cert_chain: Buffer.from(serving.certificatePem) }];
  const inner = await new Promise<number>((done, fail) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createSsl(null, keys), (error, port) =>
      error ? fail(error) : done(port),
    ),
  );
  const front = createServer((socket) => {
    const behind = connect(inner, '127.0.0.1');
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: (front.address() as AddressInfo).port,
    async close() {
      cut();
      await new Promise((done) => front.close(done));
      server.forceShutdown();
    },
  };
}
