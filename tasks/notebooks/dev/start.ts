// Starts the dev stack and waits until it works.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import { withUsersUmask } from '../../core/umask.ts';
import { until } from '../../core/wait.ts';
import { findDistribution } from '../../images/distribution/distribution.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { removeContainers, stackContainers, verifyContainers } from './containers.ts';
import { findEnvironment, ownEnvironment } from './environment.ts';
import { lacking, look, verifyLocked } from './health.ts';
import { type StackPlan, settingsOf, usualPorts } from './plan.ts';
import { freePorts } from './ports.ts';
import {
  endProcesses,
  findProcesses,
  logFile,
  type Part,
  type Programs,
  partVariables,
  processOf,
  stackParts,
} from './processes.ts';
import { commonVariables, stackFiles } from './settings.ts';
import { labAddress, readStack, readToken, type Stack, stackPath } from './stack.ts';

/** On a busy machine a JVM takes a while; seconds. */
const startSeconds = 180;

/** Whether anything of the stack is there. */
export const isAlive = async ({ kind }: Stack, read: Exec): Promise<boolean> =>
  kind === 'containers' ? (await stackContainers(read)).length > 0 : findProcesses().length > 0;

/** Whether any part of the stack runs: containers that have ended keep neither ports nor sessions. */
const isRunning = async ({ kind }: Stack, read: Exec): Promise<boolean> =>
  kind === 'containers' ? (await stackContainers(read, 'running')).length > 0 : findProcesses().length > 0;

/** Chooses ports and writes the stack's folder; a stack that runs keeps its own. */
export const prepare = (plan: StackPlan): SingleStep => ({
  title: 'Write the settings of the dev stack',
  skip: async ({ read }) => {
    const stack = readStack();
    if (!stack || !(await isRunning(stack, read))) return false;
    plan.stack = stack;
    return `the stack is running, with JupyterLab at port ${stack.ports.lab}`;
  },
  run: async ({ mkdir, write }, out) => {
    const ports = await freePorts(usualPorts);
    if (ports.lab !== usualPorts.lab) out.line(`port ${usualPorts.lab} is in use: JupyterLab gets ${ports.lab}`);
    const { kind, notebooks, profile, cores } = plan;
    const stack: Stack = { kind, notebooks, ports, secret: newSecret(), settings: settingsOf(plan) };
    plan.stack = stack;
    const own = { token: readToken() ?? newSecret(), cores, isRoot: process.getuid?.() === 0 };
    await write(stackFiles(stack, profile, own));
    await mkdir(...madeFolders());
  },
});

const newSecret = (): string => randomBytes(24).toString('hex');

/** Folders of the variables: what is not there some programs do without, others fail. */
const madeFolders = (): string[] =>
  Object.values(commonVariables()).filter((path) => path.startsWith(`${stackPath()}/`) && !path.endsWith('/token'));

const plannedStack = ({ stack }: StackPlan): Stack => {
  if (!stack) throw new Failure('the dev stack has no ports yet', { hint: 'run the command again' });
  return stack;
};

async function findPrograms({ profile }: StackPlan, read: Exec): Promise<Programs> {
  const { home } = await findDistribution(profile);
  return { sparkHome: home, environment: ownEnvironment(), cached: await findEnvironment(read) };
}

/** The zip of the module by which Python talks to Java. */
function findPy4j(sparkHome: string): string {
  const folder = join(sparkHome, 'python', 'lib');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return join(folder, names.find((name) => /^py4j-.*\.zip$/.test(name)) ?? 'py4j.zip');
}

const partNames = ['Spark master', 'Spark worker', 'JupyterLab'] as const;

/** Starts each part that does not run. */
export const startParts = (plan: StackPlan): SingleStep[] =>
  partNames.map((title) => {
    const partOf = async (read: Exec) => {
      const programs = await findPrograms(plan, read);
      const part = stackParts(plannedStack(plan), programs, plan.cores).find((one) => one.title === title);
      if (!part) throw new Failure(`no part ${title}`);
      return { part, programs };
    };
    return {
      title: `Start ${title}`,
      skip: async ({ read }) => {
        const { part } = await partOf(read);
        const found = processOf(part.name, findProcesses());
        return found ? `already running as process ${found.pid}` : false;
      },
      run: async ({ read, run }) => {
        const { part, programs } = await partOf(read);
        await run(withUsersUmask(part.command), {
          env: partVariables(programs, findPy4j(programs.sparkHome)),
          cwd: part.name === 'lab' ? plan.notebooks : stackPath(),
          detachedTo: logFile(part.name),
        });
      },
    };
  });

/** Looks until the stack works and is locked; one that lets strangers in is ended at once. */
export const waitForStack = (plan: StackPlan): SingleStep => ({
  title: 'Wait for the dev stack',
  observes: true,
  run: async (context, out) => {
    const stack = plannedStack(plan);
    const { read, signal } = context;
    const parts = plan.kind === 'processes' ? stackParts(stack, await findPrograms(plan, read), plan.cores) : [];
    let misses = 0;
    await until({
      for: 'healthy dev stack',
      seconds: startSeconds,
      everyMs: 500,
      signal,
      onSeen: out.line,
      hint: 'inspect it: firesteel dev status',
      probe: async () => {
        const health = await look(stack);
        const isLocked =
          health.lab &&
          (await verifyLocked(labAddress(stack)).catch((error: unknown) => endOpenStack(stack, context, error)));
        const missing = lacking(isLocked ? health : { ...health, lab: undefined });
        if (!missing) return { done: true };
        if (plan.kind === 'containers') await verifyContainers(read);
        // A process that was just begun does not yet look like itself.
        misses = hasEnded(parts) ? misses + 1 : 0;
        if (misses > 3) throw endedPart(parts);
        return { seen: missing };
      },
    });
  },
});

const hasEnded = (parts: Part[]): Part | undefined => {
  const processes = findProcesses();
  return parts.find((part) => !processOf(part.name, processes));
};

function endedPart(parts: Part[]): Failure {
  const { name, title } = hasEnded(parts) ?? { name: 'lab', title: 'a part of the dev stack' };
  return new Failure(`${title} has ended`, {
    output: lastLines(logFile(name)),
    hint: 'run the command again; to remove what is left: firesteel dev down',
  });
}

async function endOpenStack({ kind }: Stack, context: Context, error: unknown): Promise<never> {
  await (kind === 'containers' ? removeContainers(context) : endProcesses(context));
  throw error;
}

function lastLines(path: string): string {
  if (!existsSync(path)) return '';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}
