// shell: opens PySpark, Spark's shell, SQL or Clojure, with the driver in a pod or on this machine.
import { Failure } from './core/failure.ts';
import { buildProblems, buildTools } from './images/build-steps.ts';
import { layerProblems, layerTools } from './images/layer/layer.ts';
import { serverFileProblems } from './jobs/conf-files.ts';
import { findWayHere, type HereSession, programSteps, showHere } from './shells/here/session.ts';
import { executorLayer, imageSteps, layerOf } from './shells/image-steps.ts';
import { showInCluster, startInCluster } from './shells/in-cluster.ts';
import type { Session } from './shells/keeper.ts';
import { type SessionFlags, sessionProblems } from './shells/session.ts';
import { withNumExecutors } from './spark/num-executors.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context } from './steps/types.ts';

/** Flags of shell alone. */
export interface ShellFlags extends SessionFlags {
  /** The driver is a process of this machine. */
  here?: boolean;
}

/** The task as these flags ask for it. */
export const shellWith = ({ here = false, ...flags }: ShellFlags = {}): Task => ({
  cluster: 'use',
  plan: async ({ context, words: [kind = ''] }) => {
    const profile = withNumExecutors(context.profile, flags.numExecutors);
    const planned = { ...context, profile };
    const problems = [
      ...sessionProblems(flags),
      // A driver on this machine reads its files.
      ...(here ? [] : serverFileProblems(profile)),
      ...(await buildProblems(profile, context.read)),
      ...layerProblems(profile, here ? executorLayer(profile) : layerOf(kind, profile)),
    ];
    return planUnless(problems, () => (here ? planHere : planInCluster)(planned, kind, flags));
  },
});

/** The driver is a process of this machine. */
function planHere({ profile, cluster }: Context, kind: string, flags: SessionFlags): Plan {
  const session: HereSession = {};
  let code = 0;
  return {
    takesTerminal: true,
    profile,
    tools: [...buildTools(profile), java],
    steps: [
      ...imageSteps(profile, cluster),
      ...programSteps(kind, profile, session),
      findWayHere(kind, flags, session),
    ],
    show: async (context, show) => {
      code = await showHere(context, kind, session, show);
    },
    exitCode: () => code,
  };
}

/** The driver is a pod. */
function planInCluster({ profile, cluster }: Context, kind: string, flags: SessionFlags): Plan {
  let session: Session | undefined;
  let code = 0;
  return {
    takesTerminal: true,
    profile,
    tools: [...buildTools(profile), ...layerTools(layerOf(kind, profile))],
    steps: [
      ...imageSteps(profile, cluster, layerOf(kind, profile)),
      startInCluster(kind, flags, (made) => {
        session = made;
      }),
    ],
    show: async (context, show) => {
      if (!session) throw new Failure('there is no session');
      code = await showInCluster(context, kind, session, show);
    },
    exitCode: () => code,
  };
}

const java = { name: 'java', package: 'openjdk-17-jre-headless', purpose: "runs Spark's driver on this machine" };
