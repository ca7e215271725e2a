// shell: PySpark, Spark's shell, SQL or Clojure on the cluster, its driver in a pod or on this machine.
import { Failure } from './core/failure.ts';
import { buildProblems, buildTools } from './images/build-steps.ts';
import { layerTools } from './images/layer/layer.ts';
import { findWayHere, type HereSession, programSteps, showHere } from './shells/here/session.ts';
import { imageSteps, layerOf } from './shells/image-steps.ts';
import { type PodSession, showInCluster, startInCluster } from './shells/in-cluster.ts';
import { type SessionFlags, sessionProblems, withExecutors } from './shells/session.ts';
import type { Task } from './steps/types.ts';

/** Flags of shell alone. */
export interface ShellFlags extends SessionFlags {
  /** The driver is a process of this machine. */
  here?: boolean;
}

/** The task as these flags ask for it. */
export const shellWith = ({ here = false, ...flags }: ShellFlags = {}): Task => {
  const hereSession: HereSession = {};
  let podSession: PodSession | undefined;
  let code = 0;
  return {
    takesTerminal: true,
    profileFor: (profile) => withExecutors(profile, flags),
    problems: async (profile, _words, _cluster, read) => [
      ...sessionProblems(flags),
      ...(await buildProblems(profile, read)),
    ],
    tools: (profile, [kind = '']) => [...buildTools(profile), ...(here ? [java] : layerTools(layerOf(kind)))],
    steps: (profile, cluster, [kind = '']) => [
      ...imageSteps(profile, cluster, here ? undefined : layerOf(kind)),
      ...(here
        ? [...programSteps(kind, profile, hereSession), findWayHere(kind, flags, hereSession)]
        : [
            startInCluster(kind, flags, (made) => {
              podSession = made;
            }),
          ]),
    ],
    show: async (context, [kind = ''], show) => {
      if (here) code = await showHere(context, kind, hereSession, show);
      else if (podSession) code = await showInCluster(context, kind, podSession, show);
      else throw new Failure('there is no session');
    },
    exitCode: () => code,
  };
};

const java = { name: 'java', package: 'openjdk-17-jre-headless', purpose: "runs Spark's driver on this machine" };
