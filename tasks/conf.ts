// conf: Spark's configuration for a program or notebook of one's own on this machine that is the driver.
import { didYouMean } from './core/nearest.ts';
import { dataPath } from './core/paths.ts';
import { buildProblems, buildTools } from './images/build-steps.ts';
import { confText, languages } from './shells/conf-text.ts';
import { depsText } from './shells/deps-edn.ts';
import { ownDriver } from './shells/here/own-driver.ts';
import { imageSteps } from './shells/image-steps.ts';
import { type SessionFlags, sessionProblems, withExecutors } from './shells/session.ts';
import type { Task } from './steps/types.ts';

/** Flags of conf alone. */
export interface ConfFlags extends SessionFlags {
  /** Language of the map, or `deps` for a deps.edn; Python if left out. */
  for?: string | undefined;
}

/** The file of dependencies needs no cluster. */
const deps = 'deps';
const kinds = [...languages, deps];

/** The task as these flags ask for it. */
export const confWith = ({ for: kind = 'python', ...flags }: ConfFlags = {}): Task => {
  let properties: Record<string, string> = {};
  return {
    takesTerminal: true,
    profileFor: (profile) => withExecutors(profile, flags),
    problems: async (profile, _words, _cluster, read) => [
      ...(kinds.includes(kind) ? [] : [`--for ${kind}: expected ${kinds.join(', ')}${didYouMean(kind, kinds)}`]),
      ...sessionProblems(flags),
      ...(kind === deps ? [] : await buildProblems(profile, read)),
    ],
    tools: (profile) => (kind === deps ? [] : buildTools(profile)),
    steps: (profile, cluster) =>
      kind === deps
        ? []
        : [
            ...imageSteps(profile, cluster),
            ownDriver(kind, flags, dataPath('conf', profile.clusterName), (found) => {
              properties = found;
            }),
          ],
    show: async ({ profile }, _words, show) => {
      const text = kind === deps ? depsText(profile.spark.version) : confText(kind, properties);
      show.lines(Buffer.from(text));
      if (kind !== deps)
        show.note(
          "Start your program with KUBECONFIG=/dev/null: Spark's client would add your own kubeconfig to this. The credentials last one day.",
        );
    },
    facts: () => (kind === deps ? {} : { conf: properties }),
  };
};
