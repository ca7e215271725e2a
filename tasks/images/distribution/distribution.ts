// Gets the Spark distribution of an image from PyPI, an Apache release, or a given folder.
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shortHash } from '../../core/files/hash.ts';
import { withWorkFolder } from '../../core/files/work-folder.ts';
import { cachePath } from '../../core/paths.ts';
import { paced } from '../../core/screen/pace.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Output, SingleStep } from '../../steps/types.ts';
import { unpackArchive } from './archive.ts';
import { fetchCommands, isPinned, layOut, pinnedHint, pinnedRequirement, shownProgress } from './pypi.ts';

/** A distribution that is in the cache or can be brought there. */
export interface Distribution {
  /** Differs whenever the content does. */
  key: string;
  /** The SPARK_HOME it is, or will be. */
  home: string;
  /** Fills `home`; `work` is an empty folder for what is needed on the way, on the same file system. */
  unpack(work: string, home: string, context: Context, out: Output): Promise<void>;
}

/** What the profile names; only looks. */
export async function findDistribution({ spark }: Profile): Promise<Distribution> {
  if (spark.home) return givenHome(spark.home);
  if (spark.archive) return givenArchive(spark.archive);
  const { version } = spark;
  return {
    ...inCache(version, pinnedRequirement(version)),
    unpack: async (work, home, context, out) => {
      const show = paced(out.line);
      const onLine = (line: string) => show(shownProgress(line));
      for (const command of fetchCommands(version, work)) await context.run(command, { onLine });
      await layOut(work, home, context);
    },
  };
}

/** Where the jars of the profile's Spark are, if that follows from the profile alone and they are on this machine. */
export function jarsAtHand({ spark }: Profile): string | undefined {
  const home = spark.home
    ? spark.home
    : !spark.archive && isPinned(spark.version)
      ? inCache(spark.version, pinnedRequirement(spark.version)).home
      : undefined;
  const jars = home && join(home, 'jars');
  return jars && existsSync(jars) ? jars : undefined;
}

/** Folders are named after what is in them, so none is ever used for something else. */
function inCache(name: string, content: unknown): { key: string; home: string } {
  const key = `${name}-${shortHash(content)}`;
  return { key, home: cachePath('spark', key) };
}

async function givenArchive(archive: string): Promise<Distribution> {
  const content = await readFile(`${archive}.sha512`, 'utf8').catch(() => archive);
  return {
    ...inCache('archive', content),
    unpack: async (work, home, context, out) => {
      await context.mkdir(home);
      await unpackArchive(archive, work, home, context, out);
    },
  };
}

/**
 * A copy: docker-image-tool.sh wants our Dockerfile inside, and the folder is not ours. A link is followed, because cp copies
 * the link itself, and what is written below a copy of it lands in that folder.
 */
async function givenHome(given: string): Promise<Distribution> {
  const folder = await realpath(given);
  return {
    ...inCache('home', await listing(folder)),
    unpack: async (_, home, { run }) => {
      await run(['cp', '-a', folder, home]);
      // The image's user may not be the folder's.
      await run(['chmod', '-R', 'u=rwX,go=rX', home]);
    },
  };
}

/** Path, size and time of change of every file: what tells one state of a folder from another. */
async function listing(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${file.slice(folder.length)} ${size} ${mtimeMs}`;
    }),
  );
}

/** What about the profile's Spark cannot work; only looks. */
export function distributionProblems({ spark }: Profile): string[] {
  const { home, archive, version } = spark;
  if (home)
    return existsSync(join(home, 'bin', 'docker-image-tool.sh')) ? [] : [`spark.home ${home}: no Spark distribution`];
  if (!archive)
    return isPinned(version)
      ? []
      : [`spark.version ${version}: firesteel has no hash of this version: ${pinnedHint(version)}`];
  if (archive.includes('://'))
    return archive.startsWith('https://') ? [] : [`spark.archive ${archive}: expected an https:// address`];
  return [archive, `${archive}.sha512`]
    .filter((file) => !existsSync(file))
    .map((file) => `spark.archive: no file ${file}`);
}

/** docker-image-tool.sh takes a folder without a file RELEASE for Spark's source tree. */
const isComplete = (home: string): boolean => existsSync(join(home, 'RELEASE'));

/** Brings the distribution into the cache: whole, or not at all. */
export function fetchSpark(profile: Profile): SingleStep {
  const { home, archive, version } = profile.spark;
  return {
    title: home ? 'Copy Spark from spark.home' : archive ? 'Fetch Spark from the archive' : `Fetch Spark ${version}`,
    skip: async () => isComplete((await findDistribution(profile)).home) && 'in the cache',
    run: async (context, out) => {
      const distribution = await findDistribution(profile);
      await withWorkFolder(distribution.home, context, async (work) => {
        const fresh = join(work, 'home');
        await distribution.unpack(work, fresh, context, out);
        if (!isComplete(fresh)) await context.write([{ path: join(fresh, 'RELEASE'), content: `Spark ${version}\n` }]);
        await context.move(fresh, distribution.home);
      });
    },
  };
}
