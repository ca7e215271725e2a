// A Google Cloud project for tests: Kubernetes Engine by gRPC and the services around it by HTTPS, strict, and counted.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, issue } from '../../../tasks/core/certificates.ts';
import { type Access, accessRoutes, audience, subjectToken } from './access-routes.ts';
import { type Backing, type Clusters, createClusters } from './clusters.ts';
import { createFaultScript, type FaultScript } from './faults.ts';
import { startClusterManager } from './grpc.ts';
import { type Call, createRecorder } from './record.ts';
import { type Resources, resourceRoutes } from './resource-routes.ts';
import { type Rest, startRest } from './rest.ts';
import { createTokens, type Tokens } from './tokens.ts';

export interface FakeGoogle {
  project: string;
  /** What a program needs in its environment to take the fake for Google. */
  environment: Record<string, string>;
  /** Where Kubernetes Engine answers, and the authority of its certificate. */
  container: { port: number; authorityPem: string };
  tokens: Tokens;
  faults: FaultScript;
  rest: Pick<Rest, 'inject'>;
  clusters: Clusters;
  access: Access;
  resources: Resources;
  calls(): Call[];
  /** The calls so far that change something. */
  changes(): Call[];
  /** What no test is meant to see: has to be empty at the end of each. */
  unexpected(): string[];
  close(): Promise<void>;
}

export interface FakeGoogleOptions {
  /** Its credential file and certificates go there. */
  folder: string;
  backing: Backing;
  /** Seconds that tokens hold; an hour if left out, as at Google. */
  tokenSeconds?: number;
}

const project = 'spark-school';

/** Starts every server of it. */
export async function startFakeGoogle({
  folder,
  backing,
  tokenSeconds = 3600,
}: FakeGoogleOptions): Promise<FakeGoogle> {
  const authority = await createAuthority('fake-google');
  const serving = await issue(authority, { commonName: 'google', usage: 'server', dnsNames: ['localhost'] });
  const recorder = createRecorder();
  const tokens = createTokens(tokenSeconds);
  const faults = createFaultScript();
  const access: Access = {
    accounts: new Set(),
    policy: { version: 1, bindings: [{ role: 'roles/owner', members: ['user:ada@example.com'] }] },
  };
  const resources: Resources = { repositories: new Map(), disks: [], forwardingRules: [] };
  const clusters = createClusters(backing, (text) => recorder.unexpected.push(`backing: ${text}`));
  const rest = await startRest({
    serving,
    tokens,
    recorder,
    routes: [...accessRoutes(project, access, tokens), ...resourceRoutes(project, resources)],
  });
  const manager = await startClusterManager({
    serving,
    project,
    clusters,
    tokens,
    faults,
    recorder,
    hasAccount: (email) => access.accounts.has(email) || !email.endsWith(`@${project}.iam.gserviceaccount.com`),
  });
  return {
    project,
    environment: environment(folder, authority.certificatePem, rest.port, manager.port),
    container: { port: manager.port, authorityPem: authority.certificatePem },
    tokens,
    faults,
    rest,
    clusters,
    access,
    resources,
    calls: () => [...recorder.calls],
    changes: () => recorder.calls.filter(({ changes }) => changes),
    unexpected: () => [...recorder.unexpected],
    async close() {
      await clusters.close();
      await Promise.all([manager.close(), rest.close()]);
    },
  };
}

/** Writes the credential file and the bundle of authorities, and answers the variables that name them. */
function environment(folder: string, authorityPem: string, restPort: number, grpcPort: number): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  // Node takes one file only, and this machine may need its own already.
  const own = process.env['NODE_EXTRA_CA_CERTS'];
  writeFileSync(path('authorities.pem'), `${authorityPem}${own ? readFileSync(own, 'utf8') : ''}`);
  writeFileSync(path('subject-token'), subjectToken, { mode: 0o600 });
  const rest = `https://localhost:${restPort}/`;
  // https://google.aip.dev/auth/4117
  const credentials = {
    type: 'external_account',
    audience,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${rest}v1/token`,
    credential_source: { file: path('subject-token') },
  };
  writeFileSync(path('credentials.json'), JSON.stringify(credentials), { mode: 0o600 });
  return {
    GOOGLE_CLOUD_PROJECT: project,
    GOOGLE_APPLICATION_CREDENTIALS: path('credentials.json'),
    NODE_EXTRA_CA_CERTS: path('authorities.pem'),
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: path('authorities.pem'),
    METADATA_SERVER_DETECTION: 'none',
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER: `https://localhost:${grpcPort}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY: rest,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: rest,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: rest,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: rest,
  };
}
