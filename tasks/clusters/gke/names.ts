// Names in Google Cloud: projects, locations, clusters, contexts, registries, service accounts.
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';

/** The label that Google resources of ours have; a cluster without it is neither used nor deleted. */
export const ownLabel = { key: 'managed-by', value: 'firesteel' } as const;

/** The project's id: gke.project, else $GOOGLE_CLOUD_PROJECT; undefined if neither is there. */
export const givenProject = ({ gke }: Profile): string | undefined =>
  gke.project ?? (process.env['GOOGLE_CLOUD_PROJECT'] || undefined);

/** The project's id; Failure if none is given. */
export function projectOf(profile: Profile): string {
  const project = givenProject(profile);
  if (project === undefined)
    throw new Failure(`profile ${profile.name} names no Google Cloud project`, {
      hint: 'set gke.project, or $GOOGLE_CLOUD_PROJECT, to the id of the project',
    });
  return project;
}

/** Whether a location is a zone, such as europe-west1-b, and not a region. */
export const isZone = (location: string): boolean => /-[a-z]$/.test(location);

/** The region a location is in: of zone europe-west1-b it is europe-west1. */
export const regionOf = (location: string): string => location.replace(/-[a-z]$/, '');

/** How many zones have nodes: GKE takes three zones of a region unless others are given. */
export const zonesOf = (location: string): number => (isZone(location) ? 1 : 3);

/** Where clusters and operations are: projects/P/locations/L. */
export const parentOf = (profile: Profile): string =>
  `projects/${projectOf(profile)}/locations/${profile.gke.location}`;

/** Full name of the cluster. */
export const clusterPath = (profile: Profile): string => `${parentOf(profile)}/clusters/${profile.clusterName}`;

/** Full name of an operation by its id. */
export const operationPath = (profile: Profile, id: string): string => `${parentOf(profile)}/operations/${id}`;

/**
 * Name of the kubeconfig's context, cluster and user, as `gcloud container clusters get-credentials` has it:
 * gke_PROJECT_LOCATION_NAME. It is requested before anything else, so a missing project only leaves a gap here.
 */
export const contextName = (profile: Profile): string =>
  `gke_${givenProject(profile) ?? ''}_${profile.gke.location}_${profile.clusterName}`;

/** A project as it stands in a path of Artifact Registry: example.com:p of a domain is example.com/p there. */
const registryProject = (project: string): string => project.replace(':', '/');

/**
 * Registry and path before the image's name: REGION-docker.pkg.dev/PROJECT/REPOSITORY. A missing project, which is a
 * problem reported before anything is done, only leaves a gap here.
 * https://cloud.google.com/artifact-registry/docs/docker/names
 */
export const registryOf = (profile: Profile): string =>
  profile.image.repository ??
  `${regionOf(profile.gke.location)}-docker.pkg.dev/${registryProject(givenProject(profile) ?? '')}/${profile.gke.repository}`;

/** The pool whose identities Kubernetes service accounts of this project's clusters have. */
export const workloadPool = (project: string): string => `${project}.svc.id.goog`;

/** The domain of a project's service accounts: p.example.com for example.com:p. */
const accountDomain = (project: string): string => project.split(':').reverse().join('.');

/** E-mail address of a service account of a project, by its short name. */
export const accountEmail = (name: string, project: string): string =>
  `${name}@${accountDomain(project)}.iam.gserviceaccount.com`;

/** Short name of the account that we make for nodes; 6 to 30 characters. */
export const nodeAccountName = 'firesteel-nodes';

/** E-mail address of the account nodes run as: gke.serviceAccount, else our own. */
export const nodeAccount = (profile: Profile): string =>
  profile.gke.serviceAccount ?? accountEmail(nodeAccountName, projectOf(profile));
