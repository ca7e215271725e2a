// Shows what deploy would create, and its price by DigitalOcean's price list.
import { usageFailure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import type { DoOptions, DoSize } from './answers.ts';
import type { Api } from './api.ts';
import { type CreateRequest, chooseVersion, createRequest, requestProblems } from './request.ts';

/** A cluster to be, and what it costs. */
export interface Quote {
  request: CreateRequest;
  /** Of its nodes; undefined if the price list does not have it. */
  size?: DoSize;
}

/** The price list. */
export const listSizes = (api: Api): Promise<DoSize[]> => api.list<DoSize>('read the prices', '/sizes', 'sizes');

/** Asks what is on offer. Throws a usage Failure with everything of the profile that is not. */
export async function quoteCluster(api: Api, profile: Profile): Promise<Quote> {
  const [{ options }, sizes] = await Promise.all([
    api.get<{ options: DoOptions }>('read what DigitalOcean offers', '/kubernetes/options'),
    listSizes(api),
  ]);
  const problems = requestProblems(profile, options, sizes);
  const slugs = options.versions.map(({ slug }) => slug);
  const version = chooseVersion(profile.digitalocean.version, slugs);
  if (problems.length > 0 || !version) throw usageFailure(problems.join('\n'));
  const size = sizes.find(({ slug }) => slug === profile.digitalocean.size);
  return { request: createRequest(profile, version), ...(size ? { size } : {}) };
}

const dollars = (amount: number): string => `$${amount.toFixed(amount < 10 ? 2 : 0)}`;

/** `about $0.11 an hour, $72 a month`, for `count` machines of a size. */
export const shownPrice = (
  { price_hourly, price_monthly }: Pick<DoSize, 'price_hourly' | 'price_monthly'>,
  count: number,
): string => `about ${dollars(price_hourly * count)} an hour, ${dollars(price_monthly * count)} a month`;

/** A regional load balancer of one node, in US dollars: https://www.digitalocean.com/pricing/load-balancers */
const loadBalancer = { price_hourly: 0.018, price_monthly: 12 };

/** What a load balancer of a Service costs. */
export const loadBalancerPrice = (): string => `${shownPrice(loadBalancer, 1)}, by list prices`;

/** The lines of a quote, for the person who pays. */
export function quoteLines({ request, size }: Quote): string[] {
  const [pool] = request.node_pools;
  const count = pool?.count ?? 0;
  const about = size ? ` (${size.vcpus} CPUs, ${size.memory / 1024} GB)` : '';
  return [
    `cluster ${request.name} at DigitalOcean in ${request.region}: Kubernetes ${request.version}, ${count} × ${pool?.size}${about}`,
    size
      ? `${shownPrice(size, count)} by DigitalOcean's present price list, before taxes; the control plane is free`
      : `the price list has no ${pool?.size}: see https://www.digitalocean.com/pricing/kubernetes`,
    'volumes and load balancers of jobs, and images in a registry, cost extra',
  ];
}
