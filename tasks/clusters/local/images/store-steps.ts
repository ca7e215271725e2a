// Steps that give new nodes the kept images, and keep images for later clusters.
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Failure } from '../../../core/failure.ts';
import { imageArchive } from '../../../core/paths.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { SparkImage } from '../../../steps/cluster.ts';
import type { Context, Output, Step } from '../../../steps/types.ts';
import { layoutOf, type NodeLayout } from '../layout.ts';
import { binariesFolder } from '../programs/binaries.ts';
import { snapshotterFor } from './snapshotter.ts';
import {
  damaged,
  hasRuntimeFolder,
  isKept,
  keepCommand,
  type Store,
  storeOf,
  takeCommand,
  whyNoLinks,
} from './store.ts';
import { systemArchive } from './system-images.ts';

/** The store of what every cluster has, and of the Spark image if it is built. */
async function storeFor(profile: Profile, image: string | undefined, context: Pick<Context, 'read'>): Promise<Store> {
  const [first] = (await layoutOf(profile, context.read)).nodes;
  const spark = image && imageArchive(image);
  return storeOf(binariesFolder(profile), await snapshotterFor(first, context.read), [
    systemArchive(profile),
    ...(spark && existsSync(spark) ? [spark] : []),
  ]);
}

async function keep(store: Store, { run, mkdir }: Context, out: Output): Promise<void> {
  out.line(`keeping ${store.archives.map((archive) => basename(archive, '.tar')).join(' and ')} for new clusters`);
  await mkdir(dirname(store.path));
  await run(keepCommand(store), { asRoot: true, onLine: out.line });
}

/** Gives the store to a node; a damaged one is made again first. */
async function take(store: Store, node: NodeLayout, context: Context, out: Output): Promise<void> {
  const command = takeCommand(store, node);
  await context.run(command, { asRoot: true }).catch(async (error: unknown) => {
    if (!(error instanceof Failure && error.programExitCode === damaged)) throw error;
    await keep(store, context, out);
    await context.run(command, { asRoot: true });
  });
}

/** Ctrl-C is not a reason to continue without. */
function withoutStore(error: unknown, { signal }: Context, out: Output): void {
  if (signal.aborted || !(error instanceof Failure)) throw error;
  out.line(`images are not kept for new clusters: ${error.output?.trimEnd().split('\n').at(-1) ?? error.message}`);
}

/** Nodes that have not run yet begin with the images of every cluster, and with the Spark image if it is built. */
export const beginWithImages = (profile: Profile, image: SparkImage = async () => undefined): Step => ({
  title: 'Give new nodes the kept images',
  skip: async ({ read }) => {
    const layout = await layoutOf(profile, read);
    return layout.nodes.every(hasRuntimeFolder) ? 'the nodes have started before' : whyNoLinks(layout);
  },
  run: async (context, out) => {
    const { nodes } = await layoutOf(profile, context.read);
    const store = await storeFor(profile, await image(), context);
    try {
      if (!isKept(store)) await keep(store, context, out);
      await Promise.all(nodes.filter((node) => !hasRuntimeFolder(node)).map((node) => take(store, node, context, out)));
    } catch (error) {
      withoutStore(error, context, out);
    }
  },
});

/** For clusters to come: the image of a job has its own way, by its layers. */
export const keepImage = (profile: Profile): Step => ({
  title: 'Keep the image for new clusters',
  skip: async (context) => {
    const { image } = context.state;
    const isSpark = image && /(^|\/)spark:/.test(image);
    if (!isSpark || !existsSync(imageArchive(image))) return 'only the Spark image is kept';
    const store = await storeFor(profile, image, context);
    return isKept(store) ? 'already kept' : whyNoLinks(await layoutOf(profile, context.read));
  },
  run: async (context, out) => {
    try {
      await keep(await storeFor(profile, context.state.image, context), context, out);
    } catch (error) {
      withoutStore(error, context, out);
    }
  },
});
