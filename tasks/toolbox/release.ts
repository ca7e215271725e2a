// Downloads official releases, each checked against its published checksum.
import { basename, join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { curlCommand } from '../core/network/curl.ts';
import type { Command, Exec } from '../core/types.ts';
import type { Context, Output } from '../steps/types.ts';

export interface Release {
  /** The programs to keep. */
  programs: string[];
  address: string;
  /** A published text with the file's sha256; where it lists several files, the line with this one's name counts. */
  checksums: string;
  /** Folder of the programs inside a .tar.gz, `.` for none; left out, the download is the program itself. */
  folder?: string;
}

/** A system and a processor, in the words of release files. */
export interface Platform {
  os: 'linux' | 'darwin';
  arch: 'amd64' | 'arm64';
}

/** The platform this runs on; systems other than macOS count as Linux. */
export const thisPlatform = (): Platform => ({
  os: process.platform === 'darwin' ? 'darwin' : 'linux',
  arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
});

/** How long a host may take to answer before it counts as out of reach. */
const patienceSeconds = 10;

/** The sha256 of a file in a published list: the line that names it, or the only word there is. */
export function publishedSum(list: string, file: string): string | undefined {
  const lines = list.trim().split('\n');
  const line = lines.length === 1 ? lines[0] : lines.find((text) => text.trim().endsWith(file));
  return /\b[0-9a-f]{64}\b/.exec(line ?? '')?.[0];
}

/** The published checksums of these releases, in their order; undefined if one of them cannot be reached. */
export async function readChecksums(releases: Release[], read: Exec): Promise<string[] | undefined> {
  const patience = ['--max-time', String(patienceSeconds)];
  const lists = await Promise.all(
    releases.map(({ checksums }) => read(curlCommand(checksums, ...patience)).catch(() => '')),
  );
  return lists.includes('') ? undefined : lists;
}

/** The system's checker of sums of `bits` bits; it reads `sum  file` lines. */
const sumCheckCommand = (bits: 256 | 512): Command =>
  process.platform === 'darwin'
    ? ['shasum', '--algorithm', String(bits), '--check', '--quiet']
    : [`sha${bits}sum`, '--check', '--quiet'];

/** A file's sum (hexadecimal) must be this one; otherwise a Failure that names where the file came from. */
export async function verifySum(
  path: string,
  sum: string,
  from: { address: string; hint: string; bits?: 256 | 512 },
  run: Exec,
): Promise<void> {
  const bits = from.bits ?? 256;
  await run(sumCheckCommand(bits), { input: `${sum}  ${path}\n` }).catch((cause: unknown) => {
    throw new Failure(`${from.address} is not the published file: its sha${bits} is not ${sum}`, {
      hint: from.hint,
      cause,
    });
  });
}

/**
 * Downloads a release into `work` and unpacks its programs there. Fails if its checksum is missing or another;
 * `hint` then says what else can be done.
 */
export async function fetchRelease(
  release: Release,
  { list, work, hint }: { list: string; work: string; hint: string },
  context: Pick<Context, 'run' | 'remove' | 'move'>,
  out: Output,
): Promise<void> {
  const { run, move } = context;
  const file = basename(release.address);
  const path = join(work, file);
  const sum = publishedSum(list, file);
  if (!sum) throw new Failure(`${release.checksums} has no checksum of ${file}`, { hint });
  out.line(file);
  await run(curlCommand(release.address, '--output', path));
  await verifySum(path, sum, { address: release.address, hint }, run);
  if (release.folder) return unpack(path, release, work, context);
  const program = join(work, release.programs[0] ?? file);
  if (program !== path) await move(path, program);
  await run(['chmod', '755', program]);
}

async function unpack(
  archive: string,
  { programs, folder }: Release,
  work: string,
  { run, remove }: Pick<Context, 'run' | 'remove'>,
): Promise<void> {
  const inside = programs.map((program) => (folder === '.' ? program : `${folder}/${program}`));
  const strip = folder === '.' ? 0 : (folder ?? '').split('/').length;
  await run(['tar', '-xzf', archive, '-C', work, `--strip-components=${strip}`, '--no-same-owner', ...inside]);
  await remove(archive);
}
