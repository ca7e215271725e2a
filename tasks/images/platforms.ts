// Checks what docker-image-tool.sh -X needs for an image of several platforms.
import type { Command, Exec } from '../core/types.ts';
import type { Profile } from '../profile/schema.ts';
import { hasToolOption } from '../spark/versions.ts';
import { hasBuildx, hasEngine } from './docker-engine.ts';

/** The variable by which the tool hands the platforms to `docker buildx build`, as it says itself since Spark 3.1. */
export const platformWords = (platforms: readonly string[]): string => `ARCHS=--platform ${platforms.join(',')}`;

/** Whether the registry has the image; asked as the user who pushes, who is Docker's. */
export const pushedCommand = (reference: string): Command => ['docker', 'buildx', 'imagetools', 'inspect', reference];

/** What keeps a profile from being built for the platforms it names; only looks at the profile. */
export function platformProblems({ image, spark }: Profile): string[] {
  if (!image.platforms) return [];
  return [
    ...(image.repository
      ? []
      : [
          'image.platforms needs image.repository: the build pushes an image for several platforms, and keeps no local copy',
        ]),
    ...(image.base ? [] : ["image.platforms needs image.base: the default base is only for this machine's platform"]),
    ...(image.builder === 'docker-image-tool'
      ? []
      : [`image.platforms does not work with image.builder ${image.builder}`]),
    ...(hasToolOption(spark.version, 'X')
      ? []
      : [`image.platforms: docker-image-tool.sh of Spark ${spark.version} has no -X; Spark 3.1.0 and newer have it`]),
  ];
}

/** What Docker lacks for it on this machine; none if the profile names no platforms. */
export async function buildxProblems({ image }: Profile, read: Exec): Promise<string[]> {
  if (!image.platforms) return [];
  if (!(await hasEngine(read)))
    return ['image.platforms needs Docker, which does not answer: start Docker, or remove image.platforms'];
  if (!(await hasBuildx(read)))
    return [
      'image.platforms needs the buildx plugin of Docker: install docker-buildx-plugin, or remove image.platforms',
    ];
  return [];
}
