// Applies the objects of a notebook server without ending running kernels.
import { pullSecretsOf } from '../../access/pull-secrets.ts';
import { Failure } from '../../core/failure.ts';
import { counted } from '../../core/screen/counted.ts';
import type { Manifest } from '../../kube/types.ts';
import { deploymentRef } from '../../servers/names.ts';
import { applyObjects } from '../../steps/apply.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { pipSettings } from '../pip-settings.ts';
import { withLab } from './link.ts';
import { labObjects } from './objects.ts';
import { chooseLabSizes, sizesLine } from './sizes.ts';

/** What can never fit is refused before anything is made. */
export const seeThatLabFits = (object: string): SingleStep => ({
  title: 'Check that the notebook server fits',
  run: async (context, out) => out.line(sizesLine(await chooseLabSizes(context, object), context.profile)),
});

async function wantedObjects(context: Context, object: string, git: string | undefined): Promise<Manifest[]> {
  const { profile, state } = context;
  if (!state.image) throw new Failure('there is no image', { hint: 'build it: firesteel build' });
  const sizes = await chooseLabSizes(context, object);
  const pip = await pipSettings(context.read);
  return labObjects({
    profile,
    object,
    image: state.image,
    git,
    sizes,
    pip,
    pullSecrets: await pullSecretsOf(context),
  });
}

/** Fails where kernels run and the server would be replaced. */
export const keepKernels = (object: string, git: string | undefined, down: string): SingleStep => ({
  title: 'Look for running kernels',
  observes: true,
  run: async (context, out) => {
    const { kube, profile } = context;
    if (!(await kube.get(deploymentRef(object, profile)))) return;
    const deployment = (await wantedObjects(context, object, git)).find(({ kind }) => kind === 'Deployment');
    if (deployment && (await kube.isApplied(deployment))) return;
    const kernels = await withLab(context, object, (link) => link.kernels());
    if (kernels)
      throw new Failure(
        `${object} has ${counted(kernels, 'running kernel')}, which would end: new settings need a new pod`,
        {
          hint: `stop the kernels, or the server with ${down} (the work folder stays), then run the command again`,
        },
      );
    out.line(
      kernels === 0
        ? 'no kernel is running: firesteel replaces the server'
        : 'the server does not answer: firesteel replaces the server',
    );
  },
});

export const startLab = (object: string, git: string | undefined): SingleStep =>
  applyObjects({
    title: 'Start the notebook server',
    manifests: (context) => wantedObjects(context, object, git),
  });
