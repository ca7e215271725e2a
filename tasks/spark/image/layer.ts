// A job's own image: the Spark image and a layer with its packages, jars and files, built on this machine without a network.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../lib/failure.ts';
import { paced } from '../../lib/pace.ts';
import { cachePath, imageArchive } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Output, SingleStep, Step, Tool } from '../../lib/types.ts';
import { fetchSpark, findDistribution, shortHash } from './distribution.ts';
import { findEngine } from './docker.ts';
import { builderNoise, findImageTag, imageReference } from './image.ts';
import { findTarget, madeTarget, type PythonTarget } from './image-python.ts';
import { fetchedFolder, fullDisk } from './layer-cache.ts';
import type { LayerFile } from './layer-files.ts';
import { contentOf, copiesOf, copyCommands, fileProblems, fileSum } from './layer-files.ts';
import { dockerfile, jobFolder, layerBuildCommands, layerPlaces, type Parts } from './layer-image.ts';
import { fetchJars, mavenProblems } from './layer-maven.ts';
import { fetchPackages, wheelProgram } from './layer-python.ts';
import { readRequirements, sparkProblems } from './layer-requirements.ts';

/** What goes on top of the Spark image. */
export interface Layer {
  /** Files and folders: the path on this machine, and the absolute one in the image. */
  files: LayerFile[];
  /** Lines of a requirements file; `-r FILE` names one. */
  pip: string[];
  /** Where relative paths in them begin; the current folder if left out. */
  pipFolder?: string;
  /** `group:artifact:version`, as spark-submit's --packages has them. */
  maven: string[];
}

const isEmpty = ({ files, pip, maven }: Layer): boolean => files.length + pip.length + maven.length === 0;

/** What about the layer cannot work, all at once; only looks. */
export function layerProblems({ image, spark }: Profile, layer: Layer): string[] {
  const requirements = readRequirements(layer.pip, layer.pipFolder);
  return [
    ...(image.platforms && !isEmpty(layer)
      ? ['image.platforms: packages and files of a job are for the platform of this machine alone; leave it out']
      : []),
    ...requirements.problems,
    ...sparkProblems(requirements.lines, spark.version),
    ...mavenProblems(layer.maven),
    ...fileProblems(layer.files),
  ];
}

/** What this machine must have to fetch what the layer asks for, beyond what building takes. */
export const layerTools = ({ pip, maven }: Layer): Tool[] => [
  ...(pip.length > 0 ? [{ name: 'pip3', package: 'python3-pip', purpose: "fetches the job's Python packages" }] : []),
  ...(maven.length > 0
    ? [{ name: 'java', package: 'default-jre-headless', purpose: "fetches the job's Maven packages" }]
    : []),
];

/** Everything of a layer that the image follows from, read once. */
interface Content {
  /** The image below. */
  spark: string;
  image: string;
  parts: Parts;
  /** Digest of the files, by which a change while they are copied is seen. */
  files: string[];
  /** What packages were asked for: a hash that names their folder, but for what the image has. */
  python: string;
  jars: string;
}

async function readContent(profile: Profile, { files, pip, pipFolder, maven }: Layer): Promise<Content> {
  const { lines, constraints, wheels } = readRequirements(pip, pipFolder);
  const tag = await findImageTag(profile);
  const sums = await Promise.all(wheels.map(fileSum));
  const python = shortHash([lines, constraints, sums, wheelProgram()]);
  const jars = shortHash([maven, profile.spark.version, process.env['DEFAULT_ARTIFACT_REPOSITORY']]);
  const copies = copiesOf(files, '', jobFolder);
  const below = (place: string) => files.some(({ to }) => to.startsWith(`${place}/`));
  const parts: Parts = {
    python: pip.length > 0,
    jars: maven.length > 0,
    job: below(jobFolder),
    modules: below(layerPlaces.python),
    ownJars: below(layerPlaces.jars),
    others: copies.flatMap(({ from, to }) => (to.startsWith(`${jobFolder}/`) ? [] : [{ copy: from, to }])),
  };
  const spark = imageReference(profile, tag);
  const content = await contentOf(files);
  const all = [pip.length > 0 && python, maven.length > 0 && jars, content, dockerfile(spark, parts)];
  const image = imageReference(profile, `${tag}-${shortHash(all)}`);
  return { spark, image, parts, files: content, python, jars };
}

const pythonFolder = ({ python }: Content, target: PythonTarget): string =>
  fetchedFolder('python', shortHash([python, target]));

/** What of the cache the layer is made of, as far as that is known beforehand and there. */
function cachedFolders(profile: Profile, { files, maven, pip }: Layer, content: Content): string[] {
  const target = madeTarget(profile);
  return [
    ...(target && pip.length > 0 ? [pythonFolder(content, target)] : []),
    ...(maven.length > 0 ? [fetchedFolder('jars', content.jars)] : []),
    ...files.flatMap(({ from, digest }) => (digest ? [from] : [])),
  ].filter((folder) => existsSync(folder));
}

/**
 * Makes the job's image once and sets `state.image` to it; none if the layer is empty. The Spark image must have been built.
 * Packages without a version are those of the day they were first asked for, for as long as the cache has them.
 */
export function layerSteps(profile: Profile, layer: Layer): Step[] {
  if (isEmpty(layer)) return [];
  let reading: Promise<Content> | undefined;
  const content = (): Promise<Content> => {
    reading ??= readContent(profile, layer);
    return reading;
  };
  const fetched: { python?: string; jars?: string } = {};
  const unlessBuilt = (step: SingleStep): SingleStep => ({
    ...step,
    skip: async (context) => {
      const { image } = await content();
      return existsSync(imageArchive(image)) ? `${image} is built` : ((await step.skip?.(context)) ?? false);
    },
  });
  const pip: SingleStep = {
    title: 'Fetch Python packages',
    run: async (context, out) => {
      const found = await content();
      const target = await findTarget(context, found.spark);
      // A dry run does not get to know another base.
      if (!target) return;
      const folder = pythonFolder(found, target);
      fetched.python = folder;
      if (existsSync(folder)) return out.line('in the cache');
      await fetchPackages(folder, target, readRequirements(layer.pip, layer.pipFolder), context, out);
    },
  };
  const maven: SingleStep = {
    title: 'Fetch Maven packages',
    run: async (context, out) => {
      const folder = fetchedFolder('jars', (await content()).jars);
      fetched.jars = folder;
      if (existsSync(folder)) return out.line('in the cache');
      await fetchJars(folder, layer.maven, (await findDistribution(profile)).home, context, out);
    },
  };
  return [
    {
      title: "Name the job's image",
      run: async ({ run, state }, out) => {
        const found = await content();
        state.image = found.image;
        out.line(found.image);
        // By its time it is seen that somebody still needs it, though the image is built.
        const cached = cachedFolders(profile, layer, found);
        if (cached.length > 0) await run(['touch', ...cached]);
      },
    },
    ...(layer.pip.length > 0 ? [unlessBuilt(pip)] : []),
    // Ivy is one of Spark's jars.
    ...(layer.maven.length > 0 ? [fetchSpark(profile), maven].map(unlessBuilt) : []),
    unlessBuilt({
      title: "Build the job's image",
      run: async (context, out) => buildLayer(await content(), layer, fetched, context, out),
    }),
  ];
}

async function buildLayer(
  { spark, image, parts, files }: Content,
  layer: Layer,
  fetched: { python?: string; jars?: string },
  context: Context,
  out: Output,
): Promise<void> {
  const archive = imageArchive(image);
  const part = `${archive}.${process.pid}`;
  const work = `${cachePath('layers')}/build.${process.pid}`;
  const { run } = context;
  try {
    // A process that was killed may have left something there, and had this one's id.
    await run(['rm', '--recursive', '--force', work]);
    await run(['mkdir', '-p', work, cachePath('images')]);
    await context.write([{ path: join(work, 'Dockerfile'), content: dockerfile(spark, parts) }]);
    for (const [name, folder] of Object.entries(fetched)) {
      // No copies, and by its time it is seen that somebody still needs it.
      await run(['cp', '--archive', '--link', folder, join(work, name)]);
      await run(['touch', folder]);
    }
    const copies = copiesOf(layer.files, work, jobFolder);
    for (const command of copyCommands(layer.files, copies)) await run(command);
    if (existsSync(work) && (await contentOf(copies)).join() !== files.join())
      throw new Failure("the job's files changed while they were copied", { hint: 'run this again' });
    const engine = await findEngine(context);
    const show = paced(out.line, 500);
    await engine(layerBuildCommands(spark, image, work, part), (line) => !builderNoise.test(line) && show(line));
    await run(['mv', '--force', part, archive]);
  } catch (error) {
    throw fullDisk(error, archive) ?? error;
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(part, { force: true });
  }
}
