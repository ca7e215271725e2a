import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectPath } from '../../../../tasks/core/paths.ts';
import { firesteelCommand } from '../../../built-command.ts';

const run = promisify(execFile);
const program = `
  import { webFetch } from '${projectPath('tasks', 'core', 'network', 'web.ts')}';
  await webFetch('https://api.example/v1', {}).catch(() => {});
`;

const source = ['node', '--import', 'tsx', '--input-type=module', '--eval', program];

/**
 * The hosts that a program asks a proxy for with these variables, until the program ends or the proxy is asked.
 * Each is listed once: a client may try again before its signal arrives.
 */
async function asked(env: Record<string, string>, [command = '', ...words] = source): Promise<string[]> {
  const hosts = new Set<string>();
  const proxy = createServer();
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const clean = Object.entries(process.env).filter(([name]) => !/^(https?|no|all)_proxy$/i.test(name));
  const running = run(command, words, { env: { ...Object.fromEntries(clean), HTTPS_PROXY, ...env } });
  proxy.on('connect', (request, socket) => {
    hosts.add(request.url ?? '');
    socket.destroy();
    running.child.kill();
  });
  await running.catch(() => {});
  proxy.close();
  return [...hosts];
}

test('requests to the web go through the proxy of the environment', async () =>
  expect(await asked({})).toEqual(['api.example:443']));

test('requests of the built command do so, too', async () => {
  const status = [...firesteelCommand, 'status', '--profile', 'digitalocean'];
  expect(await asked({ DIGITALOCEAN_ACCESS_TOKEN: 'dop_v1_x' }, status)).toEqual(['api.digitalocean.com:443']);
});

test('requests to hosts in NO_PROXY do not', async () => {
  expect(await asked({ NO_PROXY: '.example' })).toEqual([]);
  expect(await asked({ NO_PROXY: 'corp', no_proxy: 'api.example' })).toEqual([]);
});
