// The image of the door: Debian's nginx and the libraries it needs, FROM scratch, without a shell or a user's name.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Failure } from '../../core/failure.ts';
import { shortDigest, shortHash } from '../../core/files/hash.ts';
import { replaceFolder } from '../../core/files/work-folder.ts';
import { cachePath, imageArchive } from '../../core/paths.ts';
import type { Command } from '../../core/types.ts';
import { type ScratchImage, writeImageArchive } from '../../images/scratch.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Cluster } from '../../steps/cluster.ts';
import type { Context, SingleStep, State, Step, Tool } from '../../steps/types.ts';
import { fetchCommand, fetchPackage, loaderFile, platform, takeCommand } from '../debian.ts';

/** User and group of the door's process. */
export const doorUser = 10101;

/** Debian's security updates of nginx and OpenSSL come by themselves: files older than this are fetched again. */
const freshDays = 7;

/** What nginx of this release is linked to, and the packages that bring it. */
const libraries = ['libc.so.6', 'libcrypt.so.1', 'libcrypto.so.3', 'libpcre2-8.so.0', 'libssl.so.3', 'libz.so.1'];
const packages = ['nginx', 'libc6', 'libcrypt1', 'libpcre2-8-0', 'libssl3', 'zlib1g'];
const documents = (name: string) => join('usr/share/doc', name);

export const doorTools: Tool[] = [
  { name: 'mmdebstrap', package: 'mmdebstrap', purpose: 'fetches nginx for the door of the class' },
];

/** Takes what the image needs out of it: programs and libraries into one folder, documents below their paths. */
function extractCommands(tarball: string, folder: string): Command[] {
  return [
    takeCommand(tarball, folder, [
      'sbin/nginx',
      `${platform().triplet}/${loaderFile()}`,
      ...libraries.map((name) => `${name}*`),
    ]),
    [
      ...(['tar', '--extract', `--file=${tarball}`, `--directory=${folder}`] as const),
      ...packages.flatMap((name) => ['copyright', 'changelog.Debian.gz'].map((file) => `./${documents(name)}/${file}`)),
    ],
  ];
}

/** Where the files are kept; another recipe has another folder. */
export const doorFiles = (): string =>
  cachePath('door', shortHash([fetchCommand('nginx', [], ''), extractCommands('', ''), process.arch]));

/** The command that runs this nginx outside of its image, with its own libraries. */
export const nginxCommand = (folder = doorFiles()): Command => [
  join(folder, loaderFile()),
  '--library-path',
  folder,
  join(folder, 'nginx'),
];

/** Versions of the packages, by name. */
export const packageVersions = (folder: string): Record<string, string> =>
  Object.fromEntries(
    packages.map((name) => {
      const changes = gunzipSync(readFileSync(join(folder, documents(name), 'changelog.Debian.gz'))).toString();
      return [name, /^\S+ \(([^)]+)\)/.exec(changes)?.[1] ?? ''];
    }),
  );

const isFresh = (folder: string): boolean =>
  existsSync(folder) && Date.now() - statSync(folder).mtimeMs < freshDays * 86_400_000;

/** Brings the files into the cache; without a network, those of an earlier time are good enough. */
export const fetchNginx = (): SingleStep => ({
  title: 'Fetch nginx for the door',
  skip: () => isFresh(doorFiles()) && 'in the cache',
  run: async (context, out) => {
    const { run, remove } = context;
    const folder = doorFiles();
    const fetched = replaceFolder(folder, context, async (work) => {
      const tarball = join(work, 'packages.tar');
      await fetchPackage('nginx', tarball, context, out);
      for (const command of extractCommands(tarball, work)) await run(command);
      await remove(tarball);
    });
    await fetched.catch((error: unknown) => {
      if (!existsSync(folder) || !(error instanceof Failure)) throw error;
      const made = statSync(folder).mtime.toISOString().slice(0, 10);
      out.line(`${error.message}: using nginx as fetched on ${made}`);
    });
  },
});

/** The image that the files make. Its tag follows from every byte of them: the same files, the same image. */
function doorImage(folder: string, repository: string | undefined): ScratchImage {
  const { triplet, loader } = platform();
  const files = Object.fromEntries([
    ...libraries.map((name) => [`/lib/${triplet}/${name}`, join(folder, name)]),
    [loader, nginxCommand(folder)[0]],
    ...packages.map((name) => [join('/', documents(name), 'copyright'), join(folder, documents(name), 'copyright')]),
  ]) as Record<string, string>;
  const recipe = {
    programs: [join(folder, 'nginx')],
    files,
    entrypoint: ['/nginx', '-p', '/door/', '-c', 'config/nginx.conf'],
    user: `${doorUser}:${doorUser}`,
    stopSignal: 'SIGQUIT',
  };
  if (!existsSync(folder)) return { ...recipe, reference: 'door:not-fetched' };
  const versions = packageVersions(folder);
  const labels = Object.fromEntries(packages.map((name) => [`firesteel.dev/debian.${name}`, versions[name] ?? '']));
  const contents = [...recipe.programs, ...Object.values(files)].map((path) => readFileSync(path));
  const { programs: _, files: places, ...rest } = recipe;
  const key = shortDigest(JSON.stringify([rest, Object.keys(places), labels]), ...contents);
  const tag = `${versions['nginx']?.replace(/[^\w.].*/, '')}-${key}`;
  return { ...recipe, labels, reference: `${repository ? `${repository}/` : ''}door:${tag}` };
}

/** Makes the image and sets `state.door`. */
export const makeDoorImage = (profile: Profile): SingleStep => ({
  title: 'Make the image of the door',
  run: async (context, out) => {
    const image = doorImage(doorFiles(), profile.image.repository);
    context.state.door = image.reference;
    out.line(image.reference);
    const archive = imageArchive(image.reference);
    if (!existsSync(archive)) await writeImageArchive([image], archive, context);
  },
});

/** Fetches nginx, makes the image and makes it known to every node; `state.door` names it. */
export function doorImageSteps(profile: Profile, cluster: Cluster): Step[] {
  // It is for this machine's kind of processor alone.
  const { platforms: _, ...image } = profile.image;
  return [fetchNginx(), makeDoorImage(profile), ...cluster.publish({ ...profile, image }).map(forDoor)];
}

/** A step that publishes `state.image`, for the door's image instead. */
function forDoor(step: Step): Step {
  if ('steps' in step) return { ...step, steps: step.steps.map(forDoor) };
  return {
    ...step,
    skip: (context) => withDoor(context, async (inside) => (await step.skip?.(inside)) ?? false),
    run: (context, out) => withDoor(context, (inside) => step.run(inside, out)),
  };
}

/** A registry gives the image another name, which is the door's then. */
async function withDoor<T>(context: Context, use: (inside: Context) => Promise<T>): Promise<T> {
  const state: State = { ...context.state };
  if (context.state.door) state.image = context.state.door;
  const result = await use({ ...context, state });
  if (state.image) context.state.door = state.image;
  return result;
}
