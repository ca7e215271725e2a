// data: named data sets for jobs, and the storage of the profile: its server, its Secret, the proof that pods reach it.
import { buildProblems, buildSteps, buildTools } from './images/build-steps.ts';
import { jarStorage } from './images/layer/hadoop.ts';
import { layerSteps, layerTools } from './images/layer/layer.ts';
import { addSet, checkSet, listedSets, removeSet, setFacts, setProblems } from './jobs/set-steps.ts';
import type { Profile } from './profile/schema.ts';
import type { Task } from './steps/types.ts';
import { checkFromPod } from './storage/check.ts';
import { lookAtStorage } from './storage/look.ts';
import { ensureSecret, variableProblems } from './storage/secret.ts';
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
const storageLayer = (profile: Profile) => ({ files: [], pip: [], maven: [], storage: jarStorage(profile) });

const noStorage = 'the profile has no block "storage": add one, such as storage: {kind: s3, service: true}';

/** The task as these flags ask for it. */
export const dataWith = (flags: DataFlags = {}): Task => ({
  problems: async (profile, [action = '', ...words], _cluster, read) => {
    if (!visitsStorage(action, words)) return action === 'down' ? [] : setProblems(action, words, flags);
    if (!profile.storage) return [noStorage];
    return action === 'up' ? variableProblems(profile) : buildProblems(profile, read);
  },
  tools: async (profile, [action = '', ...words], _cluster, read) => {
    if (action === 'up' && profile.storage?.service) return serverTools(read);
    if (action === 'add') return [{ name: 'curl', package: 'curl', purpose: 'fetches data' }];
    if (action !== 'check' || words.length > 0) return [];
    return [...buildTools(profile), ...layerTools(storageLayer(profile))];
  },
  deletes: ({ profile }, [action]) => Promise.resolve(action === 'down' && flags.objects ? heldObjects(profile) : []),
  steps: (profile, cluster, [action = '', ...words]) => {
    const [name = '', source = ''] = words;
    if (action === 'add') return addSet(name, source, flags);
    if (action === 'remove') return [removeSet(name)];
    if (action === 'down') return [stopServer, ...(flags.objects ? [removeObjects] : [])];
    if (action === 'check' && name) return [checkSet(name)];
    if (action === 'check')
      return [
        lookAtStorage(profile),
        ...buildSteps(profile),
        ...layerSteps(profile, storageLayer(profile), cluster),
        ...cluster.publish(profile),
        checkFromPod,
      ];
    if (action !== 'up') return [];
    return [
      ensureSecret(profile),
      ...(profile.storage?.service ? [...serverImageSteps(profile, cluster), ...startServer] : []),
      lookAtStorage(profile),
    ];
  },
  facts: () => setFacts(),
  done: ({ state }, [action] = []) => {
    if (action === 'list') return listedSets();
    if (action === 'up') return ['The storage is ready.', 'Next: firesteel data check'];
    return state.lines ?? [];
  },
});

/** Whether an action is about the storage, and not about a data set. */
const visitsStorage = (action: string, words: readonly string[]): boolean =>
  action === 'up' || (action === 'check' && words.length === 0);
