// The virtual environment of a stack of processes: the same Python packages as the image has, in the cache.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortHash } from '../lib/hash.ts';
import { paced } from '../lib/pace.ts';
import { cachePath, projectPath } from '../lib/paths.ts';
import type { Command, Exec, SingleStep } from '../lib/types.ts';

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
    `python3 is ${version}, and JupyterLab's packages are for 3.${minors.from} to 3.${minors.to}: use Docker, or put such a Python on PATH`,
  ];
}

/** Whether Python lacks what a virtual environment gets its pip from: on Debian that is a package of its own. */
export const lacksEnsurepip = async (read: Exec): Promise<boolean> =>
  !(await read(['python3', '-m', 'ensurepip', '--version']).catch(() => ''));

/** The folder of the environment for this machine's Python. */
export async function findEnvironment(read: Exec): Promise<string> {
  const version = await pythonVersion(read);
  return cachePath('dev', shortHash([version, readFileSync(requirementsFile, 'utf8')]));
}

const completeFile = (folder: string): string => join(folder, 'complete');

/** Makes the environment and fills it. Made anew if it was interrupted. */
const environmentCommands = (folder: string): Command[] => [
  ['python3', '-m', 'venv', '--clear', folder],
  [
    ...(['env', 'PIP_NO_COLOR=1', join(folder, 'bin', 'python'), '-m', 'pip', 'install'] as const),
    ...['--no-deps', '--only-binary=:all:', '--progress-bar', 'off', '--requirement', requirementsFile],
  ],
];

/** Makes the environment once. */
export const makeEnvironment: SingleStep = {
  title: 'Install JupyterLab and TensorFlow',
  skip: async ({ read }) => existsSync(completeFile(await findEnvironment(read))) && 'in the cache',
  run: async ({ read, run, write }, out) => {
    const folder = await findEnvironment(read);
    const show = paced(out.line);
    for (const command of environmentCommands(folder))
      await run(command, { onLine: (line) => show(line.replace(/ \(from .*/, '')) });
    await write([{ path: completeFile(folder), content: '' }]);
  },
};
