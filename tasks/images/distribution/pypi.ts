// Gets Spark from PyPI's source package of pyspark, which lacks only the Dockerfiles.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usageFailure } from '../../core/failure.ts';
import { pipSettings } from '../../core/network/pip.ts';
import { projectPath } from '../../core/paths.ts';
import type { Command } from '../../core/types.ts';
import { nearestVersion, pinnedVersions } from '../../spark/versions.ts';
import type { Context } from '../../steps/types.ts';

const requirements = (name: string): string => projectPath('docker', 'spark', 'requirements', `${name}.txt`);

/** Whether a version's hash is known here. */
export const isPinned = (version: string): boolean => existsSync(requirements(`pyspark-${version}`));

/** What to do about a version without a hash. */
export const pinnedHint = (version: string): string =>
  `use ${nearestVersion(version, pinnedVersions())}, set spark.archive or spark.home, or write pyspark==${version} with its --hash into ${requirements(`pyspark-${version}`)}`;

/** The pinned requirement of a version, `pyspark==4.3.0 --hash=sha256:…`; usage failure if there is none. */
export function pinnedRequirement(version: string): string {
  if (isPinned(version)) return readFileSync(requirements(`pyspark-${version}`), 'utf8');
  throw usageFailure(`spark.version ${version}: firesteel has no hash of this version`, pinnedHint(version));
}

const sourceIn = (work: string): string => join(work, 'source');

/**
 * Fetches the package into `work` and unpacks it there. pip's metadata step runs setuptools, so
 * pip and setuptools of pinned versions come first: any Python 3 with any pip will do.
 */
export function fetchCommands(version: string, work: string): Command[] {
  const tools = join(work, 'tools');
  const source = sourceIn(work);
  const temporary = join(work, 'temporary');
  return [
    ['mkdir', '-p', source, temporary],
    [
      'env',
      ...pipSettings,
      `TMPDIR=${temporary}`,
      'pip3',
      'install',
      '--quiet',
      '--no-cache-dir',
      '--only-binary',
      ':all:',
      '--require-hashes',
      '--target',
      tools,
      '--requirement',
      requirements('pip'),
    ],
    [
      'env',
      ...pipSettings,
      `PYTHONPATH=${tools}`,
      `TMPDIR=${temporary}`,
      'python3',
      '-m',
      'pip',
      'download',
      '--no-cache-dir',
      '--no-deps',
      '--no-binary',
      ':all:',
      '--no-build-isolation',
      '--require-hashes',
      '--progress-bar',
      'raw',
      '--dest',
      work,
      '--requirement',
      requirements(`pyspark-${version}`),
    ],
    [
      'tar',
      '--extract',
      '--file',
      join(work, `pyspark-${version}.tar.gz`),
      '--strip-components',
      '1',
      '--no-same-owner',
      '--directory',
      source,
    ],
  ];
}

/** Makes a distribution in `home` of what was fetched into `work`. */
export async function layOut(work: string, home: string, { mkdir, move }: Pick<Context, 'mkdir' | 'move'>) {
  const source = sourceIn(work);
  await move(join(source, 'deps'), home);
  await mkdir(join(home, 'python'));
  for (const name of ['pyspark', 'lib']) await move(join(source, name), join(home, 'python', name));
  // Where an Apache release has its Python examples, and where everybody's commands look for them.
  await move(join(home, 'examples'), join(work, 'examples'));
  await mkdir(join(home, 'examples', 'src', 'main'));
  await move(join(work, 'examples'), join(home, 'examples', 'src', 'main', 'python'));
}

/** pip's `Progress BYTES of BYTES` as megabytes; other lines unchanged. */
export function shownProgress(line: string): string {
  const [, done, total] = /^Progress (\d+) of (\d+)$/.exec(line) ?? [];
  return done && total ? `${megabytes(done)} of ${megabytes(total)} MB` : line;
}

const megabytes = (bytes: string): number => Math.round(Number(bytes) / 1e6);
