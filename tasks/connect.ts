// connect: runs a Spark Connect server in the cluster, and forwards it to this machine.
import { sparkProblems } from './connect/conf.ts';
import { endServer } from './connect/end.ts';
import { objectName } from './connect/names.ts';
import { type ConnectState, lookAtServers, waitForServer } from './connect/server.ts';
import { showServer } from './connect/show.ts';
import { keepSessions, serverLayer, startServer, verifyFits } from './connect/start.ts';
import { Failure } from './core/failure.ts';
import { table } from './core/report.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { findAccount } from './servers/account.ts';
import { deploymentRef, serverNameProblems } from './servers/names.ts';
import { sayNext, serverCommand } from './servers/next.ts';
import { makeToken } from './servers/token.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, SingleStep } from './steps/types.ts';

/** Flags of connect alone. */
export interface ConnectFlags {
  /** Which server, where there are several in a namespace. */
  name?: string | undefined;
  /** Port of this machine that `open` listens on. */
  port?: string | undefined;
}

/** The task as these flags ask for it. */
export const connectWith = (flags: ConnectFlags = {}): Task => ({
  cluster: 'use',
  plan: ({ context, words: [action] }) => {
    const { name, port } = flags;
    const problems = [...serverNameProblems(name), ...portProblems(port)];
    const object = objectName(name);
    if (problems.length > 0) return { problems, steps: [] };
    if (action === 'status') return { steps: [status(name && object)] };
    if (action === 'open')
      return {
        steps: [findServer(object, commandFor('up', name))],
        show: (opened, show) => showServer(opened, object, port === undefined ? undefined : Number(port), show),
      };
    if (action === 'down') return { steps: endServer(object, context.profile) };
    return planUp(context, name);
  },
});

const commandFor = (action: string, name: string | undefined): string => serverCommand('connect', action, name);

async function planUp({ profile, cluster, read }: Context, name: string | undefined): Promise<Plan> {
  const object = objectName(name);
  const problems = [
    ...sparkProblems(profile),
    ...(await buildProblems(profile, read)),
    ...layerProblems(profile, serverLayer),
  ];
  return planUnless(problems, () => ({
    tools: [...buildTools(profile), ...layerTools(serverLayer)],
    steps: [
      findAccount,
      verifyFits(object),
      ...buildSteps(profile),
      ...layerSteps(profile, serverLayer, cluster),
      ...cluster.publish(profile),
      keepSessions(object, commandFor('down', name)),
      makeToken(object, "Create the server's token"),
      startServer(object),
      waitForServer(object),
      sayNext(commandFor('open', name)),
    ],
  }));
}

/** Ports below need a right that users lack. */
const portProblems = (port: string | undefined): string[] =>
  port === undefined || (/^\d{4,5}$/.test(port) && Number(port) >= 1024 && Number(port) <= 65_535)
    ? []
    : [`--port ${port}: expected a number from 1024 to 65535`];

const findServer = (object: string, command: string): SingleStep => ({
  title: 'Find the Connect server',
  observes: true,
  run: async ({ kube, profile }) => {
    if (!(await kube.get(deploymentRef(object, profile))))
      throw new Failure(`there is no ${object} in ${profile.namespace}`, { hint: `start it: ${command}` });
  },
});

/** All servers of the namespace, or one. */
const status = (object: string | undefined): SingleStep => ({
  title: 'List Connect servers',
  observes: true,
  run: async (context) => {
    const found = await lookAtServers(context, object);
    context.state.facts = { connect: found };
    context.state.lines =
      found.length > 0
        ? table([['NAME', 'STATE', 'SPARK', 'SESSIONS', 'EXECUTORS', 'ADDRESS'], ...found.map(row)])
        : [`no ${object ?? 'Connect server'} in ${context.profile.namespace}`, 'Next: firesteel connect up'];
  },
});

const row = ({ name, state, version, sessions, executors, address }: ConnectState): string[] => [
  name,
  state,
  version ?? '-',
  String(sessions ?? '-'),
  String(executors),
  address ?? 'not open',
];
