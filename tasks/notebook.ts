// notebook: runs JupyterLab in the cluster, with kernels that are Spark drivers and a work folder on a claim.
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
import { lookAtLabs, type NotebookState, waitForLab } from './notebooks/server/server.ts';
import { showLab } from './notebooks/server/show.ts';
import { keepKernels, seeThatLabFits, startLab } from './notebooks/server/start.ts';
import { gitExpected, parseGit } from './profile/blocks/notebooks.ts';
import { findAccount } from './servers/account.ts';
import { deploymentRef, serverNameProblems } from './servers/names.ts';
import { sayNext, serverCommand } from './servers/next.ts';
import { makeToken } from './servers/token.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, SingleStep } from './steps/types.ts';

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
export const notebookWith = (flags: NotebookFlags = {}): Task => ({
  cluster: 'use',
  plan: async ({ context, words: [action, ...files] }) => {
    const { name, git, withClaim = false } = flags;
    const problems = [
      ...serverNameProblems(name),
      ...(git !== undefined && !parseGit(git) ? [`--git ${withoutPasswords(git)}: ${gitExpected}`] : []),
    ];
    const object = objectName(name);
    if (problems.length > 0) return { problems, steps: [] };
    if (action === 'status') return { steps: [status(name && object)] };
    if (action === 'open')
      return {
        steps: [findServer(object, commandFor('up', name))],
        show: (opened, show) => showLab(opened, object, show),
      };
    if (action === 'down')
      return {
        questions: async (asked) => ({ deletes: withClaim ? lineOf(await claimLine(asked, object)) : [] }),
        steps: endLab(object, context.profile, withClaim, commandFor('down', name)),
      };
    return planUp(context, files, flags);
  },
});

const lineOf = (line: string | undefined): string[] => (line ? [line] : []);

const commandFor = (action: string, name: string | undefined): string => serverCommand('notebook', action, name);

async function planUp(
  { profile, cluster, read }: Context,
  files: readonly string[],
  { name, git }: NotebookFlags,
): Promise<Plan> {
  const object = objectName(name);
  const down = commandFor('down', name);
  const problems = [
    ...fileProblems(files),
    ...(await buildProblems(profile, read)),
    ...layerProblems(profile, devLayer),
  ];
  return planUnless(problems, () => ({
    tools: [...buildTools(profile), ...layerTools(devLayer)],
    steps: [
      findAccount,
      seeThatLabFits(object),
      ...buildSteps(profile),
      ...layerSteps(profile, devLayer, cluster),
      ...cluster.publish(profile),
      keepKernels(object, git, down),
      makeToken(object, "Create the notebook server's token"),
      startLab(object, git),
      waitForLab(object, down),
      ...(files.length > 0 ? [bringFiles(object, files)] : []),
      sayNext(commandFor('open', name)),
    ],
  }));
}

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
    context.state.facts = { notebooks: found };
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
