// Brings the objects of a Connect server into the cluster, without ending sessions that it holds.
import { randomBytes } from 'node:crypto';
import type { V1ServiceAccount } from '@kubernetes/client-node';
import { Failure } from '../core/failure.ts';
import { projectPath } from '../core/paths.ts';
import type { Layer } from '../images/layer/layer.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Manifest } from '../kube/types.ts';
import { applyObjects } from '../steps/apply.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { deploymentRef, tokenRef } from './names.ts';
import { serverObjects, tokenSecret } from './objects.ts';
import { countSessions } from './pages.ts';
import { chooseServerSizes, sizesLine } from './sizes.ts';

/** What functions of clients need in executors, beside Spark. */
export const serverLayer: Layer = {
  files: [],
  pip: ['--no-deps', `-r ${projectPath('docker', 'connect', 'requirements.txt')}`],
  maven: [],
};

/** The account of executors, which `deploy` makes: where it may pull images, the server may. */
const executorAccount = async ({ kube, profile }: Context) =>
  (await kube.get({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    name: profile.serviceAccounts.executor,
    namespace: profile.namespace,
  })) as KubeObject<V1ServiceAccount> | undefined;

/** Before anything long is begun for a cluster that is not there. */
export const findAccount: SingleStep = {
  title: 'Find the service account of executors',
  observes: true,
  run: async (context) => {
    const { namespace, serviceAccounts } = context.profile;
    if (!(await executorAccount(context)))
      throw new Failure(`there is no service account ${serviceAccounts.executor} in ${namespace}`, {
        hint: 'create it: firesteel deploy',
      });
  },
};

/** What can never fit is refused before anything is made. */
export const verifyFits = (object: string): SingleStep => ({
  title: 'Check that the server fits',
  observes: true,
  run: async (context, out) => out.line(sizesLine(await chooseServerSizes(context, object), context.profile)),
});

async function wantedObjects(context: Context, object: string): Promise<Manifest[]> {
  const { profile, state } = context;
  if (!state.image) throw new Failure('there is no Spark image', { hint: 'build it: firesteel build' });
  const named = (profile.spark.conf['spark.kubernetes.container.image.pullSecrets'] ?? '').split(',');
  const pullSecrets = [
    ...((await executorAccount(context))?.imagePullSecrets ?? []),
    ...named.flatMap((name) => (name.trim() ? [{ name: name.trim() }] : [])),
  ].map(({ name }) => (name === undefined ? {} : { name }));
  const chosen = await chooseServerSizes(context, object);
  return serverObjects({ profile, object, image: state.image, chosen, pullSecrets });
}

/** Fails where sessions are open and the server would be replaced. */
export const keepSessions = (object: string, down: string): SingleStep => ({
  title: 'Look for open sessions',
  observes: true,
  run: async (context, out) => {
    const { kube, profile } = context;
    if (!(await kube.get(deploymentRef(object, profile)))) return;
    const deployment = (await wantedObjects(context, object)).find(({ kind }) => kind === 'Deployment');
    if (deployment && (await kube.isApplied(deployment))) return;
    const sessions = await countSessions(context, object).catch(() => undefined);
    if (sessions)
      throw new Failure(
        `${object} has ${sessions} open ${sessions === 1 ? 'session' : 'sessions'}, which would end: new settings need a new pod`,
        { hint: `stop the sessions with spark.stop(), or stop the server with ${down}, and run the command again` },
      );
    out.line(
      sessions === 0
        ? 'no sessions, so the server may be replaced'
        : 'the server does not answer, so it may be replaced',
    );
  },
});

/** Drawn once: a server keeps its token until it is taken down. */
export const makeToken = (object: string): SingleStep => ({
  title: "Create the server's token",
  skip: async ({ kube, profile }) => Boolean(await kube.get(tokenRef(object, profile))) && 'already there',
  run: async ({ kube, profile }) => {
    await kube.create(tokenSecret(object, profile, randomBytes(24).toString('hex')));
  },
});

export const startServer = (object: string): SingleStep =>
  applyObjects({
    title: 'Start the Connect server',
    manifests: (context) => wantedObjects(context, object),
  });
