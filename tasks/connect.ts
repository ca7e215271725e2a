// connect: runs a Spark Connect server in the cluster, and forwards it to this machine.
import { sparkProblems } from './connect/conf.ts';
import { endServer } from './connect/end.ts';
import { objectName } from './connect/names.ts';
import { endsOfOther, verifyOwner } from './connect/owner.ts';
import { type ConnectState, lookAtServers, waitForServer } from './connect/server.ts';
import { showConnect } from './connect/show.ts';
import { keepSessions, serverLayer, startServer, verifyFits } from './connect/start.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { withStorageJars } from './images/layer/hadoop.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { serverFileProblems } from './jobs/conf-files.ts';
import { findAccount } from './servers/account.ts';
import { findServer, listServers } from './servers/find.ts';
import { serverNameProblems } from './servers/names.ts';
import { sayNext, serverCommand } from './servers/next.ts';
import { makeToken } from './servers/token.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, SingleStep } from './steps/types.ts';
import { lookSteps } from './storage/look.ts';

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
        steps: [findServer('Connect server', object, commandFor('up', name)), verifyOwner(object)],
        show: (opened, show) => showConnect(opened, object, port === undefined ? undefined : Number(port), show),
      };
    if (action === 'down')
      return {
        questions: async (asked) => ({ ends: await endsOfOther(asked, object) }),
        steps: endServer(object, context.profile),
      };
    return planUp(context, name);
  },
});

const commandFor = (action: string, name: string | undefined): string => serverCommand('connect', action, name);

async function planUp({ profile, cluster, read }: Context, name: string | undefined): Promise<Plan> {
  const object = objectName(name);
  const layer = withStorageJars(serverLayer, profile);
  const problems = [
    ...sparkProblems(profile),
    ...serverFileProblems(profile),
    ...(await buildProblems(profile, read)),
    ...layerProblems(profile, layer),
  ];
  return planUnless(problems, () => ({
    tools: [...buildTools(profile), ...layerTools(layer)],
    steps: [
      findAccount,
      verifyOwner(object),
      verifyFits(object),
      ...lookSteps(profile),
      ...buildSteps(profile),
      ...layerSteps(profile, layer, cluster),
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

/** All servers of the namespace, or one. */
const status = (object: string | undefined): SingleStep =>
  listServers(object, {
    what: 'Connect server',
    verb: 'connect',
    fact: 'connect',
    look: (context) => lookAtServers(context, object),
    head: ['NAME', 'STATE', 'SPARK', 'SESSIONS', 'EXECUTORS', 'ADDRESS'],
    row,
  });

const row = ({ name, state, version, sessions, executors, address }: ConnectState): string[] => [
  name,
  state,
  version ?? '-',
  String(sessions ?? '-'),
  String(executors),
  address ?? 'not open',
];
