// Lists what outlives a GKE cluster and costs money: disks, load balancers, images. Deletes nothing.
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { GoogleRest } from './api/rest.ts';
import { endpointOf } from './api/rest.ts';
import { parentOf, projectOf, regionOf } from './names.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/disks/aggregatedList */
interface Disk {
  name?: string;
  sizeGb?: string;
  zone?: string;
  region?: string;
  labels?: Record<string, string>;
  users?: string[];
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules/aggregatedList */
interface ForwardingRule {
  name?: string;
  IPAddress?: string;
  region?: string;
  description?: string;
}

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories#Repository */
interface Repository {
  name?: string;
  sizeBytes?: string;
}

const last = (link: string | undefined): string => link?.split('/').at(-1) ?? '';

/** The items of an aggregated list, of all zones and regions. */
function itemsOf<T>(answer: unknown, kind: string): T[] {
  const { items = {} } = (answer ?? {}) as { items?: Record<string, Record<string, T[] | undefined>> };
  return Object.values(items).flatMap((scope) => scope[kind] ?? []);
}

/** Disks of persistent volumes: https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver, common.go. */
async function disks(profile: Profile, rest: GoogleRest): Promise<string[]> {
  const project = projectOf(profile);
  const url = new URL(`compute/v1/projects/${project}/aggregated/disks`, endpointOf('compute'));
  url.searchParams.set('filter', `labels.goog-k8s-cluster-name=${profile.clusterName}`);
  const found = itemsOf<Disk>(await rest({ method: 'GET', url: url.href }), 'disks');
  return found
    .filter(({ labels, users }) => {
      const isHere = (labels?.['goog-k8s-cluster-location'] ?? profile.gke.location) === profile.gke.location;
      return isHere && labels?.['goog-k8s-cluster-name'] === profile.clusterName && (users ?? []).length === 0;
    })
    .map(({ name, sizeGb, zone, region }) => {
      const place = zone ? `--zone=${last(zone)}` : `--region=${last(region)}`;
      return `disk ${name} (${sizeGb} GB): gcloud compute disks delete ${name} ${place} --project=${project}`;
    });
}

/** Rules that GKE made for Services; of which cluster, they do not tell. */
async function loadBalancers(profile: Profile, rest: GoogleRest): Promise<string[]> {
  const project = projectOf(profile);
  const url = new URL(`compute/v1/projects/${project}/aggregated/forwardingRules`, endpointOf('compute'));
  const rules = itemsOf<ForwardingRule>(await rest({ method: 'GET', url: url.href }), 'forwardingRules');
  const region = regionOf(profile.gke.location);
  return rules
    .filter((rule) => last(rule.region) === region && rule.description?.includes('kubernetes.io/service-name'))
    .map(({ name, IPAddress, description }) => {
      const service = /"kubernetes\.io\/service-name":\s*"([^"]+)"/.exec(description ?? '')?.[1] ?? 'a Service';
      return `load balancer ${name} (${IPAddress}) of ${service}, if that was in this cluster: gcloud compute forwarding-rules delete ${name} --region=${region} --project=${project}`;
    });
}

const shownSize = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;

/** The repository that images were pushed to; one of the user's own, elsewhere, is the user's own business. */
async function images(profile: Profile, rest: GoogleRest): Promise<string[]> {
  if (profile.image.repository) return [];
  const project = projectOf(profile);
  const region = regionOf(profile.gke.location);
  const parent = parentOf(profile).replace(/[^/]+$/, region);
  const url = new URL(`v1/${parent}/repositories/${profile.gke.repository}`, endpointOf('artifactregistry'));
  const found = (await rest({ method: 'GET', url: url.href })) as Repository | undefined;
  if (!found) return [];
  const size = Number(found.sizeBytes ?? 0);
  return [
    `images in repository ${profile.gke.repository}${size > 0 ? ` (${shownSize(size)})` : ''}: gcloud artifacts repositories delete ${profile.gke.repository} --location=${region} --project=${project}`,
  ];
}

/** A line for each thing, with the command that deletes it; also for what cannot be looked at. Only reads. */
export async function leftovers(profile: Profile, rest: GoogleRest): Promise<string[]> {
  const lists: [what: string, find: typeof disks][] = [
    ['disks', disks],
    ['load balancers', loadBalancers],
    ['images', images],
  ];
  const lines = await Promise.all(
    lists.map(([what, find]) =>
      find(profile, rest).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        return [`unknown whether ${what} are left: ${error.message}`];
      }),
    ),
  );
  return lines.flat();
}
