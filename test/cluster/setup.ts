// Starts one control plane for all cluster tests, from the binaries of the local cluster.
import type { TestProject } from 'vitest/node';
import { binariesFolder } from '../../tasks/clusters/local/binaries.ts';
import { profileSchema } from '../../tasks/lib/schema.ts';
import type { ControlPlane } from './control-plane.ts';
import { startControlPlane, whyNot } from './control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The control plane, or why there is none. */
    controlPlane: ControlPlane | { missing: string };
  }
}

const usualFolder = (): string => binariesFolder({ ...profileSchema.parse({}), name: 'local', clusterName: 'local' });

/** $FIRESTEEL_BINARIES names another folder to take etcd and kube-apiserver from. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const binaries = process.env['FIRESTEEL_BINARIES'] ?? usualFolder();
  const missing = whyNot(binaries);
  if (missing) {
    project.provide('controlPlane', { missing: `${missing}: run \`firesteel tools\` first` });
    return undefined;
  }
  const { info, stop } = await startControlPlane(binaries);
  project.provide('controlPlane', info);
  return stop;
}
