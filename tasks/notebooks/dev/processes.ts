// Starts, finds and ends the dev stack as processes of this machine, on Linux.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../core/types.ts';
import { until } from '../../core/wait.ts';
import type { Context } from '../../steps/types.ts';
import { applications, commonVariables, jupyterVariables, markVariable, masterAddress } from './settings.ts';
import { type Stack, stackPath } from './stack.ts';

/** One of the processes that firesteel starts itself; they start all others. */
export interface Part {
  name: 'master' | 'worker' | 'lab';
  /** For people. */
  title: string;
  command: Command;
}

/** Programs of the machine the parts are made of. */
export interface Programs {
  sparkHome: string;
  /** Folder of the stack's own virtual environment. */
  environment: string;
  /** Folder of the cached one, whose packages it has. */
  cached: string;
}

/** The file that a part's output goes to. */
export const logFile = (name: string): string => stackPath('logs', `${name}.log`);

/** What the command line of each part has and no other. */
export const partSigns: Record<Part['name'], string> = {
  master: 'org.apache.spark.deploy.master.Master',
  worker: 'org.apache.spark.deploy.worker.Worker',
  lab: '-m\0jupyterlab\0',
};

/** Variables that would turn a part into something else. */
const unwanted = ['JUPYTER_TOKEN', 'PYTHONHOME', 'PYSPARK_SUBMIT_ARGS'];

/** The parts in the order in which they start; each has `cores` for an application. */
export function stackParts(stack: Stack, { sparkHome, environment }: Programs, cores: number): Part[] {
  const clean = (...command: [string, ...string[]]): Command => [
    'env',
    ...unwanted.map((name) => `--unset=${name}`),
    ...command,
  ];
  const spark = (name: 'master' | 'worker', title: string, words: string[]): Part => ({
    name,
    title,
    command: clean(join(sparkHome, 'bin', 'spark-class'), partSigns[name], '--host', '127.0.0.1', ...words),
  });
  const { ports } = stack;
  return [
    spark('master', 'Spark master', [...['--port', `${ports.master}`, '--webui-port', `${ports.pages}`]]),
    spark('worker', 'Spark worker', [
      ...['--webui-port', '0', '--cores', `${applications * cores}`, '--work-dir', stackPath('work')],
      masterAddress(stack),
    ]),
    {
      name: 'lab',
      title: 'JupyterLab',
      command: clean(join(environment, 'bin', 'python'), '-m', 'jupyterlab'),
    },
  ];
}

/** Variables of the parts. */
export const partVariables = ({ sparkHome, environment, cached }: Programs, py4j: string): Record<string, string> => ({
  ...commonVariables(),
  [markVariable]: stackPath(),
  SPARK_HOME: sparkHome,
  SPARK_LOCAL_IP: '127.0.0.1',
  PYTHONPATH: [join(sparkHome, 'python'), py4j].join(':'),
  PYSPARK_PYTHON: join(environment, 'bin', 'python'),
  PYSPARK_DRIVER_PYTHON: join(environment, 'bin', 'python'),
  VIRTUAL_ENV: environment,
  // What a cell calls, such as pip, is the environment's, too.
  PATH: [join(environment, 'bin'), process.env['PATH']].join(':'),
  ...jupyterVariables(cached),
});

/** A process of the stack. */
export interface Marked {
  pid: number;
  /** Its words, with NUL between them. */
  commandLine: string;
}

/** A process inherits the mark for life: no number that another process has got by now can be taken for it. */
export function findProcesses(proc = '/proc'): Marked[] {
  const mark = `${markVariable}=${stackPath()}`;
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const variables = readFileSync(join(proc, name, 'environ'), 'utf8').split('\0');
        if (!variables.includes(mark)) return [];
        return [{ pid: Number(name), commandLine: readFileSync(join(proc, name, 'cmdline'), 'utf8') }];
      } catch {
        // Someone else's, or it has ended.
        return [];
      }
    });
}

/** The process of a part, if it runs. */
export const processOf = (name: Part['name'], processes: Marked[]): Marked | undefined =>
  processes.find(({ commandLine }) => commandLine.includes(partSigns[name]));

/** Ends these processes; those that are deaf to it the hard way. */
async function end(pids: number[], { change, signal }: Context, seconds: number): Promise<void> {
  const left = () => findProcesses().filter(({ pid }) => pids.includes(pid));
  const send = (name: NodeJS.Signals) => {
    for (const { pid } of left())
      try {
        process.kill(pid, name);
      } catch {
        // It has ended in between.
      }
  };
  const gone = () =>
    until({
      for: 'end of the processes',
      seconds,
      signal,
      probe: async () => (left().length === 0 ? { done: true } : { seen: `${left().length} still run` }),
    });
  if (pids.length === 0) return;
  await change(`end processes ${pids.join(', ')}`, async () => {
    send('SIGTERM');
    await gone().catch(async (error: unknown) => {
      if (signal.aborted) throw error;
      send('SIGKILL');
      await gone();
    });
  });
}

const pidsOf = (processes: Marked[]): number[] => processes.map(({ pid }) => pid);

/** Ends every process of the stack: JupyterLab first, which lets its kernels end in order. */
export async function endProcesses(context: Context): Promise<void> {
  const isLab = ({ commandLine }: Marked) => commandLine.includes(partSigns.lab);
  await end(pidsOf(findProcesses().filter(isLab)), context, 15);
  await end(pidsOf(findProcesses()), context, 10);
}
