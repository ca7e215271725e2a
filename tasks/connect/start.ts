// Applies the objects of a Connect server without ending open sessions.
import { pullSecretsOf } from '../access/pull-secrets.ts';
import { Failure } from '../core/failure.ts';
import { projectPath } from '../core/paths.ts';
import { counted } from '../core/screen/counted.ts';
import { userName } from '../core/user.ts';
import type { Layer } from '../images/layer/layer.ts';
import { type Deployment, isServing } from '../kube/deployment.ts';
import type { Manifest } from '../kube/types.ts';
import { deploymentRef } from '../servers/names.ts';
import { applyObjects } from '../steps/apply.ts';
import type { Context, SingleStep } from '../steps/types.ts';
import { serverObjects } from './objects.ts';
import { countSessions } from './pages.ts';
import { chooseServerSizes, sizesLine } from './sizes.ts';

/** What functions of clients need in executors, beside Spark. */
export const serverLayer: Layer = {
  files: [],
  pip: ['--no-deps', `-r ${projectPath('docker', 'connect', 'requirements.txt')}`],
  maven: [],
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
  const chosen = await chooseServerSizes(context, object);
  const pullSecrets = await pullSecretsOf(context);
  return serverObjects({ profile, object, image: state.image, chosen, user: userName(), pullSecrets });
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
        `${object} has ${counted(sessions, 'open session')}, which would end: new settings need a new pod`,
        { hint: `stop the sessions with spark.stop(), or stop the server with ${down}, and run the command again` },
      );
    const live = (await kube.get(deploymentRef(object, profile))) as Deployment | undefined;
    if (sessions === undefined && live && isServing(live))
      throw new Failure(`${object} serves, and its pages do not answer: sessions may be open, which would end`, {
        hint: `run the command again, or stop the server with ${down} first`,
      });
    out.line(
      sessions === 0
        ? 'no session is open: firesteel replaces the server'
        : 'the server does not answer: firesteel replaces the server',
    );
  },
});

export const startServer = (object: string): SingleStep =>
  applyObjects({
    title: 'Start the Connect server',
    manifests: (context) => wantedObjects(context, object),
  });
