// data: named data sets for jobs, and the storage of the profile.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ownPath } from './core/paths.ts';
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { withStorageJars } from './images/layer/hadoop.ts';
import { layerSteps, layerTools } from './images/layer/layer.ts';
import { addSet, checkSet, listedSets, plainSum, removeSet, setFacts, setProblems } from './jobs/set-steps.ts';
import { dataWord } from './jobs/ways.ts';
import type { Profile } from './profile/schema.ts';
import { planUnless } from './steps/plan.ts';
import type { Plan, Task } from './steps/task.ts';
import type { Context } from './steps/types.ts';
import { checkFromPod } from './storage/check.ts';
import { hostFolderProblems } from './storage/host-folder.ts';
import { lookAtStorage } from './storage/look.ts';
import { ensureSecret, newSecretProblems } from './storage/secret.ts';
import { heldObjects, removeObjects, startServer, stopServer } from './storage/server.ts';
import { serverImageSteps, serverTools } from './storage/server-image.ts';

/** Flags of data alone. */
interface DataFlags {
  /** How a set gets to pods: image, mount, claim or remote. */
  way?: string | undefined;
  license?: string | undefined;
  /** The checksum that a set must have. */
  sha256?: string | undefined;
  /** Whether `down` also removes the objects. */
  objects?: boolean;
}

/** The image of a job with nothing but the jars of the storage. */
const storageLayer = (profile: Profile) => withStorageJars({ files: [], pip: [], maven: [] }, profile);

const noStorage = 'the profile has no block "storage": add one, such as storage: {kind: s3, service: true}';

/** The task as these flags ask for it. */
export const dataWith = (flags: DataFlags = {}): Task => ({
  cluster: 'use',
  plan: async ({ context, words: [action = '', ...words] }) => {
    const [name = '', given = ''] = words;
    const source = dataWord(given);
    const asked = { ...flags, sha256: plainSum(flags.sha256) };
    if (action === 'up') return planUp(context);
    if (action === 'down') return planDown(context, flags.objects ?? false);
    if (action === 'check' && !name) return planCheck(context);
    const problems = setProblems(action, [name, source], asked);
    return planUnless(problems.length > 0 ? problems : mountProblems(context, action, source, asked), () =>
      planSet(context, action, name, source, asked),
    );
  },
});

/** What keeps pods of the chosen cluster from a folder that is to be mounted. */
function mountProblems({ profile, cluster }: Context, action: string, source: string, { way }: DataFlags): string[] {
  if (action !== 'add' || way !== 'mount') return [];
  const path = ownPath(source);
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  return hostFolderProblems(folder, profile, cluster, `--way mount ${folder}`);
}

/** What an action on a data set does. */
function planSet({ profile }: Context, action: string, name: string, source: string, flags: DataFlags): Plan {
  const facts = () => setFacts();
  // Names are files of this machine.
  const cluster = 'optional' as const;
  if (action === 'add')
    return {
      cluster,
      tools: [{ name: 'curl', package: 'curl', purpose: 'fetches data' }],
      steps: addSet(name, source, flags),
      facts,
    };
  if (action === 'remove') return { cluster, steps: [removeSet(name, profile)], facts };
  if (action === 'check') return { cluster, steps: [checkSet(name)], facts };
  return { cluster, steps: [], done: () => listedSets(), facts };
}

async function planUp(context: Context): Promise<Plan> {
  const { profile, cluster, read } = context;
  const { storage } = profile;
  if (!storage) return { problems: [noStorage], steps: [] };
  return planUnless(await newSecretProblems(context), async () => ({
    tools: storage.service ? await serverTools(read) : [],
    steps: [
      ensureSecret(profile),
      ...(storage.service ? [...serverImageSteps(profile, cluster), ...startServer] : []),
      lookAtStorage(profile),
    ],
    done: () => ['The storage is ready.', 'Next: firesteel data check'],
  }));
}

async function planCheck({ profile, cluster, read }: Context): Promise<Plan> {
  if (!profile.storage) return { problems: [noStorage], steps: [] };
  const layer = storageLayer(profile);
  return planUnless(await buildProblems(profile, read), () => ({
    tools: [...buildTools(profile), ...layerTools(layer)],
    steps: [
      lookAtStorage(profile),
      ...buildSteps(profile),
      ...layerSteps(profile, layer, cluster),
      ...cluster.publish(profile),
      checkFromPod,
    ],
  }));
}

const planDown = ({ profile }: Context, withObjects: boolean): Plan => ({
  questions: async () => ({ deletes: withObjects ? await heldObjects(profile) : [] }),
  steps: [stopServer, ...(withObjects ? [removeObjects] : [])],
});
