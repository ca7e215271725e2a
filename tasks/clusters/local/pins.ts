// The versions of the local cluster's programs: docker/node/go.mod pins them, for builds and for downloads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { projectPath } from '../../lib/paths.ts';

/** The module whose tools they are; `go build tool` makes them all. */
export const moduleFolder = projectPath('docker', 'node');

/** A pinned version in go.mod, such as v1.36.3 for k8s.io/kubernetes. */
export function pinnedVersion(module: string): string {
  const line = readFileSync(join(moduleFolder, 'go.mod'), 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith(`${module} `));
  const version = line?.trim().split(' ')[1];
  if (!version) throw new Failure(`docker/node/go.mod does not pin ${module}`);
  return version;
}

export const kubernetesVersion = (): string => pinnedVersion('k8s.io/kubernetes');
