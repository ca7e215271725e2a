// Fetches and unpacks Debian packages for images without a package manager.
import { Failure } from '../core/failure.ts';
import { paced } from '../core/screen/pace.ts';
import type { Command } from '../core/types.ts';
import { debianSources, suite } from '../images/base.ts';
import type { Context, Output } from '../steps/types.ts';

/** Debian's names by Node's. */
const platforms: Record<string, { triplet: string; loader: string }> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: '/lib64/ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: '/lib/ld-linux-aarch64.so.1' },
};

/** What Debian calls the processors of this machine, and the program that loads others with their libraries. */
export function platform(): { triplet: string; loader: string } {
  const found = platforms[process.arch];
  if (!found) throw new Failure(`cannot make images of a class on ${process.arch}: x64 or arm64 needed`);
  return found;
}

/** The loader's file, without its folder. */
export const loaderFile = (): string => platform().loader.split('/').at(-1) ?? '';

/** Fetches and unpacks a package and all it depends on, checked by Debian's signatures. Needs no root's rights. */
export const fetchCommand = (name: string, sources: string[], tarball: string): Command => [
  ...([
    'mmdebstrap',
    '--verbose',
    '--mode=chrootless',
    '--variant=extract',
    '--format=tar',
    `--include=${name}`,
  ] as const),
  suite,
  tarball,
  ...sources,
];

/** It warns root of scripts, which packages that are only unpacked do not run. */
const fetchNoise = /^W: running chrootless mode as root/;

/** Fetches a package with all it depends on, from where this machine's apt does, into one tar file. */
export async function fetchPackage(
  name: string,
  tarball: string,
  { read, run }: Pick<Context, 'read' | 'run'>,
  out: Output,
): Promise<void> {
  const show = paced(out.line);
  const onLine = (line: string) => void (fetchNoise.test(line) || show(line));
  await run(fetchCommand(name, await debianSources(read), tarball), { onLine });
}

/** Takes these out of the tar file of packages into one folder, without the folders that they are in there. */
export const takeCommand = (tarball: string, folder: string, names: readonly string[]): Command => [
  'tar',
  '--extract',
  `--file=${tarball}`,
  `--directory=${folder}`,
  ...['--wildcards', '--no-anchored', '--transform=flags=r;s,.*/,,'],
  ...names,
];
