// The ways of data into pods: the image, a folder of this machine, a claim, a remote file system.
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shown } from '../core/exec.ts';
import { shortHash } from '../core/files/hash.ts';
import { curlCommand } from '../core/network/curl.ts';
import { ownPath } from '../core/paths.ts';
import type { Command } from '../core/types.ts';
import { fetchInto } from '../images/layer/cache.ts';
import { jobFolder } from '../images/layer/image.ts';
import type { Profile } from '../profile/schema.ts';
import { bucketProblem } from '../profile/storage-rules.ts';
import { ownAddress, storageAddress, storageSchemes } from '../spark/storage.ts';
import { ownVolumes } from '../spark/volumes.ts';
import type { SingleStep, Step } from '../steps/types.ts';
import { ownPathOf } from './conf-files.ts';
import type { DataPlan, Planned } from './data.ts';
import { type DataSet, dataSetTools, fetchDataSet, fetchedSet, readDataSet } from './data-sets.ts';
import { isWeb, type NamedSet, pathOf, podName, readNamedSet, verifyFetched, verifySet } from './named-sets.ts';
import { mountConf, readClaim, verifyClaim } from './volumes.ts';

/** Where drivers and executors have data that was brought. */
export const dataFolder = `${jobFolder}/data`;

export const planned = (plan: Pick<DataPlan, 'shown' | 'path'> & Partial<DataPlan>): Planned => ({
  plan: { files: [], conf: {}, bring: [], look: [], tools: [], ...plan },
});

/** The variable that names the data to driver and executors. */
export const dataVariable = (path: string): Record<string, string> => ({
  'spark.kubernetes.driverEnv.FIRESTEEL_DATA': path,
  'spark.executorEnv.FIRESTEEL_DATA': path,
});

const others =
  'a path, mount:FOLDER, claim:NAME/path, image:/path, storage:path, or an address such as s3a://bucket/path';

/** Plans any data for a job that says nothing of its data itself; driver and executors read it. */
export function planWay(profile: Profile, given: string): Planned {
  const word = dataWord(given);
  const problem = wordProblem(word);
  if (problem) return { problems: [`--data ${withoutKeys(word)}: ${problem}`] };
  const [, kind, rest = ''] = /^(claim|image|mount|storage):(?!\/\/)(.*)$/.exec(word) ?? [];
  if (kind === 'image') return ofImage(rest, word);
  if (kind === 'claim') return onClaim(profile, rest, word);
  if (kind === 'mount') return mounted(profile, rest, word);
  if (isWeb(word))
    return { problems: [`--data ${word}: give it a name first: ${shown(['firesteel', 'data', 'add', 'NAME', word])}`] };
  if (kind === 'storage' || /^[a-z][a-z0-9]*:\/\//.test(word)) return remote(profile, word, rest);
  const named = readNamedSet(word);
  if (named) return byName(profile, named);
  const known = /[./~]/.test(word) ? undefined : readDataSet(word);
  if (known?.unavailable) return { problems: [`--data ${word}: ${known.unavailable}`] };
  if (known) return bySet(known);
  return inImage(word);
}

/** A word as Hadoop and this machine read it: an address of a file here is its path, and schemes have small letters. */
export const dataWord = (given: string): string =>
  ownPathOf(given) ?? given.replace(/^[a-z][a-z0-9]*(?=:\/\/)/i, (scheme) => scheme.toLowerCase());

/** An address without what may be a password. */
export const withoutKeys = (word: string): string => word.replace(/(?<=:\/\/)[^/@]*@/, '…@');

/** What is wrong with a word, whatever the profile; undefined if nothing is. */
export function wordProblem(word: string): string | undefined {
  if (word.trim() === '') return `expected a name, ${others}`;
  if (/^file:/i.test(word)) return 'no such file or folder';
  const [, kind = '', slashes = '', rest = ''] = /^(claim|image|mount|storage):\/\/(\/*)(.*)$/.exec(word) ?? [];
  if (kind) return `expected ${kind}:… without "//"; did you mean "${kind}:${slashes && '/'}${rest}"?`;
  if (/^storage:(.*\/)?\.\.(\/|$)/.test(word)) return 'expected a path without ".."';
  const [, scheme = '', place = ''] = /^(s3a|gs):\/\/([^/]*)/.exec(word) ?? [];
  if (!scheme) return undefined;
  if (!place) return `expected a bucket, as in ${scheme}://bucket/path`;
  if (place.includes('@')) return 'expected an address without keys: name a Secret in storage.credentials.secret';
  return scheme === 's3a' ? bucketProblem(place) : undefined;
}

/** A set of the catalog, fetched into the image. */
export const bySet = (set: DataSet): Planned => {
  const path = `${dataFolder}/${set.name}`;
  return planned({
    shown: `data: ${set.name}, ${set.summary} (${set.license}, ${set.source})`,
    path,
    files: [{ from: fetchedSet(set), to: path, digest: basename(fetchedSet(set)) }],
    bring: [fetchDataSet(set)],
    tools: dataSetTools(set),
  });
};

/** What the image has already. */
export function ofImage(path: string, word: string): Planned {
  if (!/^\/[^\s]+$/.test(path))
    return { problems: [`--data ${word}: expected an absolute path, as in image:/opt/data`] };
  return planned({ shown: `data: ${path} of the image`, path });
}

function inImage(word: string, name = basename(ownPath(word))): Planned {
  const from = ownPath(word);
  if (!existsSync(from))
    return { problems: [`--data ${word}: no such data set, file or folder; expected a name, ${others}`] };
  const path = `${dataFolder}/${podName(statSync(from).isDirectory() ? name : basename(from))}`;
  return planned({ shown: `data: ${from}, in the image`, path, files: [{ from, to: path }] });
}

function onClaim({ namespace }: Profile, text: string, word: string): Planned {
  const found = readClaim(text);
  if (!found)
    return {
      problems: [`--data ${word}: expected claim:NAME or claim:NAME/path, the name of a claim in ${namespace}`],
    };
  const { claim, subPath } = found;
  const path = `${dataFolder}/claim`;
  return planned({
    shown: `data: ${subPath ? `${subPath} of ` : ''}claim ${claim}`,
    path,
    conf: mountConf(ownVolumes.data, { claim, path, subPath, readOnly: true, executors: true }),
    look: [verifyClaim(claim, namespace)],
  });
}

/** The claim that runs put a data set on. */
export const claimOf = (set: string): string => `data-${set}`;

/** The claim of a folder of this machine. */
export const folderClaim = (folder: string): string => `folder-${shortHash([folder])}`;

function mounted(_profile: Profile, text: string, word: string, name?: string): Planned {
  const from = ownPath(text);
  const stat = statSync(from, { throwIfNoEntry: false });
  if (!stat) return { problems: [`--data ${word}: no such file or folder`] };
  const folder = stat.isDirectory() ? from : join(from, '..');
  const path = `${dataFolder}/${name ?? (podName(basename(folder)) || 'machine')}`;
  return planned({
    shown: `data: ${from}, a folder of this machine`,
    path: stat.isDirectory() ? path : `${path}/${basename(from)}`,
    conf: mountConf(ownVolumes.data, { claim: folderClaim(folder), path, readOnly: true, executors: true }),
    hostFolder: folder,
  });
}

function remote(profile: Profile, word: string, rest: string): Planned {
  const { storage } = profile;
  const address = word.startsWith('storage:') ? storageAddress(profile, rest) : withHost(profile, word);
  const scheme = word.split('://')[0] ?? '';
  if (!storage || !address)
    return { problems: [`--data ${word}: the profile has no block "storage", which opens remote file systems`] };
  const schemes: readonly string[] = storageSchemes[storage.kind];
  if (!word.startsWith('storage:') && !schemes.includes(scheme))
    return {
      problems: [
        `--data ${word}: storage of kind ${storage.kind} opens ${schemes.map((one) => `${one}://…`).join(', ')}`,
      ],
    };
  return planned({ shown: `data: ${address}`, path: address });
}

/** An address of HDFS with the profile's name node, where the address leaves it out. */
function withHost(profile: Profile, word: string): string | undefined {
  const [, path] = /^hdfs:\/\/\/(.*)$/.exec(word) ?? [];
  return path !== undefined && profile.storage?.kind === 'hdfs' ? storageAddress(profile, path) : word;
}

/** A set that the user named, by its way. */
function byName(profile: Profile, set: NamedSet): Planned {
  const { name, source, way, license, sha256 } = set;
  const shown = `data: ${name}, ${source} (${license})`;
  const again = (plan: Planned): Planned => ('plan' in plan ? { plan: { ...plan.plan, shown } } : plan);
  // What is not on this machine has its place in its source.
  if (!sha256) return again(planWay(profile, source));
  const path = pathOf(set);
  const bring = [...(isWeb(source) ? [fetchSet(set)] : []), verifyStep(set)];
  const own = { shown, bring, tools: isWeb(source) ? [curl] : [] };
  if (way === 'mount') {
    const plan = mounted(profile, path, `mount:${path}`);
    return 'plan' in plan ? planned({ ...plan.plan, ...own }) : plan;
  }
  if (way === 'claim') {
    const claim = claimOf(name);
    const to = `${dataFolder}/${name}`;
    return planned({
      ...own,
      path: isWeb(source) || isFile(path) ? `${to}/${basename(path)}` : to,
      conf: mountConf(ownVolumes.data, { claim, path: to, readOnly: true, executors: true }),
      put: { set, from: path, claim },
    });
  }
  if (way === 'remote') {
    const address = ownAddress(profile, `data/${name}${isWeb(source) || isFile(path) ? `/${basename(path)}` : ''}`);
    if (!address)
      return { problems: [`--data ${name}: the profile has no block "storage", where this data set belongs`] };
    return planned({
      ...own,
      path: address,
      put: { set, from: path, address: ownAddress(profile, `data/${name}`) ?? '' },
    });
  }
  const to = `${dataFolder}/${isWeb(source) || isFile(path) ? podName(basename(path)) : name}`;
  return planned({ ...own, path: to, files: [{ from: path, to, ...(isWeb(source) ? { digest: sha256 } : {}) }] });
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

const curl = { name: 'curl', package: 'curl', purpose: 'fetches data' };

/** Brings a set's file into the cache, unless it is another file by now. */
export const fetchSet = (set: NamedSet): SingleStep => ({
  title: `Fetch data ${set.name}`.slice(0, 50),
  skip: () => existsSync(pathOf(set)) && 'in the cache',
  run: (context) =>
    fetchInto(join(pathOf(set), '..'), context, async (_, folder) => {
      const path = join(folder, basename(pathOf(set)));
      await context.run(fetchCommand(set.source, path));
      // A dry run has fetched nothing.
      if (existsSync(path)) await verifyFetched(set, path);
    }),
});

/** One file from the web, whose address may have brackets and blanks. */
export const fetchCommand = (source: string, to: string): Command =>
  curlCommand(new URL(source).href, '--globoff', '--output', to);

const verifyStep = (set: NamedSet): Step => ({
  title: `Check data ${set.name}`.slice(0, 50),
  observes: true,
  run: () => verifySet(set),
});
