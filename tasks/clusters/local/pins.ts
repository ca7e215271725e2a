// The versions of the local cluster's programs: docker/node/go.mod pins them, for builds and for downloads.
import { projectPath } from '../../lib/paths.ts';
import { pinnedVersion } from '../../toolbox/pins.ts';

/** The module whose tools they are; `go build tool` makes them all. */
export const moduleFolder = projectPath('docker', 'node');

export const kubernetesVersion = (): string => pinnedVersion(moduleFolder, 'k8s.io/kubernetes');
