import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectPath } from '../../tasks/lib/paths.ts';

const run = promisify(execFile);
const program = `
  import { webFetch } from '${projectPath('tasks', 'lib', 'web.ts')}';
  await webFetch('https://api.example/v1', {}).catch(() => {});
`;

/** The hosts a proxy is asked for by a program with these variables. */
async function asked(env: Record<string, string>): Promise<string[]> {
  const hosts: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    hosts.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const clean = Object.entries(process.env).filter(([name]) => !/^(https?|no|all)_proxy$/i.test(name));
  await run('node', ['--import', 'tsx', '--input-type=module', '--eval', program], {
    env: { ...Object.fromEntries(clean), HTTPS_PROXY, ...env },
  });
  proxy.close();
  return hosts;
}

test('requests to the web go through the proxy of the environment', async () =>
  expect(await asked({})).toEqual(['api.example:443']));

test('but not those that NO_PROXY names', async () => expect(await asked({ NO_PROXY: '.example' })).toEqual([]));
