// Builds a job's image: the Spark image with a layer of packages, jars and files.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { shortHash } from '../../core/files/hash.ts';
import { replaceFolder } from '../../core/files/work-folder.ts';
import { imageArchive, imageFolder } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Cluster } from '../../steps/cluster.ts';
import type { Context, Output, SingleStep, Step, Tool } from '../../steps/types.ts';
import { fetchSpark, findDistribution } from '../distribution/distribution.ts';
import { findImageTag, imageReference } from '../image.ts';
import { readLayout } from '../layout.ts';
import { readSaved } from '../saved-image.ts';
import { writeArchive } from './archive.ts';
import { fetchedFolder } from './cache.ts';
import { classPathProblems, unfitJars } from './class-path.ts';
import type { LayerFile } from './files.ts';
import { contentOf, copiesOf, copyCommands, fileProblems, fileSum, topsOf } from './files.ts';
import { fetchStorageJars, type JarStorage } from './hadoop.ts';
import { jobFolder, layerEnv, layerPlaces, layoutFiles, type Places } from './image.ts';
import { findTarget, madeTarget, type PythonTarget } from './image-python.ts';
import { fetchJars, jarsIn } from './maven.ts';
import { compilePackages, fetchPackages, wheelProgram } from './python.ts';
import { readRequirements, sparkProblems } from './requirements.ts';
import { packedFolder, packedLayer, packFetched, packLayer } from './tar.ts';

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
  /** The remote file system whose jars it has. */
  storage?: JarStorage | undefined;
}

const isEmpty = ({ files, pip, maven, storage }: Layer): boolean =>
  files.length + pip.length + maven.length === 0 && !storage;

/** What about the layer cannot work, all at once; only looks. */
export function layerProblems(profile: Profile, layer: Layer): string[] {
  const { image, spark } = profile;
  const requirements = readRequirements(layer.pip, layer.pipFolder);
  return [
    ...(image.platforms && !isEmpty(layer)
      ? ['image.platforms: firesteel builds the image of a job only for the platform of this machine; remove the key']
      : []),
    ...requirements.problems,
    ...sparkProblems(requirements.lines, spark.version),
    ...classPathProblems(profile, layer),
    ...fileProblems(layer.files),
  ];
}

/** What this machine must have to fetch what the layer asks for, beyond what building takes. */
export const layerTools = ({ pip, maven, storage }: Layer): Tool[] => [
  ...(pip.length > 0 ? [{ name: 'pip3', package: 'python3-pip', purpose: "fetches the job's Python packages" }] : []),
  ...(maven.length > 0 || storage
    ? [{ name: 'java', package: 'default-jre-headless', purpose: "fetches the job's Maven packages" }]
    : []),
];

/** Everything of a layer that the image follows from, read once. */
interface Content {
  /** The image below. */
  spark: string;
  image: string;
  places: Places;
  /** Digest of the files, by which a change while they are copied is seen. */
  files: string[];
  /** What packages were requested: a hash that names their folder, but for what the image has. */
  python: string;
  jars: string;
  storage: string;
}

/** Raised when the same layer becomes another image than before. */
const format = 2;

async function readContent(profile: Profile, { files, pip, pipFolder, maven, storage: kind }: Layer): Promise<Content> {
  const { lines, constraints, wheels } = readRequirements(pip, pipFolder);
  const tag = await findImageTag(profile);
  const sums = await Promise.all(wheels.map(fileSum));
  const python = shortHash([lines, constraints, sums, wheelProgram()]);
  const jars = shortHash([maven, profile.spark.version, process.env['DEFAULT_ARTIFACT_REPOSITORY']]);
  const storage = shortHash([kind, (await findDistribution(profile)).key, process.env['DEFAULT_ARTIFACT_REPOSITORY']]);
  const below = (place: string) => files.some(({ to }) => to.startsWith(`${place}/`));
  const places = {
    python: pip.length > 0 || below(layerPlaces.python),
    jars: maven.length > 0 || below(layerPlaces.jars),
    storage: kind !== undefined,
  };
  const content = await contentOf(files);
  const all = [format, pip.length > 0 && python, maven.length > 0 && jars, content, ...(kind ? [storage] : [])];
  const image = imageReference(profile, `${tag}-${shortHash(all)}`);
  return { spark: imageReference(profile, tag), image, places, files: content, python, jars, storage };
}

const pythonFolder = ({ python }: Content, target: PythonTarget): string =>
  fetchedFolder('python', shortHash([python, target]));

const jarsFolder = (kind: 'jars' | 'storage', content: Content): string => fetchedFolder(kind, content[kind]);

/** What of the cache the layer is made of, as far as that is known beforehand and there. */
function cachedFolders(profile: Profile, { files, maven, pip, storage }: Layer, content: Content): string[] {
  const target = madeTarget(profile);
  return [
    ...(target && pip.length > 0 ? [packedFolder(pythonFolder(content, target))] : []),
    ...(maven.length > 0 ? [packedFolder(jarsFolder('jars', content))] : []),
    ...(storage ? [packedFolder(jarsFolder('storage', content))] : []),
    ...files.flatMap(({ from, digest }) => (digest ? [from] : [])),
  ].filter((folder) => existsSync(folder));
}

/** Whether the image is in the cache, and on the Spark image that is there now: another build of that has other layers. */
async function isMade({ image, spark }: Content, read: Exec): Promise<boolean> {
  if (existsSync(imageArchive(image))) return true;
  const layout = readLayout(imageFolder(image));
  if (!layout || !existsSync(imageArchive(spark))) return false;
  const { layers } = await readSaved(imageArchive(spark), read);
  return layers.every(({ digest }, i) => layout.layers[i] === `sha256:${digest}`);
}

/**
 * Makes the job's image once and sets `state.image` to it; none if the layer is empty. The Spark image must have been built.
 * Packages without a version are those of the day they were first requested, for as long as the cache has them. Unless the
 * cluster takes layers, there is an archive of the whole image then.
 */
export function layerSteps(
  profile: Profile,
  layer: Layer,
  cluster: Partial<Pick<Cluster, 'takesLayers'>> = {},
): Step[] {
  if (isEmpty(layer)) return [];
  let reading: Promise<Content> | undefined;
  const content = (): Promise<Content> => {
    reading ??= readContent(profile, layer);
    return reading;
  };
  /** Folders with layers of packages. */
  const packed: Record<string, string> = {};
  const unlessMade = (step: SingleStep): SingleStep => ({
    ...step,
    skip: async (context) => {
      const found = await content();
      return (await isMade(found, context.read)) ? `${found.image} is built` : ((await step.skip?.(context)) ?? false);
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
      packed[layerPlaces.python] = packedFolder(folder);
      if (existsSync(packedFolder(folder))) return out.line('in the cache');
      if (!existsSync(folder))
        await fetchPackages(folder, target, readRequirements(layer.pip, layer.pipFolder), context, out);
      await compilePackages(folder, target, found.spark, context, out);
      await packFetched(folder, layerPlaces.python, context);
    },
  };
  const jarsStep = (
    title: string,
    kind: 'jars' | 'storage',
    fetch: (folder: string, home: string, context: Context, out: Output) => Promise<void>,
  ): SingleStep => ({
    title,
    run: async (context, out) => {
      const folder = jarsFolder(kind, await content());
      packed[layerPlaces[kind]] = packedFolder(folder);
      if (existsSync(packedFolder(folder))) return out.line('in the cache');
      if (!existsSync(folder)) await fetch(folder, (await findDistribution(profile)).home, context, out);
      await packFetched(folder, layerPlaces[kind], context);
    },
  });
  const maven = jarsStep('Fetch Maven packages', 'jars', (folder, home, context, out) => {
    const [problem] = unfitJars(profile, layer, jarsIn(home));
    if (problem) throw new Failure(problem);
    return fetchJars(folder, layer.maven, home, context, out);
  });
  const storage = jarsStep('Fetch the jars of the storage', 'storage', (folder, ...rest) =>
    fetchStorageJars(folder, layer.storage ?? 's3', ...rest),
  );
  return [
    {
      title: "Choose the name of the job's image",
      run: async ({ run, state }, out) => {
        const found = await content();
        state.image = found.image;
        out.line(found.image);
        // By its time it is seen that someone still needs it, though the image is built.
        const cached = cachedFolders(profile, layer, found);
        if (cached.length > 0) await run(['touch', ...cached]);
      },
    },
    ...(layer.pip.length > 0 ? [unlessMade(pip)] : []),
    // Ivy is one of Spark's jars.
    ...(layer.maven.length > 0 || layer.storage ? [unlessMade(fetchSpark(profile))] : []),
    ...(layer.maven.length > 0 ? [unlessMade(maven)] : []),
    ...(layer.storage ? [unlessMade(storage)] : []),
    unlessMade({
      title: "Build the job's image",
      run: async (context) => buildLayer(await content(), layer, packed, context),
    }),
    ...(cluster.takesLayers ? [] : [writeArchive(content)]),
  ];
}

/** Makes the image's folder, without a container and so without a network: layers that are there, and one of the files. */
async function buildLayer(
  { spark, image, places, files }: Content,
  layer: Layer,
  packed: Readonly<Record<string, string>>,
  context: Context,
): Promise<void> {
  const folder = imageFolder(image);
  const { read, run, mkdir, remove } = context;
  await replaceFolder(folder, context, async (work) => {
    const root = join(work, 'root');
    const blobs = join(work, 'blobs', 'sha256');
    await mkdir(blobs, root);
    for (const made of Object.values(packed)) {
      // No copies, and by its time it is seen that someone still needs it.
      await run(['cp', '-Rl', `${made}/.`, blobs]);
      await run(['touch', made]);
    }
    const copies = copiesOf(layer.files, root);
    for (const command of copyCommands(layer.files, copies)) await run(command);
    if (existsSync(root) && (await contentOf(copies)).join() !== files.join())
      throw new Failure("the job's files changed while they were copied", { hint: 'run the command again' });
    const names = topsOf(layer.files, jobFolder);
    const own = names.length > 0 ? await packLayer({ folder: root, names }, blobs, context) : undefined;
    await remove(root);
    if (existsSync(blobs)) {
      const fetched = Object.entries(packed).flatMap(([place, made]) => packedLayer(made, place) ?? []);
      const saved = await readSaved(imageArchive(spark), read);
      const layers = [...fetched, ...(own ? [own] : [])];
      await context.write(layoutFiles(work, { image, base: spark }, saved, layers, layerEnv(places)));
    }
  });
}
