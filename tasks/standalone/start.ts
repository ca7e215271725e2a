// Starts a standalone cluster: its secret, its objects, its workers.
import { randomBytes } from 'node:crypto';
import { pullSecretsOf } from '../access/pull-secrets.ts';
import { Failure } from '../core/failure.ts';
import { managedBy } from '../kube/render.ts';
import type { Manifest } from '../kube/types.ts';
import { applyObjects } from '../steps/apply.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { setProfileCount, waitForMaster, waitForWorkers, wantedCount } from './count.ts';
import { names, secretRef } from './names.ts';
import { clusterObjects } from './objects.ts';
import { chooseRequest, workerSet } from './room.ts';

/** What can never fit is refused before anything is made. */
export const checkFit: SingleStep = {
  title: 'Check that the workers fit',
  run: async (context, out) => {
    const { cores, memory } = context.profile.standalone.worker;
    const count = await countOf(context);
    const request = await chooseRequest(context, count);
    out.line(`${count} workers of ${cores} cores and ${memory} each, with requests of ${request} CPU`);
  },
};

const countOf = async (context: Context): Promise<number> =>
  wantedCount(context.profile.standalone.workers, await workerSet(context));

/** Drawn once: daemons and running applications share it. */
const makeSecret: SingleStep = {
  title: 'Create the secret of the cluster',
  skip: async ({ kube, profile }) => Boolean(await kube.get(secretRef(profile))) && 'already there',
  run: async ({ kube, profile }) => {
    await kube.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: names.secret, namespace: profile.namespace, labels: { ...managedBy } },
      stringData: { secret: randomBytes(32).toString('hex') },
    });
  },
};

const clusterOf = async (context: Context): Promise<Manifest[]> => {
  const { profile, state } = context;
  if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
  const request = await chooseRequest(context, await countOf(context));
  return clusterObjects(profile, state.image, request, await pullSecretsOf(context));
};

const isWorkers = ({ kind, metadata }: Manifest): boolean => kind === 'StatefulSet' && metadata.name === names.worker;

/** A worker that leaves says so to the master: that one is replaced before, never at the same time. */
export const startSteps: SingleStep[] = [
  makeSecret,
  applyObjects({
    title: 'Start the master',
    manifests: async (context) => (await clusterOf(context)).filter((one) => !isWorkers(one)),
  }),
  waitForMaster,
  applyObjects({
    title: 'Start the workers',
    manifests: async (context) => (await clusterOf(context)).filter(isWorkers),
  }),
  setProfileCount,
  waitForWorkers,
];
