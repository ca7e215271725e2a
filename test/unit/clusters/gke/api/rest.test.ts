// Google's REST APIs over real HTTP, to a server here: who is asked how often, and what a refusal says.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRest } from '../../../../../tasks/clusters/gke/api/rest.ts';
import { leftovers } from '../../../../../tasks/clusters/gke/leftovers.ts';
import type { Failure } from '../../../../../tasks/core/failure.ts';
import { gkeProfile } from '../profiles.ts';

type Answer = { status: number; body?: unknown } | 'cut' | 'silence';
let server: Server;
let answers: Answer[];
let asked: { line: string; authorization: string | undefined; body: string }[];

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await textOf(request);
    asked.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
    const answer = answers.shift() ?? { status: 500 };
    if (answer === 'cut') return void request.socket.destroy();
    if (answer === 'silence') return;
    response.writeHead(answer.status).end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
beforeEach(() => {
  answers = [];
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const credentials = {
  token: async () => ({ token: 'canary' }),
  headers: async () => ({ authorization: 'Bearer canary' }),
};
const timing = { tryMs: 300, tries: 3, pauseMs: 1 };
const rest = (signal = new AbortController().signal) => openRest(credentials, signal, timing);
const url = (path = 'v1/projects/spark-class/things') =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;

test('a request has the token in its header, and its body as JSON', async () => {
  answers = [{ status: 200, body: { name: 'x' } }];
  expect(await rest()({ method: 'POST', url: url(), body: { a: 1 } })).toEqual({ name: 'x' });
  expect(asked).toEqual([
    { line: 'POST /v1/projects/spark-class/things', authorization: 'Bearer canary', body: '{"a":1}' },
  ]);
});

test('what is not there answers undefined, what has no body an empty object', async () => {
  answers = [{ status: 404, body: { error: { message: 'gone' } } }, { status: 200 }];
  expect(await rest()({ method: 'GET', url: url() })).toBeUndefined();
  expect(await rest()({ method: 'DELETE', url: url() })).toEqual({});
});

test.each([['cut'], ['silence'], [{ status: 503 }], [{ status: 429 }]] as [Answer][])(
  'only looking is tried again after %j',
  async (trouble) => {
    answers = [trouble, { status: 200, body: { ok: true } }];
    expect(await rest()({ method: 'GET', url: url() })).toEqual({ ok: true });
    expect(asked.length).toBe(2);
  },
);

test('requests that change something are never retried', async () => {
  answers = ['cut', { status: 200, body: {} }];
  await expect(rest()({ method: 'POST', url: url(), body: {} })).rejects.toThrow('Google cannot be reached');
  expect(asked.length).toBe(1);
});

test('a refusal is reported at once, with its project, and without the token', async () => {
  const message = "Permission 'iam.serviceAccounts.create' denied on resource";
  answers = [{ status: 403, body: { error: { message, status: 'PERMISSION_DENIED' } } }];
  const error = (await rest()({ method: 'GET', url: url() }).catch((refusal: unknown) => refusal)) as Failure;
  expect(error.message).toMatch(
    /^cannot GET 127\.0\.0\.1:\d+\/v1\/projects\/spark-class\/things: you lack permission iam\.serviceAccounts\.create of project spark-class$/,
  );
  expect(asked.length).toBe(1);
  expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('canary');
});

test('a redirect is not followed: it would take the token elsewhere', async () => {
  answers = [{ status: 302 }, { status: 302 }, { status: 302 }];
  await expect(rest()({ method: 'GET', url: url() })).rejects.toThrow();
});

test('an end of the run ends the request, too', async () => {
  answers = ['silence'];
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await expect(rest(controller.signal)({ method: 'GET', url: url() })).rejects.toThrow('enough');
});

test('what outlives a cluster is listed with the command that deletes it; what firesteel cannot see is named', async () => {
  const profile = await gkeProfile('gke');
  const lines = await leftovers(profile, async ({ url: asks, method }) => {
    expect(method).toBe('GET');
    const { pathname } = new URL(asks);
    const labels = { 'goog-k8s-cluster-name': 'gke', 'goog-k8s-cluster-location': 'europe-west1-b' };
    if (pathname.endsWith('/disks'))
      return {
        items: {
          'zones/europe-west1-b': {
            disks: [
              { name: 'pvc-1', sizeGb: '10', zone: 'https://x/zones/europe-west1-b', labels },
              {
                name: 'pvc-2',
                sizeGb: '10',
                zone: 'https://x/zones/europe-west1-b',
                labels: { ...labels, 'goog-k8s-cluster-name': 'other' },
              },
            ],
          },
          'zones/europe-west1-c': {},
        },
      };
    if (pathname.endsWith('/forwardingRules'))
      return {
        items: {
          'regions/europe-west1': {
            forwardingRules: [
              {
                name: 'a1b2',
                IPAddress: '203.0.113.7',
                region: 'https://x/regions/europe-west1',
                description: '{"kubernetes.io/service-name":"spark/ui"}',
              },
              { name: 'own', region: 'https://x/regions/europe-west1', description: 'mine' },
            ],
          },
        },
      };
    if (pathname.endsWith('/repositories/spark')) return { name: 'spark', sizeBytes: '1200000000' };
    throw new Error(`nobody expected ${asks}`);
  });
  expect(lines).toEqual([
    'disk pvc-1 (10 GB): gcloud compute disks delete pvc-1 --zone=europe-west1-b --project=spark-class',
    'load balancer a1b2 (203.0.113.7) of spark/ui, if that was in this cluster: gcloud compute forwarding-rules delete a1b2 --region=europe-west1 --project=spark-class',
    'images in repository spark (1.2 GB): gcloud artifacts repositories delete spark --location=europe-west1 --project=spark-class',
  ]);
});
