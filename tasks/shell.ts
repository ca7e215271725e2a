// shell: PySpark, Spark's shell, SQL or Clojure on the cluster, its driver in a pod or on this machine.
import { Failure } from './core/failure.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { layerSteps, layerTools } from './images/layer/layer.ts';
import { type PodSession, showInCluster, startInCluster } from './shells/in-cluster.ts';
import { kindOf } from './shells/kinds.ts';
import { type SessionFlags, sessionProblems, withExecutors } from './shells/session.ts';
import type { SingleStep, Task } from './steps/types.ts';

/** Flags of shell alone. */
export interface ShellFlags extends SessionFlags {
  /** The driver is a process of this machine. */
  here?: boolean;
}

/** The task as these flags ask for it. */
export const shellWith = (flags: ShellFlags = {}): Task => {
  let session: PodSession | undefined;
  let code = 0;
  return {
    takesTerminal: true,
    profileFor: (profile) => withExecutors(profile, flags),
    problems: async (profile, _words, _cluster, read) => [
      ...sessionProblems(flags),
      ...(await buildProblems(profile, read)),
    ],
    tools: (profile, [kind = '']) => [...buildTools(profile), ...layerTools(layerOf(kind))],
    steps: (profile, cluster, [kind = '']) => [
      reachCluster,
      ...buildSteps(profile),
      ...layerSteps(profile, layerOf(kind), cluster),
      ...cluster.publish(profile),
      startInCluster(kind, flags, (made) => {
        session = made;
      }),
    ],
    show: async (context, [kind = ''], show) => {
      if (!session) throw new Failure('there is no session');
      code = await showInCluster(context, kind, session, show);
    },
    exitCode: () => code,
  };
};

const layerOf = (kind: string) => ({ files: [], pip: [], maven: kindOf(kind).maven });

/** Before anything long is begun for a cluster that is not there. */
const reachCluster: SingleStep = {
  title: 'Reach the cluster',
  observes: true,
  run: async ({ kube }) => {
    await kube.raw('/readyz');
  },
};
