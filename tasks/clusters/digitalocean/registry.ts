// Chooses the account's container registry for images, and gets the credentials to push.
import { Failure } from '../../core/failure.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Profile } from '../../profile/schema.ts';
import type { DoRegistry } from './answers.ts';
import type { Api } from './api.ts';

/** All registries of DigitalOcean are folders here. */
export const registryHost = 'registry.digitalocean.com';

/** The smallest that has room for an image of Spark: 5 GB. The free one has 500 MB. */
const plan = 'basic';

/** A registry, there or to be made. */
export interface ChosenRegistry {
  name: string;
  isThere: boolean;
}

/** Whether images go to a registry of DigitalOcean, and not to one that the profile names elsewhere. */
export const isOwnRegistry = ({ image }: Profile): boolean =>
  image.repository === undefined || image.repository.split('/')[0] === registryHost;

/** The registry's name, where the profile has one. */
const namedRegistry = ({ image, digitalocean }: Profile): string | undefined =>
  image.repository?.split('/')[1] ?? digitalocean.registry;

/** The profile's registry, else the only one of the account. Throws Failure if it is not clear which. */
export function chooseRegistry(profile: Profile, registries: readonly DoRegistry[]): ChosenRegistry {
  const names = registries.map(({ name }) => name).sort();
  const wanted = namedRegistry(profile);
  if (wanted !== undefined && names.includes(wanted)) return { name: wanted, isThere: true };
  const [only] = names;
  if (wanted === undefined && names.length === 1 && only) return { name: only, isThere: true };
  if (wanted !== undefined && names.length === 0) return { name: wanted, isThere: false };
  if (wanted === undefined && names.length === 0)
    throw new Failure('the account has no container registry, and the profile does not name one to create', {
      hint: 'set digitalocean.registry to a name that is unique at DigitalOcean',
    });
  throw new Failure(
    wanted === undefined
      ? `the account has the container registries ${names.join(', ')}, and the profile names none of them`
      : `the account has no container registry ${wanted}${didYouMean(wanted, names)}`,
    { hint: `set digitalocean.registry to ${names.join(' or ')}` },
  );
}

/** Asks for the account's registries and chooses. */
export async function findRegistry(api: Api, profile: Profile): Promise<ChosenRegistry> {
  const { registries } = await api.get<{ registries?: DoRegistry[] | null }>(
    'list container registries',
    '/registries',
  );
  return chooseRegistry(profile, registries ?? []);
}

/** The registry that `up` would make; undefined if it is there, or is elsewhere. Throws Failure if it is not clear which. */
export async function missingRegistry(api: Api, profile: Profile): Promise<string | undefined> {
  if (!isOwnRegistry(profile)) return undefined;
  const { name, isThere } = await findRegistry(api, profile);
  return isThere ? undefined : name;
}

/** Body of POST /v2/registries. */
export const registryRequest = (name: string) => ({ name, subscription_tier_slug: plan });

interface RegistryOptions {
  options: { subscription_tiers: { slug: string; monthly_price_in_cents: number; included_storage_bytes: number }[] };
}

/** What a registry would cost, by the price list of today. */
export async function registryLine(api: Api, name: string): Promise<string> {
  const what = 'read the prices of container registries';
  const answer = await api.find<RegistryOptions>(what, '/registry/options').catch(() => undefined);
  const tier = answer?.options.subscription_tiers.find(({ slug }) => slug === plan);
  const price = tier
    ? `${Math.floor(tier.included_storage_bytes / 2 ** 30)} GB for $${tier.monthly_price_in_cents / 100} a month`
    : 'see https://www.digitalocean.com/pricing/container-registry';
  return `container registry ${name} with plan ${plan}: ${price}, and it stays when the cluster is deleted`;
}

/** Credentials as ~/.docker/config.json has them, for some minutes. */
export const registryCredentials = (api: Api, name: string, seconds: number): Promise<object> =>
  api.get(
    `log in to container registry ${name}`,
    `/registries/${encodeURIComponent(name)}/docker-credentials?read_write=true&expiry_seconds=${seconds}`,
  );
