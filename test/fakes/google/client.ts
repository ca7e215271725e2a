// The real client and plain requests for the fake of Google, where a test asks it itself.
import { request } from 'node:https';
import { v1 } from '@google-cloud/container';
import { grpc } from 'google-gax';
import type { FakeGoogle } from './fake.ts';

/** A client with a token, as the real one has after it requested one. */
export function rawClient(google: FakeGoogle, token = google.tokens.issue()) {
  const bearer = grpc.credentials.createFromMetadataGenerator((_, give) => {
    const metadata = new grpc.Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    give(null, metadata);
  });
  const tls = grpc.credentials.createSsl(Buffer.from(google.container.authorityPem));
  return new v1.ClusterManagerClient({
    apiEndpoint: 'localhost',
    port: google.container.port,
    projectId: google.project,
    sslCreds: grpc.credentials.combineChannelCredentials(tls, bearer),
  });
}

/** Asks until the operation is in this state. */
export async function rawOperation(client: v1.ClusterManagerClient, name: string, status: 'RUNNING' | 'DONE') {
  for (;;) {
    const [found] = await client.getOperation({ name });
    if (found.status === status) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
}

interface Asked {
  method: string;
  path: string;
  body?: object;
  token?: string;
}

/** A request to the services around it. */
export function rawRequest(google: FakeGoogle, { method, path, body, token = google.tokens.issue() }: Asked) {
  const base = new URL(google.environment['CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM'] ?? '');
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    const sent = request(
      new URL(path, base),
      { method, ca: google.container.authorityPem, headers },
      async (answer) => {
        let text = '';
        for await (const chunk of answer) text += chunk;
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) });
      },
    );
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}
