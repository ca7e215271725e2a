// Finds the Python version and libc of an image, by which packages are chosen.
import { Failure } from '../../core/failure.ts';
import type { Command } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import { madeBaseHas } from '../../spark/versions.ts';
import type { Context } from '../../steps/types.ts';
import { findEngine } from '../docker.ts';
import { presentCommand } from './image.ts';

export interface PythonTarget {
  /** `3.11`. */
  python: string;
  /** As `uname -m` says it. */
  machine: string;
  glibc: string;
  /** Version of the Spark it has. */
  spark: string;
}

/** What the base that is made here has; undefined if the profile names another. */
export const madeTarget = ({ image, spark }: Profile): PythonTarget | undefined =>
  image.base
    ? undefined
    : {
        python: madeBaseHas.python,
        machine: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
        glibc: madeBaseHas.glibc,
        spark: spark.version,
      };

const question =
  'import os, platform, sys; print("image-has", "%d.%d" % sys.version_info[:2], platform.machine(), os.confstr("CS_GNU_LIBC_VERSION"))';

/** Runs the image's own Python, without a network. */
const questionCommand = (image: string): Command => [
  ...(['docker', 'run', '--rm', '--network', 'none', '--entrypoint', 'python3', image, '-c'] as const),
  question,
];

/** What the image's Python said, among other lines; undefined if it did not. */
export function parseAnswer(lines: readonly string[], spark: string): PythonTarget | undefined {
  const answers = lines.map((line) => /^image-has (\d+\.\d+) (\S+) glibc (\d+\.\d+)/.exec(line));
  const [, python, machine, glibc] = answers.find(Boolean) ?? [];
  return python && machine && glibc ? { python, machine, glibc, spark } : undefined;
}

/** What the Spark image has; undefined in a dry run, where nobody is asked. */
export async function findTarget(context: Context, image: string): Promise<PythonTarget | undefined> {
  const made = madeTarget(context.profile);
  if (made) return made;
  const lines: string[] = [];
  const engine = await findEngine(context);
  try {
    await engine([presentCommand(image), questionCommand(image)], (line) => lines.push(line));
  } catch (error) {
    const said = [(error as Error).message, ...lines];
    if (!said.some((line) => line.includes('docker run '))) throw error;
    throw new Failure(`image.base ${context.profile.image.base} lacks Python or glibc, which packages need`, {
      cause: error,
      output: lines.slice(-20).join('\n'),
      hint: 'choose a base with python3 and glibc, such as Debian or Ubuntu, or remove image.base',
    });
  }
  return parseAnswer(lines, context.profile.spark.version);
}
