// Builds the image of the S3 server: versitygw and busybox, FROM scratch.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortDigest, shortHashOfFiles } from '../core/files/hash.ts';
import { replaceFolder } from '../core/files/work-folder.ts';
import { cachePath, imageArchive, projectPath } from '../core/paths.ts';
import type { Exec } from '../core/types.ts';
import { writeImageArchive } from '../images/scratch.ts';
import type { Profile } from '../profile/schema.ts';
import type { Cluster } from '../steps/cluster.ts';
import type { Context, SingleStep, Step, Tool } from '../steps/types.ts';
import { type Build, buildModule, buildTools } from '../toolbox/go.ts';
import { pinnedVersion } from '../toolbox/pins.ts';
import { busybox, busyboxTool } from '../toolbox/static.ts';

const module = projectPath('docker', 'storage');
const build: Build = { folder: module, packages: ['github.com/versity/versitygw/cmd/versitygw'] };

const serverFolder = (): string =>
  cachePath('storage', shortHashOfFiles(join(module, 'go.mod'), join(module, 'go.sum')));
const serverProgram = (): string => join(serverFolder(), 'versitygw');

/** What this machine must have to make the image. */
export const serverTools = async (read: Exec): Promise<Tool[]> => [
  ...(existsSync(serverProgram()) ? [] : await buildTools(build, read)),
  busyboxTool('is in the image of the S3 server'),
];

/** Builds the program once: minutes on two cores. */
const buildServer: SingleStep = {
  title: 'Build versitygw, the S3 server',
  skip: () => existsSync(serverProgram()) && 'in the cache',
  run: async (context, out) => {
    await replaceFolder(serverFolder(), context, async (work) => {
      const cache = join(work, 'cache');
      await buildModule(build, { into: work, cache }, context, out);
      await context.remove(cache);
    });
  },
};

/** The reference of the image; of a program that is not there yet, the version says it. */
function serverReference({ image }: Profile): string {
  const version = pinnedVersion(module, 'github.com/versity/versitygw').slice(1);
  const programs = [serverProgram(), busybox].filter((path) => existsSync(path));
  const key = shortDigest(...programs.map((path) => readFileSync(path)));
  return `${image.repository ? `${image.repository}/` : ''}storage:${version}-${key}`;
}

const makeImage = (profile: Profile): SingleStep => ({
  title: 'Make the image of the S3 server',
  run: async (context, out) => {
    const reference = serverReference(profile);
    context.state.storage = reference;
    out.line(reference);
    const archive = imageArchive(reference);
    if (existsSync(archive)) return;
    const image = { reference, programs: [serverProgram(), busybox], entrypoint: ['/versitygw'], user: '185:0' };
    await writeImageArchive([image], archive, context);
  },
});

/** Builds the server, makes its image and makes that known to every node; `state.storage` names it. */
export function serverImageSteps(profile: Profile, cluster: Cluster): Step[] {
  // It is for this machine's kind of processor alone.
  const { platforms: _, ...image } = profile.image;
  return [buildServer, makeImage(profile), ...cluster.publish({ ...profile, image }).map(forServer)];
}

/** A step that publishes `state.image`, for the server's image instead. */
function forServer(step: Step): Step {
  if ('steps' in step) return { ...step, steps: step.steps.map(forServer) };
  return {
    ...step,
    skip: (context) => withServer(context, async (inside) => (await step.skip?.(inside)) ?? false),
    run: (context, out) => withServer(context, (inside) => step.run(inside, out)),
  };
}

/** A registry gives the image another name, which is the server's then. */
async function withServer<T>(context: Context, use: (inside: Context) => Promise<T>): Promise<T> {
  const state = { ...context.state };
  if (context.state.storage) state.image = context.state.storage;
  const result = await use({ ...context, state });
  if (state.image) context.state.storage = state.image;
  return result;
}
