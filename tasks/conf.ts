// conf: prints Spark's configuration for a driver of the user's on this machine.
import { didYouMean } from './core/nearest.ts';
import { buildProblems, buildTools } from './images/build-steps.ts';
import { layerProblems, layerTools } from './images/layer/layer.ts';
import { confText, languages } from './shells/conf-text.ts';
import { depsText } from './shells/deps-edn.ts';
import { ownDriver, ownFolder } from './shells/here/own-driver.ts';
import { storageNotes } from './shells/here/storage.ts';
import { executorLayer, imageSteps } from './shells/image-steps.ts';
import { type SessionFlags, sessionProblems } from './shells/session.ts';
import { withNumExecutors } from './spark/num-executors.ts';
import type { Task } from './steps/task.ts';

/** Flags of conf alone. */
export interface ConfFlags extends SessionFlags {
  /** Language of the map, or `deps` for a deps.edn; Python if left out. */
  for?: string | undefined;
}

/** The file of dependencies needs no cluster. */
const deps = 'deps';
const kinds = [...languages, deps];

/** The task as these flags ask for it. */
export const confWith = ({ for: kind = 'python', ...flags }: ConfFlags = {}): Task => ({
  cluster: 'use',
  plan: async ({ context: { profile: base, cluster, read } }) => {
    const profile = withNumExecutors(base, flags.numExecutors);
    const layer = executorLayer(profile);
    const problems = [
      ...(kinds.includes(kind) ? [] : [`--for ${kind}: expected ${kinds.join(', ')}${didYouMean(kind, kinds)}`]),
      ...sessionProblems(flags),
      ...(kind === deps ? [] : [...(await buildProblems(profile, read)), ...layerProblems(profile, layer)]),
    ];
    if (problems.length > 0) return { problems, steps: [] };
    if (kind === deps)
      return {
        cluster: 'optional',
        takesTerminal: true,
        steps: [],
        show: async (_context, show) => show.lines(Buffer.from(depsText(profile.spark.version))),
      };
    let properties: Record<string, string> = {};
    return {
      takesTerminal: true,
      profile,
      tools: [...buildTools(profile), ...layerTools(layer)],
      steps: [
        ...imageSteps(profile, cluster),
        ownDriver(kind, flags, ownFolder(profile, flags), (found) => {
          properties = found;
        }),
      ],
      show: async (_context, show) => {
        show.lines(Buffer.from(confText(kind, properties)));
        show.note(
          'Start your program with KUBECONFIG=/dev/null and SPARK_LOCAL_IP=127.0.0.1: without them, Spark also reads your kubeconfig, and its pages are open to your network. The credentials last one day.',
        );
        for (const line of storageNotes(profile)) show.note(line);
      },
      facts: () => ({ conf: properties }),
    };
  },
});
