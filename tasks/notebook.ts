// notebook: JupyterLab in the cluster, its kernels Spark drivers, its work folder on a claim.
import { Failure } from './core/failure.ts';
import { withoutPasswords } from './core/network/passwords.ts';
import { table } from './core/report.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { devLayer } from './notebooks/layer.ts';
import { claimLine } from './notebooks/server/claim.ts';
import { endLab } from './notebooks/server/end.ts';
import { bringFiles, fileProblems } from './notebooks/server/files.ts';
import { objectName } from './notebooks/server/names.ts';
import { lookAtLabs, waitForLab } from './notebooks/server/server.ts';
import { showLab } from './notebooks/server/show.ts';
import { keepKernels, seeThatLabFits, startLab } from './notebooks/server/start.ts';
import { gitExpected, parseGit } from './profile/blocks/notebooks.ts';
import { findAccount } from './servers/account.ts';
import { deploymentRef, serverNameProblems } from './servers/names.ts';
import { makeToken } from './servers/token.ts';
import type { NotebookState, SingleStep, Task } from './steps/types.ts';

/** Flags of notebook alone. */
export interface NotebookFlags {
  /** Which server, where there are several in a namespace. */
  name?: string | undefined;
  /** Repository to clone, as `URL@REF`, instead of the profile's. */
  git?: string | undefined;
  /** `down` takes the work folder, too. */
  withClaim?: boolean;
}

/** The task as these flags ask for it. */
export const notebookWith = ({ name, git, withClaim = false }: NotebookFlags = {}): Task => {
  const object = objectName(name);
  /** A verb for it, as a user types it. */
  const command = (action: string): string =>
    `firesteel notebook ${action}${name === undefined ? '' : ` --name ${name}`}`;
  return {
    problems: async (profile, [action, ...words], _cluster, read) => [
      ...serverNameProblems(name),
      ...(git !== undefined && !parseGit(git) ? [`--git ${withoutPasswords(git)}: ${gitExpected}`] : []),
      ...(action === 'up'
        ? [...fileProblems(words), ...(await buildProblems(profile, read)), ...layerProblems(profile, devLayer)]
        : []),
    ],
    deletes: async (context, [action]) => {
      const line = action === 'down' && withClaim ? await claimLine(context, object) : undefined;
      return line ? [line] : [];
    },
    tools: (profile, [action]) => (action === 'up' ? [...buildTools(profile), ...layerTools(devLayer)] : []),
    steps: (profile, cluster, [action, ...words]) => {
      if (action === 'status') return [status(name && object)];
      if (action === 'open') return [findServer(object, command('up'))];
      if (action === 'down') return endLab(object, profile, withClaim, command('down'));
      return [
        findAccount,
        seeThatLabFits(object),
        ...buildSteps(profile),
        ...layerSteps(profile, devLayer, cluster),
        ...cluster.publish(profile),
        keepKernels(object, git, command('down')),
        makeToken(object, "Create the notebook server's token"),
        startLab(object, git),
        waitForLab(object, command('down')),
        ...(words.length > 0 ? [bringFiles(object, words)] : []),
        sayNext(command('open')),
      ];
    },
    show: async (context, [action], show) => {
      if (action === 'open') await showLab(context, object, show);
    },
    done: ({ state }) => state.lines ?? [],
    facts: ({ state }) => (state.notebooks ? { notebooks: state.notebooks } : {}),
  };
};

const sayNext = (command: string): SingleStep => ({
  title: 'Print the next command',
  observes: true,
  run: async ({ state }) => {
    state.lines = [`Next: ${command}`];
  },
});

const findServer = (object: string, command: string): SingleStep => ({
  title: 'Find the notebook server',
  observes: true,
  run: async ({ kube, profile }) => {
    if (!(await kube.get(deploymentRef(object, profile))))
      throw new Failure(`there is no notebook server ${object} in namespace ${profile.namespace}`, {
        hint: `start it: ${command}`,
      });
  },
});

/** All servers of the namespace, or one. */
const status = (object: string | undefined): SingleStep => ({
  title: 'List notebook servers',
  observes: true,
  run: async (context) => {
    const found = await lookAtLabs(context, object);
    context.state.notebooks = found;
    context.state.lines =
      found.length > 0
        ? table([['NAME', 'STATE', 'KERNELS', 'EXECUTORS'], ...found.map(row)])
        : [`no ${object ?? 'notebook server'} in ${context.profile.namespace}`, 'Next: firesteel notebook up'];
  },
});

const row = ({ name, state, kernels, executors }: NotebookState): string[] => [
  name,
  state,
  String(kernels ?? '-'),
  String(executors),
];
