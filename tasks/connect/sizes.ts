// Chooses the requests of a Connect server and its executors, from the profile or to fit the cluster.
import { usageFailure } from '../core/failure.ts';
import type { Manifest } from '../kube/types.ts';
import { defaultsFile } from '../notebooks/server/conf.ts';
import type { Profile } from '../profile/schema.ts';
import { propertyIn } from '../record/run-folder.ts';
import { elasticDriverSpec, elasticExecutorSpec } from '../spark/elastic.ts';
import type { Role } from '../spark/size.ts';
import { shownAmount } from '../spark/sizes/amounts.ts';
import { allSizeKeys, sizeKeys } from '../spark/sizes/choice.ts';
import { findFit } from '../spark/sizes/fit.ts';
import { type Properties, takenBy } from '../spark/sizes/load.ts';
import { refusalOf } from '../spark/sizes/refusal.ts';
import { emptied, lookAtRoom, type Room } from '../spark/sizes/room.ts';
import type { Context } from '../steps/types.ts';
import { askedOfServer } from './conf.ts';
import { settingsRef } from './names.ts';

/** Executors that find room at the same time, in a cluster where nothing else runs. */
const executorsAtOnce = ['2', '1'];

const chosenKeys = allSizeKeys.filter((key) => key !== sizeKeys.executors);

/** Those that the server has, so that another look makes no other pod; else such as fit. */
export async function chooseServerSizes({ kube, profile }: Context, object: string): Promise<Properties> {
  const settings = await kube.get(settingsRef(object, profile));
  return settings ? sizesOf(profile, settings) : serverSizesIn(profile, await lookAtRoom(kube, profile.namespace));
}

/** What the profile does not say, in the present state of the cluster. */
function sizesOf(profile: Profile, settings: Manifest): Properties {
  const text = (settings['data'] as Record<string, string>)[defaultsFile] ?? '';
  const asked = askedOfServer(profile);
  return Object.fromEntries(
    chosenKeys.flatMap((key) => {
      const value = asked[key] === undefined ? propertyIn(text, key) : undefined;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** Sizes that fit the nodes whatever else runs: a server waits for people, and its executors come and go. */
export function serverSizesIn(profile: Profile, room: Room): Properties {
  const asked = askedOfServer(profile);
  const beside = { requests: {}, driver: elasticDriverSpec(profile), executor: elasticExecutorSpec(profile, asked) };
  const empty = emptied(room);
  const wished = executorsAtOnce.map((count) => ({ ...asked, 'spark.dynamicAllocation.initialExecutors': count }));
  for (const properties of wished) {
    const found = findFit(properties, beside, empty);
    if (found) return Object.fromEntries(Object.entries(found.chosen).filter(([key]) => chosenKeys.includes(key)));
  }
  const { cause, cure } = refusalOf(wished.at(-1) ?? asked, beside, empty);
  throw usageFailure(`a Connect server does not fit: ${cause.replace(/\bdriver\b/, 'server')}`, cure);
}

/** One line for a person. */
export function sizesLine(chosen: Properties, profile: Profile): string {
  const requested = (role: Role): string => {
    const { requests } = takenBy(role, { ...askedOfServer(profile), ...chosen });
    return ['cpu', 'memory'].map((name) => shownAmount(requests[name] ?? 0, name)).join(' and ');
  };
  return `server: ${requested('driver')}; executors: ${requested('executor')} each`;
}
