// Steps, tools and problems of building the Spark image, for every verb that needs it.
import type { Exec } from '../core/types.ts';
import { buildsInNode } from '../profile/blocks/traits.ts';
import type { Profile } from '../profile/schema.ts';
import type { ClusterStatus } from '../steps/cluster.ts';
import type { SingleStep, Step, Tool } from '../steps/types.ts';
import { madeBase, makeBase } from './base.ts';
import { fetchSpark } from './distribution/distribution.ts';
import { engineHost } from './docker-engine.ts';
import { buildImage, imageProblems, isBuilt, sparkImage } from './image.ts';
import { buildxProblems } from './platforms.ts';

/** Makes the image the profile asks for, once, and sets `state.image`. */
export function buildSteps(profile: Profile): Step[] {
  const base = madeBase(profile);
  const needed = [fetchSpark(profile), ...(base ? [makeBase(base)] : [])];
  return [
    {
      title: 'Choose the name of the Spark image',
      run: async ({ state }, out) => {
        state.image = await sparkImage(profile);
        out.line(state.image);
      },
    },
    {
      title: 'Get the parts of the Spark image',
      steps: needed.map((step) => unlessBuilt(profile, step)),
      concurrent: true,
    },
    buildImage(profile),
  ];
}

/** What goes into an image that is there already is not needed. */
const unlessBuilt = (profile: Profile, step: SingleStep): SingleStep => ({
  ...step,
  skip: async (context) => (await isBuilt(profile, context.read)) || ((await step.skip?.(context)) ?? false),
});

/** What this machine must have to build. */
export function buildTools(profile: Profile): Tool[] {
  const { spark, image } = profile;
  const hasEngine = buildsInNode(profile) || engineHost() !== undefined;
  const fetches = spark.archive?.includes('://') && !spark.home;
  return [
    { name: 'docker', package: 'docker.io', purpose: 'builds the Spark image' },
    ...(hasEngine ? [] : [{ name: 'dockerd', package: 'docker.io', purpose: 'builds the Spark image' }]),
    ...(image.base ? [] : [{ name: 'mmdebstrap', package: 'mmdebstrap', purpose: 'makes the base image' }]),
    ...(spark.home || spark.archive ? [] : [{ name: 'pip3', package: 'python3-pip', purpose: 'fetches Spark' }]),
    ...(spark.archive && !spark.home
      ? [{ name: 'gpg', package: 'gnupg', purpose: "checks the release's signature" }]
      : []),
    ...(fetches ? [{ name: 'curl', package: 'curl', purpose: 'fetches Spark' }] : []),
  ];
}

/** What about the profile or this machine keeps the image from being built, all at once. Only reads. */
export const buildProblems = async (profile: Profile, read: Exec): Promise<string[]> => [
  ...imageProblems(profile),
  ...(await buildxProblems(profile, read)),
];

/** The steps, if there is a cluster to do them in, which is asked once. */
export function whenUp(steps: Step[]): Step[] {
  let asked: Promise<ClusterStatus> | undefined;
  const guarded = (step: Step): Step => {
    if ('steps' in step) return { ...step, steps: step.steps.map(guarded) };
    return {
      ...step,
      skip: async (context) => {
        asked ??= context.cluster.status(context);
        const { state } = await asked;
        return state === 'running' ? ((await step.skip?.(context)) ?? false) : `the cluster is ${state}`;
      },
    };
  };
  return steps.map(guarded);
}
