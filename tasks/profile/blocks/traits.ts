// Properties of each kind of cluster that rules of a profile need: version, spot nodes, engine.
import type { ProfileProblem } from '../problems.ts';
import type { ClusterKind, Profile } from '../schema.ts';
import { networkProblems } from './local-networks.ts';

/** How spot nodes differ from others: labels that all of them have, taints that they may have. */
export interface SpotNodes {
  nodeSelector: Record<string, string>;
  /** As `key=value:effect`. */
  taints: string[];
}

/** What one kind of cluster has; what is left out the kind does not have, or nobody knows. */
interface Traits {
  /** What its block must keep to, beyond the shape of each key. */
  problems?(profile: Profile): ProfileProblem[];
  /** The version of Kubernetes that the profile asks for, as written there. */
  kubernetesVersion?(profile: Profile): string | undefined;
  /** How its spot nodes differ from others. */
  spotNodes?: SpotNodes;
  /** Why jobs cannot prefer its spot nodes. */
  noSpotNodes?(profile: Profile): string | undefined;
  /** Why its node cannot build the Spark image, for `image.builder: minikube`. */
  buildProblems?(profile: Profile): string[];
}

/** Kinds that have none have no line. */
const traits: Partial<Record<ClusterKind, Traits>> = {
  local: { problems: ({ local }) => networkProblems(local) },
  minikube: {
    kubernetesVersion: ({ minikube }) => minikube.kubernetesVersion,
    buildProblems: ({ minikube }) => engineProblems(minikube),
  },
  gke: {
    kubernetesVersion: ({ gke }) => gke.version,
    // https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms
    spotNodes: {
      nodeSelector: { 'cloud.google.com/gke-spot': 'true' },
      taints: ['cloud.google.com/gke-spot=true:NoSchedule'],
    },
    noSpotNodes: ({ gke }) =>
      gke.spot
        ? 'with gke.spot every node is a spot machine, and drivers avoid those: set only one of the two'
        : undefined,
  },
  digitalocean: {
    kubernetesVersion: ({ digitalocean }) => digitalocean.version,
    noSpotNodes: () => 'DigitalOcean has no spot nodes',
  },
};

/** What the profile's kind of cluster has. */
export const traitsOf = ({ cluster }: Profile): Traits => traits[cluster] ?? {};

/** Whether the Spark image is built in the Docker engine of the node. */
export const buildsInNode = ({ image }: Profile): boolean => image.builder === 'minikube';

/** The node's own engine can be reached from here only if it is Docker's, there is one node, and it is not this machine. */
function engineProblems({ containerRuntime, driver, nodes }: Profile['minikube']): string[] {
  return [
    ...(containerRuntime === 'docker'
      ? []
      : [`image.builder minikube needs minikube.containerRuntime: docker, not ${containerRuntime}`]),
    ...(driver === 'none'
      ? ['image.builder minikube does not work with driver none, which uses the Docker engine of this machine']
      : []),
    ...(nodes > 1 ? [`image.builder minikube needs one node, but minikube.nodes is ${nodes}`] : []),
  ];
}
