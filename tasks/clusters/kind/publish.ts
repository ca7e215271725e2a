// Bringing images into every node of a kind cluster, and seeing them there.
import { existsSync } from 'node:fs';
import { Failure } from '../../lib/failure.ts';
import { writeImageArchive } from '../../lib/image-archive.ts';
import { fullName } from '../../lib/image-name.ts';
import { imageArchive } from '../../lib/paths.ts';
import type { Profile } from '../../lib/schema.ts';
import type { Context, Exec, SingleStep, Step } from '../../lib/types.ts';
import { pauseImage, systemImages } from '../local/system-images.ts';
import { imageCommand, kindEnv, loadCommand } from './commands.ts';
import { kindFailure } from './failures.ts';
import { findNodes } from './nodes.ts';

/** Has nslookup. Its programs are this machine's, so it is for Linux only. */
export const probeImage = process.platform === 'linux' ? pauseImage : undefined;

/** The nodes that lack an image, of those there are. */
async function nodesWithout(profile: Profile, image: string, read: Exec): Promise<string[]> {
  const nodes = await findNodes(profile, read);
  const rows = await Promise.all(nodes.map(({ name }) => read(imageCommand(name, fullName(image))).catch(() => '')));
  return nodes.filter((_, i) => rows[i]?.trim() === '').map(({ name }) => name);
}

/** Loads the archive of an image that is in the cache, and makes sure that every node took it. */
function loadSteps(profile: Profile, what: string, imageOf: (context: Context) => string): SingleStep[] {
  return [
    {
      title: `Load ${what} into the cluster`,
      skip: async (context) => {
        const image = imageOf(context);
        const { length } = await findNodes(profile, context.read);
        const without = await nodesWithout(profile, image, context.read);
        return length > 0 && without.length === 0 && `${image} is on every node`;
      },
      run: async (context) => {
        try {
          await context.run(loadCommand(profile, imageArchive(imageOf(context))), { env: kindEnv });
        } catch (error) {
          throw kindFailure(error, `load ${imageOf(context)}`);
        }
      },
    },
    {
      title: `Check ${what} in every node`,
      observes: true,
      run: async (context) => {
        const image = imageOf(context);
        const [without] = await nodesWithout(profile, image, context.read);
        if (without)
          throw new Failure(`${image} is not on node ${without} after loading it`, {
            hint: `look at the node's disk: docker exec ${without} df -h /var`,
          });
      },
    },
  ];
}

/** Loads the image in `state.image`. */
export const publishImage = (profile: Profile): Step[] =>
  loadSteps(profile, 'the image', ({ state }) => {
    if (!state.image) throw new Failure('no image was built before loading it');
    return state.image;
  });

/** Makes the probe image out of this machine's programs, and loads it. */
export const probeImageSteps = (profile: Profile): Step[] =>
  probeImage
    ? [
        {
          title: 'Make the probe image',
          skip: () => existsSync(imageArchive(probeImage)) && 'in the cache',
          run: (context) =>
            writeImageArchive(
              systemImages('').filter(({ reference }) => reference === probeImage),
              imageArchive(probeImage),
              context,
            ),
        },
        ...loadSteps(profile, 'the probe image', () => probeImage),
      ]
    : [];
