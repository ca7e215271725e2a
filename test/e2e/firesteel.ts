// What end-to-end tests share: the command as a user runs it, in its own folders.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFailed } from 'vitest';
import { local } from '../../tasks/clusters/local/cluster.ts';
import { localProblems } from '../../tasks/clusters/local/problems.ts';
import { createExec } from '../../tasks/core/exec.ts';
import { cachePath, projectPath, toolsFolder } from '../../tasks/core/paths.ts';
import { reportPlain } from '../../tasks/core/report.ts';
import { buildTools } from '../../tasks/images/build-steps.ts';
import { readProfile } from '../../tasks/profile/read.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import type { Step, Tool } from '../../tasks/steps/types.ts';
import { installMissing, missingTools } from '../../tasks/toolbox/host-packages.ts';
import { firesteelCommand } from '../built-command.ts';
import { plainContext } from '../plain-context.ts';
import type { CommandTime } from '../times.ts';

/** Why this machine cannot run nodes; undefined if it can. */
export async function whyNoNodes(): Promise<string | undefined> {
  const problems = await localProblems(await readProfile('local', []), createExec(new AbortController().signal));
  return problems[0];
}

/** Installs what the tests and their looks at the host need, as the command would with --yes. */
export async function installTools(further: Tool[] = []): Promise<void> {
  const profile = await readProfile('local', []);
  const exec = createExec(new AbortController().signal);
  await perform(
    installMissing(await missingTools([...local.tools(profile), ...buildTools(profile), ...further], exec)),
  );
}

/** Programs of this machine by name, and behind them those that `installTools` brought. */
export const withTools = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${process.env['PATH']}:${toolsFolder()}`,
});

/** Performs steps that need no cluster. */
export async function perform(steps: Step[]): Promise<void> {
  const profile = await readProfile('local', []);
  const { signal } = new AbortController();
  const context = plainContext({ profile, signal });
  const { failure } = await runSteps(steps, context, { report: reportPlain, abort: () => {} });
  if (failure) throw failure.error;
}

export interface Ended {
  code: number | null;
  output: string;
}

export interface Running {
  pid: number;
  ended: Promise<Ended>;
  /** Waits until the output has this; returns what matched. */
  seen(pattern: RegExp): Promise<string>;
  interrupt(): void;
}

export interface Sandbox {
  /** Clusters and runs of the tests, apart from the user's. */
  data: string;
  /** The words of every command that was started. */
  ran: (readonly string[])[];
  /** What a program needs to work in the sandbox. */
  env(): NodeJS.ProcessEnv;
  profile(name: string, text: string): string;
  start(...words: string[]): Running;
  run(...words: string[]): Promise<Ended>;
  remove(): void;
}

/** For the table of test times. */
function noteTime(verb: string, seconds: number): void {
  const file = process.env['COMMAND_TIMES'];
  const time: CommandTime = { file: expect.getState().testPath ?? '', verb, seconds };
  if (file) appendFileSync(file, `${JSON.stringify(time)}\n`);
}

const shownCharacters = 4000;

/** Shows the end of a command's output if its test fails: an assertion shows the beginning alone. */
function showIfTestFails(words: readonly string[], output: () => string): void {
  const end = () => `--- the end of ${words.join(' ')}\n${output().slice(-shownCharacters)}\n`;
  try {
    onTestFailed(() => void process.stderr.write(end()));
  } catch {
    // Of a hook, vitest does not say whether it failed.
  }
}

interface LaunchOptions {
  env?: NodeJS.ProcessEnv;
  onOutput?: () => void;
}

/** Starts firesteel as a user does; `before` are words that run it somewhere else. */
export const launch = (
  words: string[],
  { before = [], ...options }: LaunchOptions & { before?: readonly string[] } = {},
): Running => launchProgram([...before, ...firesteelCommand, ...words], words[0] ?? '', options);

/** Starts a program in the project's folder; its seconds count as those of the verb. */
export function launchProgram(command: readonly string[], verb: string, options: LaunchOptions): Running {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    ...(options.env ? { env: options.env } : {}),
    cwd: projectPath(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  showIfTestFails(command, () => output);
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
      options.onOutput?.();
      for (const watch of watchers) watch();
    });
  const began = Date.now();
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => {
      noteTime(verb, (Date.now() - began) / 1000);
      resolve({ code, output });
    }),
  );
  return {
    pid: child.pid ?? 0,
    ended,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const found = pattern.exec(output)?.[0];
          if (found === undefined) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${output}`)));
      }),
    interrupt: () => void child.kill('SIGINT'),
  };
}

/** Archives of the jobs' images that an output names: up to gigabytes each. Folders share their layers with the cache. */
const jobArchives = (output: string): string[] =>
  (output.match(/(?<=spark:)[\d.]+-\w{12}-\w{12}/g) ?? []).map((tag) => `spark-${tag}.tar`);

/** Jobs of tests last seconds: a quarter of all their time would go to a compiler that pays off after minutes. */
const quickCompiler = ['driver', 'executor']
  .map((role) => `spark.conf.spark.${role}.defaultJavaOptions=-XX:TieredStopAtLevel=1`)
  .join(' ');

/** What the README's reader has: no settings at all. */
export const noSettings = (): NodeJS.ProcessEnv => ({ FIRESTEEL_SET: '' });

/**
 * A data folder for one test file; the cache is the user's, so that nothing is built twice, but archives of jobs'
 * images that came with it go with it. `further` is asked at each start.
 */
export function sandbox(further: () => NodeJS.ProcessEnv = () => ({})): Sandbox {
  const data = mkdtempSync(join(tmpdir(), 'fs-e2e-'));
  const before = existsSync(cachePath('images')) ? readdirSync(cachePath('images')) : [];
  const made = new Set<string>();
  const env = () => ({ ...process.env, XDG_DATA_HOME: data, FIRESTEEL_SET: quickCompiler, ...further() });
  const ran: (readonly string[])[] = [];
  const start = (...words: string[]): Running => {
    ran.push(words);
    const running = launch(words, { env: env() });
    void running.ended.then(({ output }) => {
      for (const name of jobArchives(output)) if (!before.includes(name)) made.add(name);
    });
    return running;
  };
  return {
    data,
    ran,
    env,
    profile: (name, text) => {
      const path = join(data, `${name}.yaml`);
      writeFileSync(path, text);
      return path;
    },
    start,
    run: (...words) => start(...words).ended,
    remove: () => {
      rmSync(data, { recursive: true, force: true });
      // Other lanes have images of jobs, too: theirs stay.
      for (const name of made) rmSync(cachePath('images', name), { force: true });
    },
  };
}
