// Every kind of cluster by its name in a profile; a kind without a line here is a type error.
import type { ClusterKind } from '../profile/schema.ts';
import type { Cluster } from '../steps/cluster.ts';
import { context } from './context/cluster.ts';
import { digitalocean } from './digitalocean/cluster.ts';
import { gke } from './gke/cluster.ts';
import { kind } from './kind/cluster.ts';
import { local } from './local/cluster.ts';
import { minikube } from './minikube/cluster.ts';

export const clusters: Record<ClusterKind, Cluster> = {
  local,
  minikube,
  kind,
  gke,
  digitalocean,
  context,
};
