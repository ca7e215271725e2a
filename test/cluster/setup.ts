// Starts a control plane for each worker of the cluster tests, from the binaries of the local cluster.
import type { TestProject } from 'vitest/node';
import { binariesFolder, fetchBinaries, fetchTools } from '../../tasks/clusters/local/programs/binaries.ts';
import { failureText, reportPlain } from '../../tasks/core/report.ts';
import { profileSchema } from '../../tasks/profile/schema.ts';
import { runSteps } from '../../tasks/steps/runner.ts';
import { installMissing, missingTools } from '../../tasks/toolbox/host-packages.ts';
import { plainContext } from '../plain-context.ts';
import type { ControlPlane } from './control-plane.ts';
import { startControlPlane, whyNot } from './control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A control plane for each worker, or why there is none. */
    controlPlanes: ControlPlane[] | { missing: string };
  }
}

const profile = { ...profileSchema.parse({}), name: 'local', clusterName: 'local' };

/** Brings the programs as `firesteel deploy` would; they are for Linux only. */
async function fetchPrograms(): Promise<string> {
  if (process.platform !== 'linux') return binariesFolder(profile);
  const { signal } = new AbortController();
  const context = plainContext({ profile, signal });
  // Only root may install; others have Go and curl already, or skip these tests.
  const missing = await missingTools(process.getuid?.() === 0 ? fetchTools(profile) : [], context.read);
  const steps = [...installMissing(missing), fetchBinaries(profile)];
  const { failure } = await runSteps(steps, context, { report: reportPlain, abort: () => {} });
  if (failure) process.stdout.write(`${failureText(failure.step, failure.error, false)}\n`);
  return binariesFolder(profile);
}

/** $FIRESTEEL_BINARIES names another folder to take etcd and kube-apiserver from. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const binaries = process.env['FIRESTEEL_BINARIES'] ?? (await fetchPrograms());
  const missing = whyNot(binaries);
  if (missing) {
    project.provide('controlPlanes', { missing: `${missing}: set FIRESTEEL_BINARIES` });
    return undefined;
  }
  const workers = Array.from({ length: project.config.maxWorkers }, () => startControlPlane(binaries));
  const started = await Promise.all(workers);
  project.provide(
    'controlPlanes',
    started.map(({ info }) => info),
  );
  return async () => void (await Promise.all(started.map(({ stop }) => stop())));
}
