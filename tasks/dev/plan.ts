// What is asked for: the kind of stack, its folder of notebooks, its Spark.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { shortHash } from '../lib/hash.ts';
import { projectPath } from '../lib/paths.ts';
import type { Profile } from '../lib/schema.ts';
import { requirementsFile } from './environment.ts';
import type { Stack } from './stack.ts';

/** What was asked for. */
export interface Plan {
  kind: Stack['kind'];
  notebooks: string;
  profile: Profile;
  /** Cores an application gets. */
  cores: number;
  /** The stack this run makes, once its ports are chosen. */
  stack?: Stack;
}

/** Those that are taken give way to the next free ones. */
export const usualPorts: Stack['ports'] = { lab: 8888, master: 7077, pages: 8080, driver: 4040 };

/** Containers where an engine of this machine can be, unless processes are asked for. */
export const planStack = (profile: Profile, notebooks: string, local: boolean): Plan => ({
  kind: !local && hasEngine() ? 'containers' : 'processes',
  notebooks,
  profile,
  cores: availableParallelism(),
});

/** Containers share folders with this machine: an engine on another one does not do. */
function hasEngine(): boolean {
  const host = process.env['DOCKER_HOST'];
  const sockets = ['/var/run/docker.sock', join(homedir(), '.docker', 'run', 'docker.sock')];
  return host ? host.startsWith('unix://') : sockets.some(existsSync);
}

/** Differs whenever a stack that runs is not the one that is asked for. */
export function settingsOf({ kind, notebooks, profile: { spark, image }, cores }: Plan): string {
  const files = [requirementsFile, projectPath('docker', 'dev', 'startup.py')].map((path) =>
    readFileSync(path, 'utf8'),
  );
  return shortHash([kind, notebooks, spark, kind === 'containers' && image, cores, files]);
}
