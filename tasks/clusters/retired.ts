// Names of Google's retired Container Registry, which old profiles and tutorials still use.
import { registryOf } from '../images/name.ts';
import type { Profile } from '../profile/schema.ts';

/**
 * A line for a repository on gcr.io, which accepts no images since 2025-03-18 and gives none since about May 2025.
 * https://cloud.google.com/artifact-registry/docs/transition/prepare-gcr-shutdown
 */
export function retiredProblems({ image, cluster }: Profile): string[] {
  const registry = image.repository && registryOf(`${image.repository}/spark`);
  if (!registry || !/^([a-z]+\.)?gcr\.io$/.test(registry)) return [];
  const instead =
    cluster === 'gke'
      ? 'remove image.repository: firesteel then creates an Artifact Registry repository'
      : 'use Artifact Registry: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY';
  return [
    `image.repository ${image.repository}: Google ended Container Registry, and ${registry} has accepted no images since 2025-03-18: ${instead}`,
  ];
}
