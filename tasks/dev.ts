// dev: runs JupyterLab with Spark on this machine, in containers or as processes.
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { shown } from './core/exec.ts';
import { Failure } from './core/failure.ts';
import { counted } from './core/screen/counted.ts';
import { tryTurn } from './core/turn.ts';
import type { Exec } from './core/types.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { fetchSpark } from './images/distribution/distribution.ts';
import { imageProblems } from './images/image.ts';
import { layerProblems, layerSteps, layerTools } from './images/layer/layer.ts';
import { type Compose, findCompose } from './notebooks/dev/compose.ts';
import { composeUp, endContainers, engineProblems, loadImage } from './notebooks/dev/containers.ts';
import { lacksEnsurepip, makeEnvironment, makeOwnEnvironment, pythonProblems } from './notebooks/dev/environment.ts';
import { lookAtStack } from './notebooks/dev/look.ts';
import { planStack, type StackPlan, settingsOf, usualPorts } from './notebooks/dev/plan.ts';
import { endProcesses, findProcesses } from './notebooks/dev/processes.ts';
import { labAddress, readStack, readToken, type Stack, stackPath } from './notebooks/dev/stack.ts';
import { isAlive, prepare, startParts, waitForStack } from './notebooks/dev/start.ts';
import { devLayer } from './notebooks/layer.ts';
import type { Profile } from './profile/schema.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context, SingleStep, Step, Tool } from './steps/types.ts';

/** Flags of dev alone. */
export interface DevFlags {
  /** Processes of this machine, also where Docker is. */
  local?: boolean;
}

/** The task as these flags ask for it. */
export const devWith = ({ local = false }: DevFlags = {}): Task => ({
  cluster: 'optional',
  plan: ({ context, words: [action, folder] }) => {
    if (action === 'status') return { steps: [status] };
    if (action === 'down') return { steps: [takeTurn, noteWhatEnds, endContainers, endStack, removeFiles] };
    if (folder === '') return { problems: ['dev up "": expected a folder'], steps: [] };
    if (folder !== undefined && !existsSync(folder))
      return { problems: [`${folder}: no such folder; create it: ${shown(['mkdir', '-p', folder])}`], steps: [] };
    return planUp(context, planStack(context.profile, resolve(folder ?? 'notebooks'), local));
  },
});

async function planUp({ profile, read }: Context, stack: StackPlan): Promise<Plan> {
  const isContainers = stack.kind === 'containers';
  return planUnless(await upProblems(profile, stack, read), async () => ({
    tools: isContainers ? await containerTools(profile, read) : await processTools(profile, read),
    steps: [
      takeTurn,
      makeNotebooks(stack),
      ...(isContainers ? containerSteps(profile, stack) : processSteps(profile, stack)),
    ],
  }));
}

/** First of all, so that a slip in the name is seen before anything is fetched. */
const makeNotebooks = ({ notebooks }: StackPlan): SingleStep => ({
  title: 'Make the notebook folder',
  skip: () => existsSync(notebooks) && notebooks,
  run: async ({ mkdir }, out) => {
    await mkdir(notebooks);
    out.line(notebooks);
  },
});

const containerSteps = (profile: Profile, plan: StackPlan): Step[] => [
  ...buildSteps(profile),
  ...layerSteps(profile, devLayer),
  loadImage,
  prepare(plan),
  composeUp(plan),
  wait(plan),
];

const processSteps = (profile: Profile, plan: StackPlan): Step[] => [
  fetchSpark(profile),
  makeEnvironment,
  prepare(plan),
  makeOwnEnvironment,
  ...startParts(plan),
  wait(plan),
];

async function upProblems(profile: Profile, plan: StackPlan, read: Exec): Promise<string[]> {
  const { notebooks } = plan;
  const isContainers = plan.kind === 'containers';
  return [
    ...(existsSync(notebooks) && !statSync(notebooks).isDirectory() ? [`${notebooks}: not a folder`] : []),
    ...(await otherStack(plan, read)),
    ...(isContainers
      ? [...(await engineProblems(read)), ...(await buildProblems(profile, read)), ...layerProblems(profile, devLayer)]
      : [...platformProblems(), ...(await pythonProblems(read)), ...imageProblems(profile)]),
  ];
}

const platformProblems = (): string[] =>
  process.platform === 'linux' ? [] : ['the dev stack runs as processes only on Linux: start Docker and omit --local'];

/** A stack that runs is left alone; what is requested must be that one. */
async function otherStack(plan: StackPlan, read: Exec): Promise<string[]> {
  const stack = readStack();
  if (!stack || stack.settings === settingsOf(plan) || !(await isAlive(stack, read))) return [];
  const how = stack.kind === plan.kind && stack.notebooks === plan.notebooks ? ', with other settings' : '';
  return [`a dev stack of ${stack.kind} with ${stack.notebooks} is running${how}: stop it: firesteel dev down`];
}

/** What containers need of this machine. Only reads. */
export async function containerTools(profile: Profile, read: Exec): Promise<Tool[]> {
  const compose: Compose | undefined = await findCompose(read);
  const missing = { name: 'docker-compose', package: 'docker-compose', purpose: 'runs the dev stack' };
  return [...buildTools(profile), ...layerTools(devLayer), ...(compose ? [] : [missing])];
}

/** What processes need of this machine. Only reads. */
export async function processTools(profile: Profile, read: Exec): Promise<Tool[]> {
  const fetchers = buildTools(profile).filter(({ name }) => ['pip3', 'gpg', 'curl'].includes(name));
  const hasPython = await read(['python3', '--version']).catch(() => '');
  return [
    ...fetchers,
    { name: 'java', package: 'default-jre-headless', purpose: 'runs Spark' },
    { name: 'python3', package: 'python3', purpose: 'runs JupyterLab' },
    // No program shows that it is there.
    ...(!hasPython || (await lacksEnsurepip(read))
      ? [{ name: 'ensurepip', package: 'python3-venv', purpose: 'makes a virtual environment' }]
      : []),
  ];
}

/** Until this process ends. */
const takeTurn: SingleStep = {
  title: 'Lock the dev stack',
  observes: true,
  run: async () => {
    const turn = await tryTurn(stackPath());
    if ('holder' in turn)
      throw new Failure(`${turn.holder} is starting or stopping the dev stack`, {
        hint: 'wait until that process ends, then run the command again',
      });
  },
};

const wait = (plan: StackPlan): SingleStep => {
  const step = waitForStack(plan);
  return {
    ...step,
    run: async (context, out) => {
      await step.run(context, out);
      const stack = readStack();
      if (!stack) return;
      const taken = stack.ports.lab === usualPorts.lab ? [] : [`Port ${usualPorts.lab} is in use.`];
      context.state.lines = [
        ...(await shownStack(stack, context)),
        ...taken,
        `Open ${labAddress(stack)}/lab?token=${readToken()}`,
        'Stop it with: firesteel dev down',
      ];
    },
  };
};

const status: SingleStep = {
  title: 'Inspect the dev stack',
  observes: true,
  run: async (context) => {
    const { state, read } = context;
    const stack = readStack();
    const isThere = stack && (await isAlive(stack, read));
    state.facts = { dev: null };
    state.lines = isThere ? await shownStack(stack, context) : ['no dev stack is running', 'Next: firesteel dev up'];
  },
};

/** What runs, and where, as lines; programs read the state. */
async function shownStack(stack: Stack, { read, state }: Context): Promise<string[]> {
  const seen = await lookAtStack(stack, read);
  state.facts = { dev: seen };
  return [
    `dev stack of ${seen.kind}: ${seen.lacks ?? 'healthy'}`,
    `JupyterLab at ${seen.lab}, ${counted(seen.kernels, 'kernel')}`,
    `Spark master at ${seen.master}${seen.cores ? `, ${seen.cores.taken} of ${seen.cores.all} cores taken` : ''}`,
    `notebooks in ${seen.notebooks}`,
    ...(seen.lacks && seen.kind === 'processes' ? [`logs in ${stackPath('logs')}`] : []),
  ];
}

/** Before the end: nobody can be asked afterwards. */
const noteWhatEnds: SingleStep = {
  title: 'Count running kernels of the dev stack',
  observes: true,
  run: async ({ read, state }) => {
    const stack = readStack();
    if (!stack || !(await isAlive(stack, read))) return;
    const { kernels } = await lookAtStack(stack, read);
    state.lines = [
      `Stopped JupyterLab with ${counted(kernels, 'kernel')}, and Spark.`,
      `Notebooks stay in ${stack.notebooks}, and packages in the cache.`,
    ];
  },
};

const endStack: SingleStep = {
  title: 'Stop the processes of the dev stack',
  skip: () => findProcesses().length === 0 && 'not running',
  run: (context) => endProcesses(context),
};

const removeFiles: SingleStep = {
  title: 'Remove the files of the dev stack',
  skip: () => !existsSync(stackPath()) && 'nothing to remove',
  run: ({ remove }) => remove(stackPath()),
};
