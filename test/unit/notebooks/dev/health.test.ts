import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Health, lacking, look, verifyLocked } from '../../../../tasks/notebooks/dev/health.ts';
import { labAddress, type Stack } from '../../../../tasks/notebooks/dev/stack.ts';

/** A server that answers paths with these statuses and bodies; others with 404. */
async function serve(answers: Record<string, [status: number, body?: unknown]>): Promise<Stack> {
  const server = createServer(({ url = '' }, response) => {
    const [status, body] = answers[url] ?? [404];
    response.writeHead(status).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    kind: 'processes',
    notebooks: '/',
    ports: { lab: port, pages: port, master: 1, driver: 1 },
    secret: '',
    settings: '',
  };
}

const worker = { state: 'ALIVE', cores: 8, coresused: 2, memory: 1024 };

test('a stack that answers everywhere is healthy', async () => {
  const stack = await serve({
    '/api': [200],
    '/api/kernels': [200, [{}, {}]],
    '/json/': [200, { workers: [worker, { ...worker, state: 'DEAD' }] }],
  });
  const health = await look(stack);
  expect(health).toEqual({ lab: 'healthy', kernels: 2, workers: [{ cores: 8, used: 2, mebibytes: 1024 }] });
  expect(lacking(health)).toBeUndefined();
});

test('a JupyterLab that does not take the token is someone else’s', async () => {
  const stack = await serve({ '/api': [200], '/api/kernels': [403], '/json/': [200, { workers: [worker] }] });
  expect(lacking(await look(stack))).toBe('JupyterLab rejects the token');
});

const healthy: Health = { lab: 'healthy', kernels: 0, workers: [{ cores: 1, used: 0, mebibytes: 1 }] };

test.each<[Partial<Health>, RegExp]>([
  [{ workers: undefined }, /master does not answer/],
  [{ workers: [] }, /no worker/],
  [{ lab: undefined }, /JupyterLab does not answer/],
])('%j is not enough', (change, said) => {
  expect(lacking({ ...healthy, ...change })).toMatch(said);
});

test('a stack without servers is not healthy', async () => {
  const stack = await serve({});
  expect(await look({ ...stack, ports: { ...stack.ports, lab: 1, pages: 1 } })).toEqual({
    lab: undefined,
    kernels: 0,
    workers: undefined,
  });
});

test('an answer that never ends counts as no answer', async () => {
  const server = createServer((_request, response) => void response.writeHead(200).write('{"workers": ['));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const stack = await serve({});
  expect(await look({ ...stack, ports: { ...stack.ports, lab: port, pages: port } })).toEqual({
    lab: undefined,
    kernels: 0,
    workers: undefined,
  });
});

test('403 without a token is right', async () => {
  await expect(verifyLocked(labAddress(await serve({ '/api/kernels': [403] })))).resolves.toBe(true);
});

test('a busy JupyterLab is asked again', async () => {
  const busy = await serve({ '/api/kernels': [503] });
  await expect(verifyLocked(labAddress(busy))).resolves.toBe(false);
  await expect(verifyLocked(labAddress({ ...busy, ports: { ...busy.ports, lab: 1 } }))).resolves.toBe(false);
});

test.each([200, 302, 404])('%i without a token is not', async (status) => {
  await expect(verifyLocked(labAddress(await serve({ '/api/kernels': [status] })))).rejects.toThrow(
    `JupyterLab answers requests without a token (${status}, expected 403)`,
  );
});
