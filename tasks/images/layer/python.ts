// Downloads wheels with this machine's pip and unpacks them for an image without pip.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipSettings } from '../../core/network/pip.ts';
import { projectPath } from '../../core/paths.ts';
import type { Command } from '../../core/types.ts';
import type { Context, Output } from '../../steps/types.ts';
import { findEngine } from '../docker.ts';
import { fetchInto } from './cache.ts';
import { layerPlaces, presentCommand } from './image.ts';
import type { PythonTarget } from './image-python.ts';
import { missingRequirement, pipFailure } from './pip-failure.ts';
import { followPip } from './pip-progress.ts';
import { countOf, noDeps, type Requirements } from './requirements.ts';

const program = projectPath('docker', 'layer', 'fetch-wheels.py');

/** The text of the program that runs pip: what it does changes what is fetched. */
export const wheelProgram = (): string => readFileSync(program, 'utf8');

/** pip's own files on the way, in the folder that goes with the work. */
const temporaryIn = (input: string): string => join(input, 'temporary');

const pipCommand = (target: PythonTarget, input: string, ...words: string[]): Command => [
  ...([
    'env',
    ...pipSettings,
    'PIP_NO_COLOR=1',
    `TMPDIR=${temporaryIn(input)}`,
    'python3',
    program,
    JSON.stringify(target),
    input,
  ] as const),
  ...words,
];

/** Unpacks wheels for the image into `to`; the folder `input` has requirements.txt and constraints.txt. */
const installCommand = (target: PythonTarget, input: string, to: string, ...options: string[]): Command =>
  pipCommand(
    target,
    input,
    ...['install', '--target', to, '--no-compile', '--progress-bar', 'off', ...options],
    ...['--requirement', join(input, 'requirements.txt'), '--constraint', join(input, 'constraints.txt')],
  );

/** Looks what the index has of one package, and tells it file by file; options.txt in `input` says which index. */
const lookCommand = (target: PythonTarget, input: string, requirement: string): Command =>
  pipCommand(
    target,
    input,
    ...['download', '-vv', '--no-deps', '--dest', input, '--requirement', join(input, 'options.txt'), requirement],
  );

/**
 * Programs of packages begin with the path of this machine's Python, direct_url.json tells where on it a wheel was, and
 * py4j comes with Spark. The modes are those of a umask that did not think of the image's user.
 */
const tidyCommand = (folder: string): Command => [
  'sh',
  '-euc',
  'cd "$0"; rm -rf bin py4j py4j-*.dist-info; find . -name direct_url.json -delete; chmod -R u=rwX,go=rX .',
  folder,
];

/** Fetches what the requirements ask for into `folder` of the cache. */
export async function fetchPackages(
  folder: string,
  target: PythonTarget,
  { lines, constraints }: Requirements,
  context: Context,
  out: Output,
): Promise<void> {
  await fetchInto(folder, context, async (work, content) => {
    // An index may have a password in its address.
    const file = (name: string, texts: string[]) => ({
      path: join(work, name),
      content: `${texts.join('\n')}\n`,
      mode: 0o600,
    });
    const asked = lines.filter((line) => line !== noDeps);
    await context.write([
      file('requirements.txt', asked),
      file('constraints.txt', constraints),
      // The one that is looked for alone comes without a hash.
      file(
        'options.txt',
        asked.filter((line) => line.startsWith('-') && line !== '--require-hashes'),
      ),
    ]);
    const printed: string[] = [];
    await context.mkdir(temporaryIn(work));
    const options = asked.length < lines.length ? [noDeps] : [];
    const total = options.length > 0 ? countOf(asked) : undefined;
    const pip = followPip({ total, temporary: temporaryIn(work), target: content }, out.line);
    const onLine = (line: string) => {
      printed.push(line);
      pip.onLine(line);
    };
    await context
      .run(installCommand(target, work, content, ...options), { onLine })
      .finally(pip.end)
      .catch(async (error: unknown) => {
        throw pipFailure(error, printed, await look(target, work, missingRequirement(printed), context), target);
      });
    const has = (name: string) => existsSync(join(content, name));
    const left = [...(has(`pyspark-${target.spark}.dist-info`) ? ['pyspark'] : []), ...(has('py4j') ? ['py4j'] : [])];
    await context.run(tidyCommand(content));
    out.line(printed.findLast((line) => line.startsWith('Successfully installed ')) ?? 'nothing to install');
    if (left.length > 0) out.line(`left out, because the image has Spark ${target.spark}: ${left.join(' and ')}`);
  });
}

/** What pip prints while it looks for this one alone; nothing if nothing is missing. */
async function look(
  target: PythonTarget,
  input: string,
  requirement: string | undefined,
  { read }: Context,
): Promise<string[]> {
  const lines: string[] = [];
  if (requirement)
    await read(lookCommand(target, input, requirement), { onLine: (line) => lines.push(line) }).catch(() => '');
  return lines;
}

/**
 * Compiles modules in the current folder as those of the image: its user could not keep what each start compiles. No job
 * imports a package's tests, and what cannot be compiled is none of this Python.
 */
const compileCommand: Command = [
  ...([
    'python3',
    '-W',
    'ignore',
    '-m',
    'compileall',
    '-q',
    '-j',
    '0',
    '-x',
    '/tests/',
    '-d',
    layerPlaces.python,
  ] as const),
  ...['--invalidation-mode', 'unchecked-hash', '.'],
];

const whichCommand: Command = [
  ...(['python3', '-c'] as const),
  'import platform, sys; print(platform.python_implementation(), "%d.%d" % sys.version_info[:2])',
];

/** Compiles packages with this machine's Python if that is of the image's version, else with the image's own. */
export async function compilePackages(
  folder: string,
  { python }: PythonTarget,
  image: string,
  context: Context,
  out: Output,
): Promise<void> {
  const host = await context.read(whichCommand).catch(() => '');
  out.line('compiling');
  if (host.trim() === `CPython ${python}`)
    return void (await context.run(['sh', '-c', '"$@" || :', 'compile', ...compileCommand], { cwd: folder }));
  const engine = await findEngine(context);
  const place = layerPlaces.python;
  const inside = ['--rm', '--network', 'none', '--user', '0', '--volume', `${folder}:${place}`, '--workdir', place];
  // Root writes there; the folder's owner removes it later.
  const script = '"$@" || :; chown -R --reference=. .';
  const compile = ['--entrypoint', 'sh', image, '-c', script, 'compile', ...compileCommand];
  await engine([presentCommand(image), ['docker', 'run', ...inside, ...compile]], () => {});
}
