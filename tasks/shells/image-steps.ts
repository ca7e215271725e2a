// The first steps of every session: a cluster that answers, and an image on its nodes.
import { buildSteps } from '../images/build-steps.ts';
import { withStorageJars } from '../images/layer/hadoop.ts';
import { type Layer, layerSteps } from '../images/layer/layer.ts';
import type { Profile } from '../profile/schema.ts';
import type { Cluster } from '../steps/cluster.ts';
import type { SingleStep, Step } from '../steps/types.ts';
import { lookSteps } from '../storage/look.ts';
import { kindOf } from './kinds.ts';

/** What goes on top of the Spark image where the driver is a pod. */
export const layerOf = (kind: string, profile: Profile): Layer =>
  withStorageJars({ files: [], pip: [], maven: [...kindOf(kind).maven] }, profile);

/** The same for executors alone. */
export const executorLayer = (profile: Profile): Layer => withStorageJars({ files: [], pip: [], maven: [] }, profile);

/** Sets `state.image`. */
export const imageSteps = (profile: Profile, cluster: Cluster, layer = executorLayer(profile)): Step[] => [
  reachCluster,
  ...lookSteps(profile),
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
