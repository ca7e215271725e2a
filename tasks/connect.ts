// connect: a Spark Connect server of one user in the cluster, and a forward that thin clients reach it by.
import { sparkProblems } from './connect/conf.ts';
import { endServer } from './connect/end.ts';
import { objectName } from './connect/names.ts';
import { lookAtServers, waitForServer } from './connect/server.ts';
import { showServer } from './connect/show.ts';
import { keepSessions, serverLayer, startServer, verifyFits } from './connect/start.ts';
import { Failure } from './core/failure.ts';
import { table } from './core/report.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { findAccount } from './servers/account.ts';
import { deploymentRef, serverNameProblems } from './servers/names.ts';
import { makeToken } from './servers/token.ts';
import type { ConnectState, SingleStep, Task } from './steps/types.ts';

/** Flags of connect alone. */
export interface ConnectFlags {
  /** Which server, where there are several in a namespace. */
  name?: string | undefined;
  /** Port of this machine that `open` listens on. */
  port?: string | undefined;
}

/** The task as these flags ask for it. */
export const connectWith = ({ name, port }: ConnectFlags = {}): Task => {
  const object = objectName(name);
  /** A verb for it, as a user types it. */
  const command = (action: string): string =>
    `firesteel connect ${action}${name === undefined ? '' : ` --name ${name}`}`;
  return {
    problems: async (profile, [action], _cluster, read) => [
      ...serverNameProblems(name),
      ...portProblems(port),
      ...(action === 'up'
        ? [...sparkProblems(profile), ...(await buildProblems(profile, read)), ...layerProblems(profile, serverLayer)]
        : []),
    ],
    tools: (profile, [action]) => (action === 'up' ? [...buildTools(profile), ...layerTools(serverLayer)] : []),
    steps: (profile, cluster, [action]) => {
      if (action === 'status') return [status(name && object)];
      if (action === 'open') return [findServer(object, command('up'))];
      if (action === 'down') return endServer(object, profile);
      return [
        findAccount,
        verifyFits(object),
        ...buildSteps(profile),
        ...layerSteps(profile, serverLayer, cluster),
        ...cluster.publish(profile),
        keepSessions(object, command('down')),
        makeToken(object, "Create the server's token"),
        startServer(object),
        waitForServer(object),
        sayNext(command('open')),
      ];
    },
    show: async (context, [action], show) => {
      if (action === 'open') await showServer(context, object, port === undefined ? undefined : Number(port), show);
    },
    done: ({ state }) => state.lines ?? [],
    facts: ({ state }) => (state.connect ? { connect: state.connect } : {}),
  };
};

/** Ports below need a right that users lack. */
const portProblems = (port: string | undefined): string[] =>
  port === undefined || (/^\d{4,5}$/.test(port) && Number(port) >= 1024 && Number(port) <= 65_535)
    ? []
    : [`--port ${port}: expected a number from 1024 to 65535`];

const sayNext = (command: string): SingleStep => ({
  title: 'Print the next command',
  observes: true,
  run: async ({ state }) => {
    state.lines = [`Next: ${command}`];
  },
});

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
    context.state.connect = found;
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
