// The first steps of every session: a cluster that answers, and an image on its nodes.
import { buildSteps } from '../images/build-steps.ts';
import { type Layer, layerSteps } from '../images/layer/layer.ts';
import type { Profile } from '../profile/schema.ts';
import type { Cluster } from '../steps/cluster.ts';
import type { SingleStep, Step } from '../steps/types.ts';
import { kindOf } from './kinds.ts';

/** What goes on top of the Spark image where the driver is a pod. */
export const layerOf = (kind: string): Layer => ({ files: [], pip: [], maven: kindOf(kind).maven });

const noLayer: Layer = { files: [], pip: [], maven: [] };

/** Sets `state.image`. */
export const imageSteps = (profile: Profile, cluster: Cluster, layer = noLayer): Step[] => [
  reachCluster,
  ...buildSteps(profile),
  ...layerSteps(profile, layer, cluster),
  ...cluster.publish(profile),
];

/** Before anything long is begun for a cluster that is not there. */
const reachCluster: SingleStep = {
  title: 'Reach the cluster',
  observes: true,
  run: async ({ kube }) => {
    await kube.raw('/readyz');
  },
};
