// Runs the shell as a child process: its environment, its streams, its end.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { splitLines } from '../../core/lines.ts';
import type { Command } from '../../core/types.ts';
import type { Show } from '../../steps/types.ts';
import { disturbing } from '../../submission/engines/spark-submit/command.ts';
import type { Lifeline } from '../keeper.ts';
import { shellVariables } from '../kinds.ts';
import { isTerminal, untilAsked } from '../terminal.ts';
import type { Java } from './programs.ts';
import { sessionFiles } from './settings.ts';

/** Programs of this machine that a driver takes. */
export interface Programs {
  /** SPARK_HOME. */
  spark: string;
  java: Java;
  /** Only of shells that are Python. */
  python?: string;
  /** Folders of jars beside Spark's. */
  jars: readonly string[];
  /** Whether `setpriv` ends a child with its parent. */
  ties: boolean;
}

/** A driver's environment: this one, without what would send Spark somewhere else. */
export function driverEnvironment(
  kind: string,
  { spark, java, python, jars }: Programs,
  folder: string,
  own: Readonly<Record<string, string | undefined>>,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !disturbing.includes(name));
  return {
    ...Object.fromEntries(kept),
    ...shellVariables(kind),
    ...own,
    SPARK_HOME: spark,
    SPARK_CONF_DIR: join(folder, sessionFiles.conf),
    JAVA_HOME: java.home,
    PATH: [join(java.home, 'bin'), environment['PATH']].join(delimiter),
    FIRESTEEL_CONF: join(folder, sessionFiles.map),
    // Spark's pages ask for no password, so they are for this machine alone; executors use spark.driver.host.
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_PUBLIC_DNS: '127.0.0.1',
    // The executors' own, by the name that it has there.
    PYSPARK_PYTHON: 'python3',
    ...(python ? { PYSPARK_DRIVER_PYTHON: python } : {}),
    ...(jars.length > 0 ? { SPARK_DIST_CLASSPATH: jars.map((one) => join(one, '*')).join(delimiter) } : {}),
  };
}

/** Runs the shell to its end; its exit code. It ends with this process, and with the connection that its executors live by. */
export async function runDriver(
  command: Command,
  { ties }: Programs,
  env: NodeJS.ProcessEnv,
  lifeline: Lifeline,
  show: Show,
): Promise<number> {
  const [program, ...args] = ties ? ['setpriv', '--pdeathsig', 'TERM', ...command] : command;
  const isTyped = isTerminal();
  const child = spawn(program ?? '', args, {
    env,
    stdio: isTyped ? 'inherit' : ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(new Failure(`cannot start ${command[0]}: ${cause.message}`, { cause })));
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  const output = async () => {
    if (child.stdout) for await (const line of splitLines(child.stdout)) show.lines(line);
    return ended;
  };
  const lost = lifeline.lost.then(async () => {
    child.kill('SIGTERM');
    await ended;
    throw new Failure('the connection to the cluster is lost, and the executors ended with it', {
      hint: 'open another shell once the cluster answers',
    });
  });
  return untilAsked(
    () => Promise.race([output(), lost]),
    () => child.kill('SIGTERM'),
    { leaves: isTyped },
  );
}
