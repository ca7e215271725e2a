// The images that every node has before any other, for nodes that did not begin with them.
import type { Profile } from '../../lib/schema.ts';
import type { Step } from '../../lib/types.ts';
import { layoutOf } from './layout.ts';
import { hasImages, importImages, waitForRuntime } from './publish.ts';
import { corednsImage, pauseImage, systemArchive } from './system-images.ts';

export const systemImageSteps = (profile: Profile): Step[] => [waitForRuntime(profile), loadImages(profile)];

const loadImages = (profile: Profile): Step => ({
  title: 'Load pause and CoreDNS images',
  skip: async ({ read }) => {
    const { nodes } = await layoutOf(profile, read);
    const found = await Promise.all(nodes.map((node) => hasImages(node, [pauseImage, corednsImage], read)));
    return found.every(Boolean) && 'every node has them';
  },
  run: async (context) => {
    const { nodes } = await layoutOf(profile, context.read);
    await Promise.all(nodes.map((node) => importImages(node, systemArchive(profile), context)));
  },
});
