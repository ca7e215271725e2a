// Loads images into every node of a kind cluster, and checks that they are there.
import { Failure } from '../../core/failure.ts';
import { imageArchive } from '../../core/paths.ts';
import type { Exec } from '../../core/types.ts';
import { fullName } from '../../images/name.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep, Step } from '../../steps/types.ts';
import { makeProbeImage, probeArchive, probeImage } from '../probe-image.ts';
import { imageCommand, loadCommand } from './commands.ts';
import { runKind } from './failures.ts';
import { findNodes } from './nodes.ts';

/** The nodes that lack an image, of those there are. */
async function nodesWithout(profile: Profile, image: string, read: Exec): Promise<string[]> {
  const nodes = await findNodes(profile, read);
  const rows = await Promise.all(nodes.map(({ name }) => read(imageCommand(name, fullName(image))).catch(() => '')));
  return nodes.filter((_, i) => rows[i]?.trim() === '').map(({ name }) => name);
}

/** Loads the archive of an image, and makes sure that every node took it. */
function loadSteps(
  profile: Profile,
  what: string,
  of: (context: Context) => { image: string; archive: string },
): SingleStep[] {
  return [
    {
      title: `Load ${what} into the cluster`,
      skip: async (context) => {
        const { image } = of(context);
        const { length } = await findNodes(profile, context.read);
        const without = await nodesWithout(profile, image, context.read);
        return length > 0 && without.length === 0 && `${image} is on every node`;
      },
      run: async (context) => {
        const { image, archive } = of(context);
        await runKind(context.run, loadCommand(profile, archive), `load ${image}`);
      },
    },
    {
      title: `Check ${what} on every node`,
      observes: true,
      run: async (context) => {
        const { image } = of(context);
        const [without] = await nodesWithout(profile, image, context.read);
        if (without)
          throw new Failure(`${image} is not on node ${without} after loading it`, {
            hint: `check the node's disk: docker exec ${without} df -h /var`,
          });
      },
    },
  ];
}

/** Loads the image in `state.image`. */
export const publishImage = (profile: Profile): Step[] =>
  loadSteps(profile, 'the image', ({ state }) => {
    if (!state.image) throw new Failure('there is no image to load');
    return { image: state.image, archive: imageArchive(state.image) };
  });

/** Makes the image for name look-ups out of this machine's programs, which are for Linux only, and loads it. */
export const probeImageSteps = (profile: Profile): Step[] =>
  process.platform === 'linux'
    ? [
        makeProbeImage(),
        ...loadSteps(profile, 'the probe image', () => ({ image: probeImage, archive: probeArchive() })),
      ]
    : [];
