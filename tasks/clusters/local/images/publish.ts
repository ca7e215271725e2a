// Loads an image into every node's store, and checks that it is there.
import { Failure } from '../../../core/failure.ts';
import { imageArchive, imageFolder } from '../../../core/paths.ts';
import type { Command, Exec } from '../../../core/types.ts';
import { until } from '../../../core/wait.ts';
import { layoutParts, readLayout } from '../../../images/layout.ts';
import { fullName } from '../../../images/name.ts';
import type { Profile } from '../../../profile/schema.ts';
import type { Context, SingleStep, Step } from '../../../steps/types.ts';
import { layoutOf, type NodeLayout } from '../layout.ts';
import { findNode, insideCommand } from '../node/nodes.ts';
import { snapshotterFor } from './snapshotter.ts';
import { keepImage } from './store-steps.ts';
import { corednsImage, pauseImage, systemArchive } from './system-images.ts';

/** Seconds. */
const runtimeSeconds = 3600;

const ctr = (node: NodeLayout, ...words: string[]): Command =>
  insideCommand(node, ['/run/bin/ctr', '--namespace=k8s.io', ...words]);

/** Whether containerd on the node answers. */
export async function isRuntimeUp(node: NodeLayout, read: Exec): Promise<boolean> {
  // Without its processes there is nothing to ask, and asking is dear while everything compiles.
  if (!findNode(node)) return false;
  return read(ctr(node, 'version'), { asRoot: true }).then(
    () => true,
    async (error: unknown) => {
      if (/\bctr: No such file/.test((error as Failure).output ?? '')) await verifyPrograms(node, read);
      return false;
    },
  );
}

/** A node that starts has no programs yet; one that has their folder, and nothing in it, gets none. */
async function verifyPrograms(node: NodeLayout, read: Exec): Promise<void> {
  const look = 'grep -q " /run/bin " /proc/self/mounts && [ ! -e /run/bin/ctr ] && echo gone || :';
  const seen = await read(insideCommand(node, ['sh', '-c', look]), { asRoot: true }).catch(() => '');
  if (seen.trim() === 'gone')
    throw new Failure(`the programs of node ${node.name} were deleted while it ran`, {
      hint: 'remove the cluster, then create it again: firesteel destroy, then firesteel deploy',
    });
}

/** Whether the node's runtime has these images, complete and unpacked. */
export async function hasImages(node: NodeLayout, images: string[], read: Exec): Promise<boolean> {
  const snapshotter = `--snapshotter=${await snapshotterFor(node, read)}`;
  const filters = images.map((image) => `name==${fullName(image)}`);
  const check = ctr(node, 'images', 'check', '--quiet', snapshotter, ...filters);
  const rows = await read(check, { asRoot: true }).catch(() => '');
  return rows.split('\n').filter(Boolean).length === images.length;
}

/** `--local`: the transfer service takes four times as long. A node has a separate /tmp, so it is handed the file. */
export const importCommand = (node: NodeLayout, archive: string, snapshotter: string): Command => [
  'sh',
  '-c',
  'exec "$@" < "$0"',
  archive,
  ...ctr(node, 'images', 'import', '--local', `--snapshotter=${snapshotter}`, '-'),
];

/** The same with a layout that has not all layers: containerd looks for the others in what it has. */
const importLayoutCommand = (node: NodeLayout, folder: string, snapshotter: string): Command => [
  'sh',
  '-c',
  `tar --create --directory="$0" ${layoutParts.join(' ')} | "$@"`,
  folder,
  ...ctr(node, 'images', 'import', '--local', `--snapshotter=${snapshotter}`, '-'),
];

/** Brings an image into a node's store: its own layers, and first the image below, if the node lacks layers of that. */
async function importImage(node: NodeLayout, image: string, context: Context): Promise<void> {
  const folder = imageFolder(image);
  const layout = readLayout(folder);
  if (!layout) return importImages(node, imageArchive(image), context);
  const has = (await context.read(ctr(node, 'content', 'ls', '--quiet'), { asRoot: true })).split('\n');
  if (layout.layers.some((layer) => !layout.own.includes(layer) && !has.includes(layer)))
    await importImages(node, imageArchive(layout.base), context);
  const snapshotter = await snapshotterFor(node, context.read);
  await context.run(importLayoutCommand(node, folder, snapshotter), { asRoot: true });
}

/** Brings a docker-archive into a node's store. */
async function importImages(node: NodeLayout, archive: string, { read, run }: Context): Promise<void> {
  await run(importCommand(node, archive, await snapshotterFor(node, read)), { asRoot: true });
}

/** The nodes may be long in coming: a first start has Kubernetes to compile. */
const waitForRuntime = (profile: Profile): SingleStep => ({
  title: 'Wait for containerd on every node',
  observes: true,
  run: async ({ read, signal }, out) => {
    const { nodes } = await layoutOf(profile, read);
    await until({
      for: 'containerd',
      seconds: runtimeSeconds,
      everyMs: 200,
      signal,
      onSeen: out.line,
      hint: 'check the cluster: firesteel status',
      probe: async () => {
        const answers = await Promise.all(nodes.map((node) => isRuntimeUp(node, read)));
        return answers.every(Boolean) ? { done: undefined } : { seen: 'not answering' };
      },
    });
  },
});

/** Whether every node has these images. Without a node's processes there is nothing to ask. */
async function areOnEveryNode(profile: Profile, images: string[], read: Exec): Promise<boolean> {
  const { nodes } = await layoutOf(profile, read);
  if (!nodes.every(findNode)) return false;
  return (await Promise.all(nodes.map((node) => hasImages(node, images, read)))).every(Boolean);
}

/** Loads the archive of `state.image` that the build left in the cache, where a node lacks the image. */
export function publishImage(profile: Profile): Step[] {
  let isThere = false;
  const there = ({ state: { image } }: Context) => isThere && `${image} is on every node`;
  /** Asks until it is: a node that starts may begin with the image. */
  const lookForIt = async (context: Context) => {
    isThere ||= await areOnEveryNode(profile, [imageOf(context)], context.read);
    return there(context);
  };
  return [
    { ...waitForRuntime(profile), skip: lookForIt },
    {
      title: 'Load the image into the cluster',
      skip: lookForIt,
      run: async (context, out) => {
        const image = imageOf(context);
        const { nodes } = await layoutOf(profile, context.read);
        const load = async (node: NodeLayout) => {
          if (await hasImages(node, [image], context.read)) return;
          out.line(`${image} into ${node.name}`);
          await importImage(node, image, context);
        };
        await Promise.all(nodes.map(load));
      },
    },
    {
      title: 'Check the image on every node',
      observes: true,
      skip: there,
      run: async (context) => {
        const image = imageOf(context);
        for (const node of (await layoutOf(profile, context.read)).nodes)
          if (!(await hasImages(node, [image], context.read)))
            throw new Failure(`${image} is not on node ${node.name} after loading it`, {
              hint: 'load the image again: firesteel build',
            });
      },
    },
    keepImage(profile),
  ];
}

function imageOf(context: Context): string {
  if (!context.state.image) throw new Failure('there is no image to load');
  return context.state.image;
}

export const systemImageSteps = (profile: Profile): Step[] => [waitForRuntime(profile), loadImages(profile)];

const loadImages = (profile: Profile): Step => ({
  title: 'Load pause and CoreDNS images',
  skip: async ({ read }) => (await areOnEveryNode(profile, [pauseImage, corednsImage], read)) && 'every node has them',
  run: async (context) => {
    const { nodes } = await layoutOf(profile, context.read);
    await Promise.all(nodes.map((node) => importImages(node, systemArchive(profile), context)));
  },
});
