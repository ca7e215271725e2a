// The name of the Spark image, made from its content, and the commands that build it.
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { shortHash } from '../core/files/hash.ts';
import { cachePath, imageArchive, projectPath } from '../core/paths.ts';
import { paced } from '../core/screen/pace.ts';
import type { Command, Exec, FileContent } from '../core/types.ts';
import { buildsInNode, traitsOf } from '../profile/blocks/traits.ts';
import type { Profile } from '../profile/schema.ts';
import { hasToolOption, kubernetesProblem, lineProblem, unknownProperties } from '../spark/versions.ts';
import type { SingleStep } from '../steps/types.ts';
import { baseReference, importCommand, madeBase } from './base.ts';
import { distributionProblems, findDistribution } from './distribution/distribution.ts';
import { findEngine } from './docker.ts';
import { platformProblems, platformWords, pushedCommand } from './platforms.ts';

/** The user of Spark's own images since 3.0. */
const sparkUid = 185;

/** All that the content of an image follows from. */
export interface ImageInputs {
  /** Key of the distribution. */
  distribution: string;
  /** Reference of the base image. */
  base: string;
  /** The files of docker/spark/ that go into the build, by name. */
  files: Record<string, string>;
  /** Part of the image's name, so of the archive's content. */
  repository: string;
  /** Platforms it is for; this machine's if left out. */
  platforms?: string[];
}

/** `4.3.0-0123456789ab`: the Spark version and a hash of everything that goes in. */
export const imageTag = (
  version: string,
  { distribution, base, files, repository, platforms }: ImageInputs,
): string => {
  const inputs = [distribution, base, Object.entries(files).sort(), repository, sparkUid];
  return `${version}-${shortHash(platforms ? [...inputs, [...platforms].sort()] : inputs)}`;
};

/** The reference as docker-image-tool.sh makes it: `[REPOSITORY/]spark:TAG`. */
export const imageReference = ({ image }: Profile, tag: string): string =>
  `${image.repository ? `${image.repository}/` : ''}spark:${tag}`;

/**
 * docker-image-tool.sh of the distribution in `home`. It takes an unknown option for the end of all options and continues,
 * so each line of Spark gets those it knows. Spark 2 looks for its files in the current folder.
 */
export function imageToolCommand(profile: Profile, home: string, tag: string): Command {
  const isSpark2 = profile.spark.version.startsWith('2.');
  const { platforms } = profile.image;
  return [
    'env',
    ...(isSpark2 ? [`--chdir=${home}`] : []),
    `SPARK_HOME=${home}`,
    ...(platforms ? [platformWords(platforms)] : []),
    join(home, 'bin', 'docker-image-tool.sh'),
    ...(profile.image.repository ? ['-r', profile.image.repository] : []),
    '-t',
    tag,
    ...(hasToolOption(profile.spark.version, 'u') ? ['-u', `${sparkUid}`] : []),
    ...(platforms ? ['-X'] : []),
    '-b',
    // The tool hands it on unquoted, and has no option for this: no step of the build has a network.
    `base_img=${baseReference(profile)} --network none`,
    'build',
  ];
}

/** What about the profile's image cannot be built; only looks. */
export function imageProblems(profile: Profile): string[] {
  const problem = lineProblem(profile) ?? kubernetesProblem(profile);
  return [
    // Where to fetch from does not matter for a Spark that would not run.
    ...(problem ? [problem] : distributionProblems(profile)),
    ...unknownProperties(profile),
    ...builderProblems(profile),
    ...platformProblems(profile),
    // The tool's own script does not quote it.
    ...(/\s/.test(cachePath()) ? [`${cachePath()}: docker-image-tool.sh cannot handle spaces in a path`] : []),
  ];
}

function builderProblems(profile: Profile): string[] {
  if (!buildsInNode(profile)) return [];
  const { image, cluster } = profile;
  const { buildProblems } = traitsOf(profile);
  return buildProblems?.(profile) ?? [`image.builder ${image.builder} needs cluster: ${image.builder}, not ${cluster}`];
}

/** Builds, makes sure of the result (the tool ends with 0 after many a failure) and writes the archive. */
export function buildCommands(profile: Profile, home: string, tag: string, archive: string): Command[] {
  const base = madeBase(profile);
  const reference = imageReference(profile, tag);
  // It is in the registry then, and nowhere else.
  if (profile.image.platforms) return [imageToolCommand(profile, home, tag), pushedCommand(reference)];
  return [
    ...(base ? [importCommand(base)] : []),
    imageToolCommand(profile, home, tag),
    ['docker', 'image', 'inspect', '--format', 'image {{.Id}}, {{.Size}} bytes', reference],
    ['docker', 'save', '--output', archive, reference],
    // A private engine runs as root; the cache is its user's.
    ['chown', `${process.getuid?.()}:${process.getgid?.()}`, archive],
  ];
}

/** What the classic builder says between two steps. */
const builderNoise = /^ ---> |^Removing intermediate container |^DEPRECATED: |^ +(Install the buildx|https:)/;

const buildFolder = projectPath('docker', 'spark');

async function buildFiles(): Promise<Record<string, string>> {
  const names = (await readdir(buildFolder)).filter((name) => name === 'Dockerfile' || /\.(sh|py)$/.test(name));
  const files = names.map(async (name) => [name, await readFile(join(buildFolder, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(files));
}

/** The tag of the image this profile asks for; only looks. */
export async function findImageTag(profile: Profile): Promise<string> {
  const [{ key }, files] = await Promise.all([findDistribution(profile), buildFiles()]);
  const { repository = '', platforms } = profile.image;
  const inputs = { distribution: key, base: baseReference(profile), files, repository };
  return imageTag(profile.spark.version, platforms ? { ...inputs, platforms } : inputs);
}

/** The reference of that image; only looks. */
export const sparkImage = async (profile: Profile): Promise<string> =>
  imageReference(profile, await findImageTag(profile));

/** Why nothing is to be built, or false. */
export async function isBuilt(profile: Profile, read: Exec): Promise<string | false> {
  const reference = await sparkImage(profile);
  if (profile.image.platforms) {
    const found = await read(pushedCommand(reference)).catch(() => '');
    return found !== '' && `${reference} is in the registry`;
  }
  return existsSync(imageArchive(reference)) && `${reference} is built`;
}

/** Runs the distribution's docker-image-tool.sh with our Dockerfile and leaves an archive of the image. */
export const buildImage = (profile: Profile): SingleStep => ({
  title: 'Build the Spark image',
  skip: ({ read }) => isBuilt(profile, read),
  run: async (context, out) => {
    const [{ home }, files, tag] = await Promise.all([findDistribution(profile), buildFiles(), findImageTag(profile)]);
    const target = join(home, 'kubernetes', 'dockerfiles', 'spark');
    await context.write(
      Object.entries(files).map(
        ([name, content]): FileContent => ({
          path: join(target, name),
          content,
          mode: name.endsWith('.sh') ? 0o755 : 0o644,
        }),
      ),
    );
    const archive = imageArchive(imageReference(profile, tag));
    const part = `${archive}.${process.pid}`;
    await context.mkdir(cachePath('images'));
    try {
      const engine = await findEngine(context);
      const show = paced(out.line, 500);
      const onLine = (line: string) => !builderNoise.test(line) && show(line);
      await engine(buildCommands(profile, home, tag, part), onLine);
      if (!profile.image.platforms) await context.move(part, archive);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  },
});
