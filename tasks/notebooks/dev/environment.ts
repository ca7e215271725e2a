// The Python environments of a dev stack of processes: one in the cache, and one of the stack on top.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../../core/exec.ts';
import { shortHash } from '../../core/files/hash.ts';
import { pipSettings } from '../../core/network/pip.ts';
import { cachePath, projectPath } from '../../core/paths.ts';
import type { Command, Exec, FileContent } from '../../core/types.ts';
import { followPip } from '../../images/layer/pip-progress.ts';
import { countOf, readRequirements } from '../../images/layer/requirements.ts';
import type { SingleStep } from '../../steps/types.ts';
import { stackPath } from './stack.ts';

/** Exact versions of everything, none to be added. */
export const requirementsFile = projectPath('docker', 'dev', 'requirements.txt');

/** Minor versions of Python 3 that all packages have wheels for. */
const minors = { from: 11, to: 12 };

/** `3.11.7` of `Python 3.11.7`. Failure without Python. */
const pythonVersion = async (read: Exec): Promise<string> =>
  /^Python (\d\S*)/m.exec(await read(['python3', '--version']))?.[1] ?? '';

/** Why this machine's Python does not do, if it has one. Only reads. */
export async function pythonProblems(read: Exec): Promise<string[]> {
  const version = await pythonVersion(read).catch(() => undefined);
  const [major, minor] = (version ?? '').split('.').map(Number);
  if (version === undefined || (major === 3 && Number(minor) >= minors.from && Number(minor) <= minors.to)) return [];
  return [
    `python3 is ${version}, but JupyterLab's packages need 3.${minors.from} to 3.${minors.to}: use Docker, or put such a Python on PATH`,
  ];
}

/** Whether Python lacks what a virtual environment gets its pip from: on Debian that is its own package. */
export const lacksEnsurepip = async (read: Exec): Promise<boolean> =>
  !(await read(['python3', '-m', 'ensurepip', '--version']).catch(() => ''));

/** The folder of the cached environment for this machine's Python. */
export async function findEnvironment(read: Exec): Promise<string> {
  const version = await pythonVersion(read);
  return cachePath('dev', shortHash([version, readFileSync(requirementsFile, 'utf8')]));
}

const completeFile = (folder: string): string => join(folder, 'complete');

/** pip's own files on the way: hundreds of MB, which an interrupted run leaves where the next one removes them. */
const temporaryIn = (folder: string): string => join(folder, 'temporary');

const fillCommand = (folder: string): Command => [
  ...(['env', ...pipSettings, 'PIP_NO_COLOR=1', `TMPDIR=${temporaryIn(folder)}`] as const),
  ...[join(folder, 'bin', 'python'), '-m', 'pip', 'install'],
  ...['--no-deps', '--only-binary=:all:', '--progress-bar', 'off', '--requirement', requirementsFile],
];

/** Makes the environment once. */
export const makeEnvironment: SingleStep = {
  title: 'Install JupyterLab and TensorFlow',
  skip: async ({ read }) => existsSync(completeFile(await findEnvironment(read))) && 'in the cache',
  run: async ({ read, run, write, mkdir, remove }, out) => {
    const folder = await findEnvironment(read);
    out.line('2 GB, only the first time');
    // Made again if it was interrupted.
    await run(['python3', '-m', 'venv', '--clear', folder]);
    await mkdir(temporaryIn(folder));
    const work = {
      total: countOf(readRequirements([`-r ${requirementsFile}`]).lines),
      temporary: temporaryIn(folder),
      target: folder,
    };
    const { onLine, end } = followPip(work, out.line);
    await run(fillCommand(folder), { onLine }).finally(end);
    await remove(temporaryIn(folder));
    await write([{ path: completeFile(folder), content: '' }]);
  },
};

/** The folder of the stack's own environment: what notebooks install goes there, and with the stack. */
export const ownEnvironment = (): string => stackPath('environment');

/** By it the own environment has the cached one's packages, behind its own. https://docs.python.org/3/library/site.html */
async function linkFile(read: Exec): Promise<FileContent> {
  const [major, minor] = (await pythonVersion(read)).split('.');
  const packages = join('lib', `python${major}.${minor}`, 'site-packages');
  const content = `import site; site.addsitedir(${JSON.stringify(join(await findEnvironment(read), packages))})\n`;
  return { path: join(ownEnvironment(), packages, 'cached.pth'), content };
}

/** `pip` for lines such as `!pip install`; its modules are the cached ones. The path of a first line may have no blank. */
const pipProgram = (name: string): FileContent => ({
  path: join(ownEnvironment(), 'bin', name),
  content: `#!/bin/sh\nexec ${quoted(join(ownEnvironment(), 'bin', 'python'))} -P -m pip "$@"\n`,
  mode: 0o755,
});

/** Makes the stack's own environment; the cached one, which all stacks share, stays unchanged. */
export const makeOwnEnvironment: SingleStep = {
  title: "Make the dev stack's Python environment",
  skip: async ({ read }) => {
    const { path, content } = await linkFile(read);
    return existsSync(path) && readFileSync(path, 'utf8') === content && 'already there';
  },
  run: async ({ read, run, write }) => {
    await run(['python3', '-m', 'venv', '--without-pip', '--clear', ownEnvironment()]);
    // The link comes last: without it the environment is made again.
    await write([pipProgram('pip'), pipProgram('pip3'), await linkFile(read)]);
  },
};

/**
 * Environments in the cache that were made before this age, are not what this machine's stacks are made with now or were
 * not finished, and that no process uses. Only reads.
 */
export async function oldEnvironments(read: Exec, ageMs: number, proc = '/proc'): Promise<string[]> {
  const folder = cachePath('dev');
  if (!existsSync(folder)) return [];
  const newest = await findEnvironment(read).catch(() => undefined);
  const old = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(
      (path) => (path !== newest || !existsSync(completeFile(path))) && Date.now() - statSync(path).mtimeMs >= ageMs,
    );
  if (old.length === 0) return [];
  const used = variablesOfAll(proc);
  return old.filter((path) => !used.some((variables) => variables.includes(`${path}/`)));
}

/** The variables of every process that this user may look at. */
const variablesOfAll = (proc: string): string[] =>
  (existsSync(proc) ? readdirSync(proc) : [])
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readFileSync(join(proc, name, 'environ'), 'utf8')];
      } catch {
        // Someone else's, or it has ended.
        return [];
      }
    });
