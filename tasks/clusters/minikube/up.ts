// Starts a minikube cluster step by step, and resumes a broken or stopped one.
import { Failure } from '../../core/failure.ts';
import { isWritten } from '../../core/files/changes.ts';
import type { FileContent } from '../../core/types.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, Step } from '../../steps/types.ts';
import { otherSettings } from '../made-with.ts';
import { madeNote, notedIdentity, ourMark } from '../ours.ts';
import { makeProbeImage, probeArchive, probeImage } from '../probe-image.ts';
import { minikubeCommand, runMinikube } from './command.ts';
import { chooseDriver } from './driver.ts';
import { identityOf, isMadeHere } from './identity.ts';
import { loadSteps } from './images.ts';
import { linkCrictl } from './none/crictl.ts';
import { removeStrayFolders } from './none/leftovers.ts';
import { linkPlugins } from './none/plugins.ts';
import { existingProblems } from './preflight.ts';
import { chooseResolvConf } from './resolv-conf.ts';
import { requestedSettings, startCommand } from './start.ts';
import { findConfig, findDriver, lookAtCluster } from './status.ts';

export const upSteps = (profile: Profile): Step[] => [
  writeSettings(profile),
  ...(profile.minikube.driver === 'none' ? [linkPlugins(), linkCrictl(), removeStrayFolders()] : []),
  start(profile),
  writeKubeconfig(profile),
  // Elsewhere there is no program for Linux at hand to make it of.
  ...(process.platform === 'linux'
    ? [
        makeProbeImage(),
        ...loadSteps(profile, 'Load the probe image into the cluster', () => ({
          reference: probeImage,
          archive: probeArchive(),
        })),
      ]
    : []),
];

async function settings(profile: Profile): Promise<FileContent[]> {
  const { ours, problem } = await chooseResolvConf(profile);
  if (problem) throw new Failure(problem);
  return [ourMark(profile), ...(ours ? [ours] : [])];
}

const writeSettings = (profile: Profile): Step => ({
  title: 'Write minikube settings',
  skip: async (context) => {
    // A cluster that is there already and not ours must not get our mark.
    await driverFor(profile, context);
    const written = await Promise.all((await settings(profile)).map(isWritten));
    return written.every(Boolean) && 'unchanged';
  },
  run: async ({ write }) => write(await settings(profile)),
});

/** The driver to start with. Throws Failure if the cluster that is there has another one. */
async function driverFor(profile: Profile, { read }: Pick<Context, 'read'>) {
  const made = await findDriver(profile, read);
  const { driver, problem } = await chooseDriver(profile, made, read);
  const [first] = problem ? [problem] : existingProblems(profile, driver, made, isMadeHere(profile, made));
  if (first) throw new Failure(first);
  return driver ?? 'none';
}

const start = (profile: Profile): Step => ({
  title: 'Start minikube',
  skip: async (context) => {
    // What runs may still be the wrong one.
    await driverFor(profile, context);
    if (!(await lookAtCluster(profile, context.read)).isUp) return false;
    const made = (await findConfig(profile, context.read)) ?? {};
    return `the cluster is running${otherSettings(requestedSettings(profile, made))}`;
  },
  run: async (context, out) => {
    const driver = await driverFor(profile, context);
    const { path } = await chooseResolvConf(profile);
    if (notedIdentity(profile)) await context.remove(madeNote(profile).path);
    try {
      await runMinikube(context.run, profile, startCommand(profile, driver, path), { onLine: out.line });
    } finally {
      const identity = identityOf(profile);
      if (identity) await context.write([madeNote(profile, identity)]);
    }
  },
});

const writeKubeconfig = (profile: Profile): Step => ({
  title: 'Write the kubeconfig',
  skip: async ({ read }) => {
    const { isUp, hasKubeconfig, state } = await lookAtCluster(profile, read);
    if (!isUp) return `the cluster is ${state}`;
    return hasKubeconfig && 'minikube start wrote it';
  },
  run: async ({ run }, out) => {
    await runMinikube(run, profile, minikubeCommand(profile, 'update-context'), { onLine: out.line });
  },
});
