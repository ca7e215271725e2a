// Credential plug-ins that ask or hang: what a person sees of them, and how the wait ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tellingTo } from '../../../../tasks/core/trouble.ts';
import { openAccess } from '../../../../tasks/kube/kubeconfig/client-config.ts';
import { plugInStarter } from '../../../../tasks/kube/kubeconfig/plug-in.ts';
import { createConnections } from '../../../../tasks/kube/transport/connection.ts';
import { ownFolder } from '../../../own-folder.ts';

const path = join(ownFolder(), 'config');
const source = { path, context: 'a' };
const token = '{"status": {"token": "from-plug-in"}}';

/** A kubeconfig whose user is this script. */
const write = (script: string) =>
  writeFileSync(
    path,
    JSON.stringify({
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: { server: 'https://192.0.2.1' } }],
      users: [{ name: 'a', user: { exec: { command: 'sh', args: ['-c', script] } } }],
    }),
  );

test('what a plug-in says is shown as it comes, a question without a newline too', async () => {
  write(`echo 'open https://login' >&2; sleep 0.2; printf 'Code: ' >&2; echo '${token}'`);
  const lines: string[] = [];
  const { headers } = await tellingTo(
    (line) => lines.push(line),
    async () => (await openAccess(source))(),
  );
  expect(lines).toEqual(['open https://login', 'Code: ']);
  expect(headers).toEqual({ Authorization: 'Bearer from-plug-in' });
});

test('a plug-in that reads an answer gets none without a terminal', async () => {
  write("read -r answer || { echo 'no answer' >&2; exit 1; }");
  await expect((await openAccess(source))()).rejects.toThrow('cannot get credentials for https://192.0.2.1: no answer');
});

test('a wait that lasts names the program, and how to run it by hand', async () => {
  const lines: string[] = [];
  await tellingTo(
    (line) => lines.push(line),
    async () => {
      const child = plugInStarter(source, { quietMs: 50 })('/bin/sh', ['-c', 'sleep 0.3', 's3cret']);
      await new Promise((resolve) => child.once('close', resolve));
    },
  );
  expect(lines).toEqual([
    `waiting for credentials from sh; if it waits for you, press Ctrl-C and run it once by hand: kubectl --kubeconfig=${path} --context=a get --raw=/version`,
  ]);
});

test('the end of a run ends the wait at once, even if the program goes on', async () => {
  write("trap '' TERM; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; done");
  const controller = new AbortController();
  const wait = createConnections(() => source, 1000, controller.signal).current();
  setTimeout(() => controller.abort(new Error('interrupted')), 300);
  const start = performance.now();
  await expect(wait).rejects.toThrow('interrupted');
  expect(performance.now() - start).toBeLessThan(1500);
});
