// Finds the Docker engine that the docker client uses, and checks whether it answers.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../core/paths.ts';
import type { Command, Exec } from '../core/types.ts';

/** Asks the engine itself: the client alone has another version, and fails here. */
export const engineVersionCommand: Command = ['docker', 'version', '--format', '{{.Server.Version}}'];

/** Asks for the cores and the memory that containers share: Docker Desktop runs them in a virtual machine. */
export const engineSizeCommand: Command = ['docker', 'info', '--format', '{{.NCPU}} {{.MemTotal}}'];

/** What that command printed; undefined if an engine did not print it. */
export function engineSize(printed: string): { cores: number; mebibytes: number } | undefined {
  const [, cores, bytes] = /^([1-9]\d*) ([1-9]\d*)$/.exec(printed.trim()) ?? [];
  return cores && bytes ? { cores: Number(cores), mebibytes: Math.floor(Number(bytes) / 2 ** 20) } : undefined;
}

/** What a command prints, trimmed; empty if it fails. Only reads. */
const answerOf = (read: Exec, command: Command): Promise<string> =>
  read(command).then(
    (output) => output.trim(),
    () => '',
  );

/** Whether an engine answers. Only reads. */
export const hasEngine = async (read: Exec): Promise<boolean> => (await answerOf(read, engineVersionCommand)) !== '';

/** Whether the client has its plugin for BuildKit. Only reads. */
export const hasBuildx = async (read: Exec): Promise<boolean> =>
  (await answerOf(read, ['docker', 'buildx', 'version'])) !== '';

/** Where the client keeps its settings. */
const settingsFolder = (): string => process.env['DOCKER_CONFIG'] || join(homeFolder(), '.docker');

/** Where the client finds an engine, which may not run: `unix:///var/run/docker.sock`; undefined if nowhere. */
export function engineHost(): string | undefined {
  const sockets = ['/var/run/docker.sock', join(homeFolder(), '.docker', 'run', 'docker.sock')];
  const socket = sockets.find((path) => existsSync(path));
  return process.env['DOCKER_HOST'] || contextHost() || (socket && `unix://${socket}`);
}

/**
 * The engine of the context that the client uses, as Docker Desktop for Linux, Colima and Rancher Desktop set one; undefined
 * for its default. https://docs.docker.com/engine/manage-resources/contexts/
 */
function contextHost(): string | undefined {
  const { currentContext } = readSettings<{ currentContext?: string }>('config.json');
  const name = process.env['DOCKER_CONTEXT'] || currentContext;
  if (!name || name === 'default') return undefined;
  const folder = createHash('sha256').update(name).digest('hex');
  type Context = { Endpoints?: { docker?: { Host?: string } } };
  return readSettings<Context>('contexts', 'meta', folder, 'meta.json').Endpoints?.docker?.Host;
}

/** A file of the client's settings; nothing if it cannot be read. */
function readSettings<T extends object>(...parts: string[]): Partial<T> {
  try {
    return JSON.parse(readFileSync(join(settingsFolder(), ...parts), 'utf8')) as T;
  } catch {
    return {};
  }
}
