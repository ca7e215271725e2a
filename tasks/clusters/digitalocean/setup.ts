// DigitalOcean Kubernetes in the set-up wizard: regions and sizes as its API lists them, with its own prices.
import type { Asked, Choice, Found, SetupKind } from '../../steps/setup.ts';
import { accountProblems, hasToken, tokenVariable } from './account.ts';
import type { DoOptions, DoSize } from './answers.ts';
import { openApi } from './api.ts';
import { listSizes, shownPrice } from './quote.ts';

interface Catalog {
  options: DoOptions;
  sizes: DoSize[];
}

const catalogs = new WeakMap<AbortSignal, Promise<Catalog>>();

/** What is on offer, asked once for each run. */
function catalog({ signal }: Pick<Asked, 'signal'>): Promise<Catalog> {
  const known = catalogs.get(signal);
  if (known) return known;
  const api = openApi(signal);
  const asked = Promise.all([
    api.get<{ options: DoOptions }>('read what DigitalOcean offers', '/kubernetes/options'),
    listSizes(api),
  ]).then(([{ options }, sizes]) => ({ options, sizes }));
  catalogs.set(signal, asked);
  return asked;
}

/** In MB: a size with less has no room for a driver beside what a node keeps. */
const leastMemory = 2048;

async function sizesIn(asked: Asked): Promise<Choice[]> {
  const { options, sizes } = await catalog(asked);
  const { region } = asked.profile.digitalocean;
  const offered = options.sizes.map(({ slug }) => slug);
  return sizes
    .filter(({ slug, available, regions }) => offered.includes(slug) && available && regions.includes(region))
    .sort((a, b) => a.price_hourly - b.price_hourly)
    .map((size) => ({
      value: size.slug,
      about: `${size.vcpus} CPUs, ${size.memory / 1024} GB, ${shownPrice(size, 1)}`,
      ...(size.memory < leastMemory ? { refused: 'too little memory for Spark' } : {}),
    }));
}

function look(): Found {
  const credentials = hasToken();
  return {
    facts: { credentials: credentials ? `$${tokenVariable}` : null },
    rows: [['DigitalOcean', credentials ? `token in $${tokenVariable}` : 'no token']],
  };
}

export const digitaloceanSetup: SetupKind = {
  look,
  offers: () => {
    const [problem] = accountProblems();
    return [
      {
        name: 'digitalocean',
        title: 'DigitalOcean Kubernetes',
        fit: problem ? 'lacking' : 'ready',
        reason: problem ?? 'token found; nodes cost money while they exist',
        values: { cluster: 'digitalocean' },
      },
    ];
  },
  questions: [
    {
      key: 'digitalocean.region',
      flag: 'region',
      title: 'Region',
      isAsked: true,
      choices: async (asked) =>
        (await catalog(asked)).options.regions.map(({ slug, name }) => ({ value: slug, about: name })),
    },
    { key: 'digitalocean.size', flag: 'size', title: 'Size of nodes', isAsked: true, choices: sizesIn },
    { key: 'digitalocean.nodes', flag: 'nodes', title: 'Nodes', isAsked: true, grows: true },
    { key: 'digitalocean.registry', flag: 'registry', title: 'Container registry' },
  ],
  price: async (asked) => {
    const { nodes, size } = asked.profile.digitalocean;
    const found = (await catalog(asked)).sizes.find(({ slug }) => slug === size);
    return found
      ? `${shownPrice(found, nodes)}, by DigitalOcean's price list`
      : 'unknown: the price list has no such size';
  },
};
