// notebook: runs JupyterLab in the cluster, with kernels that are Spark drivers and a work folder on a claim.
import { withoutPasswords } from './core/network/passwords.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { withStorageJars } from './images/layer/hadoop.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { serverFileProblems } from './jobs/conf-files.ts';
import { serverLayer } from './notebooks/layer.ts';
import { claimLine } from './notebooks/server/claim.ts';
import { endLab } from './notebooks/server/end.ts';
import { bringFiles, fileProblems } from './notebooks/server/files.ts';
import { objectName } from './notebooks/server/names.ts';
import { lookAtLabs, type NotebookState, waitForLab } from './notebooks/server/server.ts';
import { showLab } from './notebooks/server/show.ts';
import { keepKernels, seeThatLabFits, startLab } from './notebooks/server/start.ts';
import { gitExpected, parseGit } from './profile/blocks/notebooks.ts';
import { findAccount } from './servers/account.ts';
import { findServer, listServers } from './servers/find.ts';
import { serverNameProblems } from './servers/names.ts';
import { sayNext, serverCommand } from './servers/next.ts';
import { makeToken } from './servers/token.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, SingleStep } from './steps/types.ts';
import { lookSteps } from './storage/look.ts';

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
        steps: [findServer('notebook server', object, commandFor('up', name))],
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
  const layer = withStorageJars(serverLayer(profile), profile);
  const problems = [
    ...fileProblems(files),
    ...serverFileProblems(profile),
    ...(await buildProblems(profile, read)),
    ...layerProblems(profile, layer),
  ];
  return planUnless(problems, () => ({
    tools: [...buildTools(profile), ...layerTools(layer)],
    steps: [
      findAccount,
      seeThatLabFits(object),
      ...lookSteps(profile),
      ...buildSteps(profile),
      ...layerSteps(profile, layer, cluster),
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

/** All servers of the namespace, or one. */
const status = (object: string | undefined): SingleStep =>
  listServers(object, {
    what: 'notebook server',
    verb: 'notebook',
    fact: 'notebooks',
    look: (context) => lookAtLabs(context, object),
    head: ['NAME', 'STATE', 'KERNELS', 'EXECUTORS'],
    row,
  });

const row = ({ name, state, kernels, executors }: NotebookState): string[] => [
  name,
  state,
  String(kernels ?? '-'),
  String(executors),
];
