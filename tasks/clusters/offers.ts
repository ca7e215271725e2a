// Every kind of cluster as the set-up wizard offers it, best first; a kind without a line here is a type error.
import type { ClusterKind } from '../profile/schema.ts';
import type { SetupKind } from '../steps/setup.ts';
import { contextSetup } from './context/setup.ts';
import { digitaloceanSetup } from './digitalocean/setup.ts';
import { gkeSetup } from './gke/setup.ts';
import { kindSetup } from './kind/setup.ts';
import { localSetup } from './local/setup.ts';
import { minikubeSetup } from './minikube/setup.ts';

export const setupKinds: Record<ClusterKind, SetupKind> = {
  local: localSetup,
  kind: kindSetup,
  minikube: minikubeSetup,
  context: contextSetup,
  gke: gkeSetup,
  digitalocean: digitaloceanSetup,
};
