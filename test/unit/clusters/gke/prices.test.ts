// What is said about costs before a cluster is made: an estimate that says it is one, and never a guess.
import { describe, expect, test } from 'vitest';
import { prices } from '../../../../tasks/clusters/gke/price-table.ts';
import { costLines } from '../../../../tasks/clusters/gke/prices.ts';
import { gkeProfile } from './profiles.ts';

/** While the prices are new. */
const then = new Date(`${prices.asOf}-20T12:00:00Z`);

test('the shipped Standard profile', async () =>
  expect(costLines(await gkeProfile('gke'), then)).toEqual([
    '3 × e2-standard-2 in europe-west1-b, about 0.22 USD an hour',
    '3 × boot disk of 30 GB pd-standard, less than 0.01 USD an hour',
    '3 × public address, about 0.01 USD an hour',
    'management of the cluster (free for the first cluster of a billing account), about 0.10 USD an hour',
    'together about 0.34 USD an hour, 249 USD a month: an estimate by list prices of 2025-03, without traffic, stored images and taxes',
  ]));

test('the shipped Autopilot profile', async () =>
  expect(costLines(await gkeProfile('gke-autopilot'), then)).toEqual([
    'management of the cluster (free for the first cluster of a billing account), about 0.10 USD an hour',
    'pods while they run, about 0.049 USD an hour for each CPU and 0.0054 USD for each GB that they request',
    'together about 0.10 USD an hour beside pods, 73 USD a month: an estimate by list prices of 2025-03, without traffic, stored images and taxes',
  ]));

test('prices that are older than a year say so', async () => {
  const late = new Date(then);
  late.setUTCFullYear(late.getUTCFullYear() + 1);
  const words = '; these prices are more than a year old, and may have changed';
  expect(costLines(await gkeProfile('gke'), late).at(-1)).toContain(`and taxes${words}`);
  expect(costLines(await gkeProfile('gke'), then).at(-1)).not.toContain(words);
});

test.each([
  [
    'a region has three zones',
    ['gke.location=europe-west1'],
    '9 × e2-standard-2 in europe-west1: 3 in each of 3 zones, about 0.66 USD an hour',
  ],
  [
    'and its management is never free',
    ['gke.location=europe-west1'],
    'management of the cluster, about 0.10 USD an hour',
  ],
  ['spot is cheaper', ['gke.spot=true'], '3 × e2-standard-2 (spot) in europe-west1-b, about 0.09 USD an hour'],
  [
    'custom E2 is no dearer',
    ['gke.machineType=e2-custom-2-8192'],
    '3 × e2-custom-2-8192 in europe-west1-b, about 0.22 USD an hour',
  ],
  [
    'n2-standard-32 in us-central1 is 1.5539',
    ['gke.machineType=n2-standard-32', 'gke.nodes=1', 'gke.location=us-central1-a'],
    '1 × n2-standard-32 in us-central1-a, about 1.55 USD an hour',
  ],
  [
    'an extended channel',
    ['gke.releaseChannel=EXTENDED'],
    'more for management once its version is in extended support',
  ],
] as const)('%s', async (_, sets, line) => expect(costLines(await gkeProfile('gke', ...sets))).toContain(line));

describe('unknown prices are reported as unknown', () => {
  test.each([
    [
      'of a machine type',
      'gke.machineType=m3-ultramem-32',
      '3 × m3-ultramem-32 in europe-west1-b, at the price of m3-ultramem-32, which is not known here',
    ],
    [
      'of a region',
      'gke.location=moon-north1-a',
      '3 × e2-standard-2 in moon-north1-a, at prices of moon-north1, which are not known here',
    ],
  ])('%s', async (_, set, line) => {
    const lines = costLines(await gkeProfile('gke', set));
    expect(lines).toContain(line);
    expect(lines.at(-1)).toMatch(/^together about 0\.12 USD an hour and parts of unknown price, /);
  });

  test('of pods in a region', async () =>
    expect(costLines(await gkeProfile('gke-autopilot', 'gke.location=moon-north1'))).toContain(
      'pods while they run, at prices of moon-north1, which are not known here',
    ));
});

test('private nodes have no address to pay for', async () =>
  expect(costLines(await gkeProfile('gke', 'gke.privateNodes=true')).join()).not.toContain('address'));

test('the table is dated, and no number in it is out of bounds', () => {
  expect(prices.asOf).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
  for (const factor of Object.values(prices.regions)) expect(factor).toSatisfy((n: number) => n >= 1 && n < 2);
  for (const machine of Object.values(prices.machines)) expect(machine?.core).toBeGreaterThan(machine?.gibibyte ?? 1);
});
