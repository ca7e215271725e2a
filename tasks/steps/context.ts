// The context of a run that changes things.
import { createExec } from '../core/exec.ts';
import { createFileVerbs } from '../core/files/changes.ts';
import { connectKube } from '../kube/client.ts';
import type { Profile } from '../profile/schema.ts';
import type { Cluster } from './cluster.ts';
import type { Context } from './types.ts';

/** What a run on this profile and cluster works with; everything in it ends with `signal`. */
export function createContext(profile: Profile, cluster: Cluster, signal: AbortSignal): Context {
  const exec = createExec(signal);
  return {
    profile,
    cluster,
    read: exec,
    run: exec,
    change: (_what, action) => action(),
    ...createFileVerbs(signal),
    kube: connectKube(() => cluster.kubeconfig(profile), signal),
    connect: (source) => connectKube(() => source, signal),
    signal,
    state: {},
  };
}
