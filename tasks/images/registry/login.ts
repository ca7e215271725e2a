// Logs in to a registry during a push, with a file that ends with the push.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../../core/types.ts';
import type { Context } from '../../steps/types.ts';
import { loginCommand } from './skopeo.ts';

/** Who pushes to a registry of a cloud. */
export interface RegistryLogin {
  user: string;
  /** Called at every login, because tokens expire. */
  password(context: Context): Promise<string>;
  /** What this user must have to push, as the cloud names it. */
  role: string;
  /** How this user becomes known again; one imperative sentence. */
  renew: string;
}

/**
 * Does something with the file that holds the credentials, in a folder that nobody else may enter; without a login there
 * is not a file, and skopeo takes what the user has. The user's own files are never changed.
 */
export async function withLogin<T>(
  registry: string,
  login: { user: string; password: string } | undefined,
  exec: Exec,
  action: (authFile?: string) => Promise<T>,
): Promise<T> {
  if (!login) return action();
  const folder = await mkdtemp(join(tmpdir(), 'firesteel-login-'));
  // A second Ctrl-C ends this process at once.
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  try {
    const authFile = join(folder, 'auth.json');
    await exec(loginCommand(registry, login.user, authFile), { input: login.password });
    return await action(authFile);
  } finally {
    process.off('exit', forget);
    await rm(folder, { recursive: true, force: true });
  }
}
