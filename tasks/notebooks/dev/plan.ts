// The plan of a dev stack: its kind, its folder of notebooks, its Spark.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { shortHash } from '../../core/files/hash.ts';
import { projectPath } from '../../core/paths.ts';
import { engineHost } from '../../images/docker-engine.ts';
import type { Profile } from '../../profile/schema.ts';
import { requirementsFile } from './environment.ts';
import type { Stack } from './stack.ts';

/** What was requested. */
export interface StackPlan {
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

/** Containers where an engine of this machine can be, unless processes are requested. */
export const planStack = (profile: Profile, notebooks: string, local: boolean): StackPlan => ({
  // Containers share folders with this machine: an engine on another one does not do.
  kind: !local && engineHost()?.startsWith('unix://') ? 'containers' : 'processes',
  notebooks,
  profile,
  cores: availableParallelism(),
});

/** Differs whenever a stack that runs is not the one that is requested. */
export function settingsOf({ kind, notebooks, profile: { spark, image }, cores }: StackPlan): string {
  const files = [
    requirementsFile,
    ...['startup.py', 'waiting.py'].map((name) => projectPath('docker', 'dev', name)),
  ].map((path) => readFileSync(path, 'utf8'));
  return shortHash([kind, notebooks, spark, kind === 'containers' && image, cores, files]);
}
