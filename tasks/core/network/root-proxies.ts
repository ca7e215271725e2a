// Hands this shell's proxies to programs of root: sudo drops the variables that name them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoted } from '../exec.ts';
import type { Command } from '../types.ts';
import { proxiesOf } from './proxy.ts';

/** The variables as apt and curl read them: in small letters alone. */
function proxyLines(env: NodeJS.ProcessEnv): string[] {
  const { http, https, direct } = proxiesOf(env);
  if (!http && !https) return [];
  const variables = { http_proxy: http?.href, https_proxy: https?.href, no_proxy: direct.join(',') };
  return Object.entries(variables).flatMap(([name, value]) => (value ? [`export ${name}=${quoted(value)}\n`] : []));
}

/**
 * Calls `use` with what makes a command of root have the proxies. They come from a file that only this user and root read:
 * the words of a command are for everyone on the machine, and a proxy's address may hold a password.
 */
export async function withProxies<T>(
  use: (proxied: (command: Command) => Command) => Promise<T>,
  { uid = process.getuid?.(), env = process.env } = {},
): Promise<T> {
  const lines = uid === 0 ? [] : proxyLines(env);
  if (lines.length === 0) return use((command) => command);
  const folder = await mkdtemp(join(tmpdir(), 'firesteel-proxies-'));
  const file = join(folder, 'variables.sh');
  try {
    await writeFile(file, lines.join(''), { mode: 0o600 });
    return await use((command) => ['sh', '-c', '. "$0"; exec "$@"', file, ...command]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
