// Installs nbconvert and IPython from PyPI with exact pins, in a folder of the cache.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { shortHashOfFiles } from '../../core/files/hash.ts';
import { replaceFolder } from '../../core/files/work-folder.ts';
import { pipSettings } from '../../core/network/pip.ts';
import { cachePath, projectPath } from '../../core/paths.ts';
import type { Command, Exec } from '../../core/types.ts';
import { followPip } from '../../images/layer/pip-progress.ts';
import type { SingleStep, Tool } from '../../steps/types.ts';

const requirements = projectPath('docker', 'notebook', 'requirements.txt');
const program = projectPath('docker', 'notebook', 'convert.py');

/** What the pinned packages run on; the newest line of nbconvert needs it. */
const oldestPython = [3, 11] as const;

/** The version of this machine's Python 3, such as `3.11`; undefined if it has none. */
const hostPython = (read: Exec): Promise<string | undefined> =>
  read(['python3', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).then(
    (version) => version.trim() || undefined,
    () => undefined,
  );

/** Packages with compiled parts are for one version of Python. */
const folderFor = (python: string): string =>
  cachePath('notebook', `python${python}-${shortHashOfFiles(requirements)}`);

/** The folder of the packages, if they are there for this machine's Python. */
export async function findConverter(read: Exec): Promise<string | undefined> {
  const python = await hostPython(read);
  const folder = python && folderFor(python);
  return folder && existsSync(folder) ? folder : undefined;
}

/** The same folder; Failure without it. */
export async function verifyConverter(read: Exec): Promise<string> {
  const folder = await findConverter(read);
  if (folder) return folder;
  throw new Failure('there is no notebook converter', { hint: 'run the command again' });
}

const hasPip = async (read: Exec): Promise<boolean> =>
  (await read(['python3', '-m', 'pip', '--version']).catch(() => '')) !== '';

/** What this machine must have to convert notebooks. */
export async function converterTools(read: Exec): Promise<Tool[]> {
  const purpose = 'converts notebooks';
  return [
    { name: 'python3', package: 'python3', purpose },
    // A pip3 on PATH may be another Python's.
    ...((await findConverter(read)) || (await hasPip(read))
      ? []
      : [{ name: "python3's pip", package: 'python3-pip', purpose: 'fetches nbconvert' }]),
  ];
}

/** What keeps this machine from converting; none if it lacks Python, which can be installed. */
export async function converterProblems(read: Exec): Promise<string[]> {
  const python = await hostPython(read);
  if (!python) return [];
  const [major = 0, minor = 0] = python.split('.').map(Number);
  const isNew = major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
  return isNew ? [] : [`python3 is ${python}: converting notebooks needs ${oldestPython.join('.')} or newer`];
}

/** pip's own files on the way, in the folder that goes with the work. */
const temporaryIn = (target: string): string => join(target, 'temporary');

/** pip with hashes, into its own folder. */
const installCommand = (target: string): Command => [
  ...(['env', ...pipSettings, `TMPDIR=${temporaryIn(target)}`] as const),
  ...['python3', '-m', 'pip', 'install', '--progress-bar', 'off'],
  ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--target', target, '--requirement', requirements],
];

/** Fetches the packages once: 93 MB. */
export const getConverter: SingleStep = {
  title: 'Get the notebook converter',
  skip: async ({ read }) => ((await findConverter(read)) ? 'in the cache' : false),
  run: async (context, out) => {
    const { read, run, mkdir, remove } = context;
    const target = folderFor((await hostPython(read)) ?? 'unknown');
    await replaceFolder(target, context, async (work) => {
      await mkdir(temporaryIn(work));
      const { onLine, end } = followPip({ temporary: temporaryIn(work), target: work }, out.line);
      await run(installCommand(work), { onLine }).finally(end);
      await remove(temporaryIn(work));
    });
  },
};

/** The program that reads requests and answers, a line of JSON each. */
export const converterCommand: Command = ['python3', '-B', program];

/** Its environment: the packages, and nothing that this user has put beside Python. */
export const converterEnv = (folder: string): Record<string, string> => ({
  PYTHONPATH: folder,
  PYTHONNOUSERSITE: '1',
  PYTHONUTF8: '1',
  PYTHONHASHSEED: '0',
});
