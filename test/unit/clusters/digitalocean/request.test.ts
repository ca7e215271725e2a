// The request for a cluster: what each profile that ships asks for, which version is meant, and what is not on offer.
import { describe, expect, test } from 'vitest';
import { digitalOceanCapacity } from '../../../../tasks/clusters/digitalocean/cluster.ts';
import { quoteLines } from '../../../../tasks/clusters/digitalocean/quote.ts';
import { chooseVersion, createRequest, requestProblems } from '../../../../tasks/clusters/digitalocean/request.ts';
import { readProfile } from '../../../../tasks/profile/read.ts';
import { options, sizes } from '../../../fakes/digitalocean/published.ts';

const profile = await readProfile('digitalocean', []);

test('the shipped profile requests exactly this, and nothing that costs more', () =>
  expect(createRequest(profile, '1.34.1-do.0')).toEqual({
    name: 'digitalocean',
    region: 'fra1',
    version: '1.34.1-do.0',
    tags: ['managed-by:firesteel'],
    ha: false,
    auto_upgrade: true,
    surge_upgrade: true,
    maintenance_policy: { day: 'sunday', start_time: '03:00' },
    node_pools: [
      {
        name: 'digitalocean-nodes',
        size: 's-2vcpu-4gb',
        count: 3,
        tags: ['managed-by:firesteel'],
        labels: { 'app.kubernetes.io/managed-by': 'firesteel' },
      },
    ],
  }));

test('the name of its nodes is short enough for the longest name of a cluster', async () => {
  const longest = await readProfile('digitalocean', [`clusterName=${'a'.repeat(40)}`]);
  const [pool] = createRequest(longest, '1.34.1-do.0').node_pools;
  expect(pool?.name.length).toBeLessThanOrEqual(55);
});

describe('a version', () => {
  const slugs = ['1.34.1-do.0', '1.34.10-do.0', '1.34.10-do.2', '1.9.9-do.0', '1.33.5-do.1'];
  test.each([
    ['latest', '1.34.10-do.2'],
    ['1.34', '1.34.10-do.2'],
    ['1.33', '1.33.5-do.1'],
    ['1.34.1-do.0', '1.34.1-do.0'],
    ['1.3', undefined],
    ['1.32', undefined],
    ['1.34.1-do.9', undefined],
  ])('%s is %s', (wanted, slug) => expect(chooseVersion(wanted, slugs)).toBe(slug));
});

describe('a region, size or version that is not offered is refused with the nearest one', () => {
  test.each([
    [['digitalocean.region=fra2'], /^digitalocean\.region fra2: no Kubernetes there; did you mean "fra1"\?/],
    [
      ['digitalocean.size=s-2vcpu-4bg'],
      /^digitalocean\.size s-2vcpu-4bg: no such node size; did you mean "s-2vcpu-4gb"\?; the cheapest with 2 CPUs and 4 GB there is s-2vcpu-4gb$/,
    ],
    [
      ['digitalocean.size=gd-2vcpu-8gb'],
      /^digitalocean\.size gd-2vcpu-8gb is not available in fra1, but in nyc1, sfo3; the cheapest with/,
    ],
    [
      ['digitalocean.version=1.99'],
      /^digitalocean\.version 1\.99: not offered.* \(offered: 1\.16\.14-do\.0, 1\.17\.11-do\.0, 1\.18\.8-do\.0\)$/,
    ],
  ])('%s', async (sets, line) => {
    const wrong = await readProfile('digitalocean', sets);
    expect(requestProblems(wrong, options.options, sizes)).toEqual([expect.stringMatching(line)]);
  });

  test('all of it at once', async () => {
    const wrong = await readProfile('digitalocean', [
      'digitalocean.region=xxx9',
      'digitalocean.size=a-1',
      'digitalocean.version=0.1',
    ]);
    expect(requestProblems(wrong, options.options, sizes)).toHaveLength(3);
    expect(requestProblems(profile, options.options, sizes)).toEqual([]);
  });
});

test('costs are those of the price list, times the nodes', () => {
  const size = { ...sizes[0], slug: 's-2vcpu-4gb', vcpus: 2, memory: 4096, price_hourly: 0.0357, price_monthly: 24 };
  const lines = quoteLines({ request: createRequest(profile, '1.34.1-do.0'), size: size as (typeof sizes)[number] });
  expect(lines[0]).toBe(
    'cluster digitalocean at DigitalOcean in fra1: Kubernetes 1.34.1-do.0, 3 × s-2vcpu-4gb (2 CPUs, 4 GB)',
  );
  expect(lines[1]).toMatch(/^about \$0\.11 an hour, \$72 a month by DigitalOcean's present price list/);
});

test('capacity is read from the name of a size, if the name has it', async () => {
  expect(digitalOceanCapacity(profile)).toMatchObject({ nodes: 3, cores: 2, mebibytes: 4096 });
  expect(digitalOceanCapacity(await readProfile('digitalocean', ['digitalocean.size=c-2']))).toBeUndefined();
});
