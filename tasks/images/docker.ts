// Runs Docker commands with the present engine, or with a private one that ends with them.
import { shown } from '../core/exec.ts';
import { Failure } from '../core/failure.ts';
import { cachePath, projectPath } from '../core/paths.ts';
import type { Command } from '../core/types.ts';
import { buildsInNode } from '../profile/blocks/traits.ts';
import type { Context } from '../steps/types.ts';
import { hasBuildx, hasEngine } from './docker-engine.ts';

/** Runs commands that use docker one after the other, to the first that fails. */
export type Engine = (commands: Command[], onLine: (line: string) => unknown) => Promise<void>;

/**
 * The engine to build in: the node's own if the profile says so; else the one that runs here; else a private one, dockerd in
 * its own namespaces with its images in the cache.
 */
export async function findEngine({ profile, cluster, read, run }: Context): Promise<Engine> {
  const node = buildsInNode(profile) ? await cluster.dockerEnv?.(profile, read) : undefined;
  if (!node && !(await hasEngine(read)))
    return async (commands, onLine) => {
      await run(privateEngineCommand(commands), { asRoot: true, onLine }).catch((error: unknown) => {
        throw error instanceof Failure && error.output
          ? new Failure('a command failed in the private Docker engine', { output: error.output, cause: error })
          : error;
      });
    };
  // Without its plugin the client refuses to build with BuildKit, which it otherwise does by default.
  const env: Record<string, string> = (await hasBuildx(read))
    ? { BUILDKIT_PROGRESS: 'plain' }
    : { DOCKER_BUILDKIT: '0' };
  return async (commands, onLine) => {
    for (const command of commands) await run(command, { env: { ...env, ...node }, onLine });
  };
}

/** The commands as lines for a shell, to be run one after the other while dockerd is up. */
const privateEngineCommand = (commands: Command[]): Command => [
  projectPath('docker', 'private-engine.sh'),
  cachePath('docker'),
  ...commands.map(shown),
];
