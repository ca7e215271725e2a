// Pushes the image to the account's container registry, and lets the cluster pull from there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Exec } from '../../core/types.ts';
import { pushImage } from '../../images/registry/push.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep, Step } from '../../steps/types.ts';
import { openApi } from './api.ts';
import { findClusters } from './find.ts';
import { allowAccounts } from './pull-secret.ts';
import { findRegistry, isOwnRegistry, registryCredentials, registryHost } from './registry.ts';

/** A push of a big image over a slow line takes that long, in seconds. */
const pushSeconds = 3600;
const lookSeconds = 300;

export const publishSteps = (profile: Profile): Step[] => {
  if (!isOwnRegistry(profile)) return pushImage(profile);
  // Which registry it is, only the account knows.
  const pushed = { ...profile, image: { ...profile.image, repository: profile.image.repository ?? registryHost } };
  return [
    nameImage(profile),
    ...pushImage(pushed).map((step) => withAccount(profile, step)),
    integrate(profile),
    allowAccounts(profile),
  ];
};

/** The image was built under a name without a registry, unless the profile has one. */
const nameImage = (profile: Profile): SingleStep => ({
  title: 'Find the container registry',
  run: async ({ signal, state }, out) => {
    const { name } = await findRegistry(openApi(signal), profile);
    if (state.image && !profile.image.repository) state.image = `${registryHost}/${name}/${state.image}`;
    out.line(`${registryHost}/${name}`);
  },
});

/** The context in which skopeo finds credentials of the registry by itself: in a file that ends with the action. */
async function loggedIn<T>(
  context: Context,
  name: string,
  seconds: number,
  action: (inside: Context) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'firesteel-login-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  // A second Ctrl-C ends this process at once.
  process.once('exit', forget);
  try {
    const file = join(folder, 'auth.json');
    const credentials = await registryCredentials(openApi(context.signal), name, seconds);
    writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
    const knowing =
      (exec: Exec): Exec =>
      (command, options) =>
        exec(command, { ...options, env: { ...options?.env, REGISTRY_AUTH_FILE: file } });
    return await action({ ...context, read: knowing(context.read), run: knowing(context.run) });
  } finally {
    process.off('exit', forget);
    forget();
  }
}

/** A step of a push, with the account's credentials. */
const withAccount = (profile: Profile, step: SingleStep): SingleStep => ({
  ...step,
  skip: async (context) => {
    const { name, isThere } = await findRegistry(openApi(context.signal), profile);
    if (!isThere) return false;
    return loggedIn(context, name, lookSeconds, async (inside) => (await step.skip?.(inside)) ?? false);
  },
  run: async (context, out) => {
    const { name, isThere } = await findRegistry(openApi(context.signal), profile);
    if (isThere) return loggedIn(context, name, pushSeconds, (inside) => step.run(inside, out));
    // In a dry run nobody has made it.
    await context.change(`push the image to ${registryHost}/${name}`, async () => {
      throw new Failure(`the account has no container registry ${name} yet`, {
        hint: 'create the registry: firesteel deploy',
      });
    });
  },
});

/** DigitalOcean then keeps a secret with credentials in every namespace of the cluster. */
const integrate = (profile: Profile): SingleStep => ({
  title: 'Allow the cluster to pull from the registry',
  skip: async ({ signal }) => {
    const api = openApi(signal);
    const [{ cluster }, { name }] = await Promise.all([findClusters(api, profile), findRegistry(api, profile)]);
    if (!cluster) return 'there is no cluster';
    return (cluster.registries ?? []).includes(name) && 'the cluster can already pull';
  },
  run: async ({ signal, change }) => {
    const api = openApi(signal);
    const [{ cluster }, { name }] = await Promise.all([findClusters(api, profile), findRegistry(api, profile)]);
    if (!cluster) return;
    const request = { cluster_uuids: [cluster.id], registries: [name] };
    await change({ action: 'change', name: `POST /v2/kubernetes/registries ${JSON.stringify(request)}` }, () =>
      api.post(`let cluster ${cluster.name} pull from ${name}`, '/kubernetes/registries', request),
    );
  },
});
