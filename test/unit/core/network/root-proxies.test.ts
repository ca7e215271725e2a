// How programs of root get this shell's proxies, which sudo leaves out.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withProxies } from '../../../../tasks/core/network/root-proxies.ts';
import type { Command } from '../../../../tasks/core/types.ts';

const look: Command = ['sh', '-c', 'echo "$http_proxy $https_proxy $no_proxy"'];
const env = { HTTP_PROXY: "http://ada:it's@proxy:3128", https_proxy: 'proxy:3129', NO_PROXY: 'a.io, b.io' };

test('a command has them without the variables of the shell, and no password is among its words', async () => {
  const file = await withProxies(
    async (proxied) => {
      const [program, ...words] = proxied(look);
      expect(words.join(' ')).not.toContain("it's");
      const output = execFileSync(program, words, { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
      expect(output).toBe("http://ada:it's@proxy:3128/ http://proxy:3129/ a.io,b.io\n");
      const path = words.find((word) => word.startsWith('/')) ?? '';
      expect(statSync(path).mode & 0o777).toBe(0o600);
      return path;
    },
    { uid: 1000, env },
  );
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['root, who has the variables', 0, env],
  ['a shell without proxies', 1000, {}],
])('a command of %s stays', async (_, uid, variables) =>
  expect(await withProxies(async (proxied) => proxied(look), { uid, env: variables })).toEqual(look),
);
