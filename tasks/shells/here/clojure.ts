// Fetches the jars of a Clojure driver on this machine: Clojure, and Geni where it fits.
import { existsSync } from 'node:fs';
import { shortHash } from '../../core/files/hash.ts';
import { webFetch } from '../../core/network/web.ts';
import { findDistribution } from '../../images/distribution/distribution.ts';
import { fetchedFolder } from '../../images/layer/cache.ts';
import { fetchJars } from '../../images/layer/maven.ts';
import type { Profile } from '../../profile/schema.ts';
import type { Context, SingleStep } from '../../steps/types.ts';
import { clojars, geni, whyNoGeni } from '../deps-edn.ts';

const answerMs = 10_000;

const folderOf = (coordinates: readonly string[], { spark }: Profile): string =>
  fetchedFolder('shell', shortHash([coordinates, spark.version, process.env['DEFAULT_ARTIFACT_REPOSITORY']]));

/** Puts the folder of Clojure's jars into `jars`. */
export const fetchClojure = (coordinates: string[], profile: Profile, jars: string[]): SingleStep => ({
  title: 'Fetch Clojure',
  run: async (context, out) => {
    const folder = folderOf(coordinates, profile);
    jars.push(folder);
    if (existsSync(folder)) return out.line('in the cache');
    await fetchJars(folder, coordinates, await homeOf(context), context, out);
  },
});

/** Puts the folder of Geni's jars into `jars`, or says in one line why the session goes on without them. */
export const fetchGeni = (profile: Profile, jars: string[]): SingleStep => ({
  title: 'Fetch Geni',
  run: async (context, out) => {
    const folder = folderOf([geni.coordinate], profile);
    const lack = whyNoGeni(profile.spark.version);
    if (lack) return out.line(`left out: ${lack}`);
    if (!existsSync(folder)) {
      const closed = await whyClosed(context.signal);
      if (closed) return out.line(`left out: ${closed}`);
      try {
        await fetchJars(folder, [geni.coordinate], await homeOf(context), context, out, clojars);
      } catch (error) {
        if (context.signal.aborted) throw error;
        return out.line(`left out: ${(error as Error).message}`);
      }
    }
    jars.push(folder);
  },
});

/** What keeps this machine from Clojars. */
async function whyClosed(signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status } = await webFetch(`${clojars}zero/one/geni/maven-metadata.xml`, {
      method: 'HEAD',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    return status < 400 ? undefined : `Clojars answers ${status}`;
  } catch {
    return 'Clojars does not answer';
  }
}

const homeOf = async ({ profile }: Context): Promise<string> => (await findDistribution(profile)).home;
