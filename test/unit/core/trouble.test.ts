// What a step says while an API server gives no good answer.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { StepEvent } from '../../../tasks/core/report.ts';
import { connectKube } from '../../../tasks/kube/client.ts';
import { runSteps } from '../../../tasks/steps/runner.ts';
import type { Context, SingleStep } from '../../../tasks/steps/types.ts';
import { ownFiles } from '../own-files.ts';

const own = ownFiles();

test('a step whose request is answered 500 again and again says so in its own line', async () => {
  let asked = 0;
  const resources = [{ name: 'namespaces', kind: 'Namespace', namespaced: false, verbs: ['get'] }];
  const server = createServer((_, answer) => {
    asked += 1;
    answer.writeHead(asked < 4 ? 500 : 200).end(JSON.stringify({ resources }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once('listening', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = {
    clusters: [{ name: 'a', cluster: { server: address } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    users: [{ name: 'a', user: {} }],
  };
  const path = own.put('config', JSON.stringify(kubeconfig));
  const end = new AbortController();
  const kube = connectKube(() => ({ path, context: 'a' }), end.signal, { quietMs: 0 });
  const ask: SingleStep = {
    title: 'Ask',
    run: async () => void (await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'a' })),
  };
  const other: SingleStep = { title: 'Wait', run: async () => {} };
  const events: StepEvent[] = [];
  const outcome = await runSteps([{ title: 'Both', concurrent: true, steps: [ask, other] }], {} as Context, {
    report: (event) => void events.push(event),
    abort: () => {},
  });
  end.abort();
  expect(outcome.failure).toBeUndefined();
  const said = events.flatMap((event) =>
    event.event === 'output' ? [`${event.path.join(' › ')}: ${event.line}`] : [],
  );
  expect(said.length).toBeGreaterThan(0);
  for (const line of said)
    expect(line).toMatch(/^Both › Ask: cannot look up the kinds of v1: .+; trying again for \d+ s$/);
});
