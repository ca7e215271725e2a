// Submits a run with the distribution's own spark-submit.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../core/failure.ts';
import { findDistribution } from '../../../images/distribution/distribution.ts';
import type { ClusterAccess } from '../../../kube/kubeconfig/client-config.ts';
import { openAccess } from '../../../kube/kubeconfig/client-config.ts';
import { refOf } from '../../../kube/ref.ts';
import type { Kube, Manifest } from '../../../kube/types.ts';
import { runFolder } from '../../../record/run-folder.ts';
import type { Context } from '../../../steps/types.ts';
import type { RunRequest } from '../../driver.ts';
import type { RunObjects } from '../../run-objects.ts';
import { allEnded, handOver } from '../../submission.ts';
import { clientSettings } from './client.ts';
import { sparkSubmitCommand, sparkSubmitEnv, sparkSubmitFiles } from './command.ts';
import { sparkSubmitFailure } from './failure.ts';

/** Makes the run's objects; returns the driver pod. A run that cannot start leaves nothing behind, unless it is interrupted. */
export async function submitBySpark(context: Context, request: RunRequest, objects: RunObjects): Promise<Manifest> {
  const { kube } = context;
  const { pod, beside } = objects;
  try {
    await allEnded(beside.map((manifest) => kube.create(manifest)));
    await callSparkSubmit(context, request, objects);
    const driver = await context.change(`make driver ${pod.metadata.name} the owner of its objects`, async () => {
      const made = await liveDriver(kube, pod);
      await allEnded(beside.map((manifest) => handOver(kube, manifest, made)));
      return made;
    });
    // In a dry run there is none.
    return driver ?? pod;
  } catch (error) {
    await Promise.allSettled([pod, ...beside].map((manifest) => kube.remove(refOf(manifest))));
    throw error;
  }
}

async function liveDriver(kube: Kube, pod: Manifest): Promise<Manifest> {
  const driver = await kube.get(refOf(pod));
  if (driver) return driver;
  throw new Failure(`spark-submit succeeded, but there is no driver pod ${pod.metadata.name}`, {
    hint: 'find out who deleted the pod, and submit again',
  });
}

/** Runs it with its files in a folder of the run's own, which goes away afterwards. */
async function callSparkSubmit(context: Context, request: RunRequest, objects: RunObjects): Promise<void> {
  const { profile } = context;
  const { home } = await findDistribution(profile);
  const folder = join(runFolder(request.names.id), 'spark-submit');
  const access = await accessTo(context);
  const client = clientSettings(access, folder, profile.spark.version);
  const command = sparkSubmitCommand(home, request, folder, client, process.env);
  const lines: string[] = [];
  try {
    await context.write(sparkSubmitFiles(request, objects, client, folder));
    const env = { ...sparkSubmitEnv(home, request, folder), ...client.env };
    await context.run(command, { env, onLine: (line) => lines.push(line) });
  } catch (error) {
    throw context.signal.aborted ? error : sparkSubmitFailure(lines, access.server, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a dry run shows of a cluster that is not there yet. */
const unknown: ClusterAccess = {
  server: 'https://(not known yet)',
  proxy: undefined,
  tls: { ca: undefined, cert: undefined, key: undefined, servername: undefined, rejectUnauthorized: true },
  headers: {},
};

/** The cluster's address and this user's credentials; a plug-in that the kubeconfig names runs here. */
async function accessTo({ cluster, kube, profile }: Context): Promise<ClusterAccess> {
  // In a dry run a cluster that is not there yet says nothing.
  if ((await kube.raw('/version')) === '') return unknown;
  return (await openAccess(cluster.kubeconfig(profile)))();
}
