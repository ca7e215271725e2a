// Steps of `firesteel data` that name, check and forget data sets.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import { ownPath } from '../core/paths.ts';
import { table } from '../core/screen/table.ts';
import { toYaml } from '../core/yaml.ts';
import type { Storage } from '../profile/blocks/storage.ts';
import type { Profile } from '../profile/schema.ts';
import { ownAddress, storageSchemes, storageServer } from '../spark/storage.ts';
import type { SingleStep, Step } from '../steps/types.ts';
import { catalogNames, readDataSet } from './data-sets.ts';
import {
  type DataWay,
  dataWays,
  isSetName,
  isWeb,
  type NamedSet,
  namedSetFile,
  namedSets,
  pathOf,
  readNamedSet,
  sumOf,
  unreadable,
  verifySet,
} from './named-sets.ts';
import { readClaim } from './volumes.ts';
import { claimOf, fetchCommand, fetchSet, withoutKeys, wordProblem } from './ways.ts';

/** What is said of a set beside its name and source. */
interface SetFlags {
  way?: string | undefined;
  license?: string | undefined;
  sha256?: string | undefined;
}

const elsewhere = /^(claim|image|storage):|^(?!https?:\/\/)[a-z][a-z0-9]*:\/\//;

/** What is wrong with the words of an action, a line each. */
export function setProblems(
  action: string,
  [name = '', source = '']: readonly string[],
  { way, license, sha256 }: SetFlags,
): string[] {
  if (action === 'list') return [];
  if (action !== 'add') return readNamedSet(name) ? [] : [unknown(name)];
  const problems: string[] = [];
  if (!isSetName(name))
    problems.push(`data add ${name}: expected a name of at most 42 lower-case letters, digits and "-"`);
  if (readDataSet(name)) problems.push(`data add ${name}: a data set of firesteel has this name: choose another one`);
  if (way !== undefined && !(dataWays as readonly string[]).includes(way))
    problems.push(`--way ${way}: expected one of ${dataWays.join(', ')}${didYouMean(way, dataWays)}`);
  if (/\p{Cc}/u.test(license ?? '')) problems.push('--license: expected one line');
  const wrong = sourceProblem(source);
  if (wrong) return [...problems, `data add ${name} ${withoutKeys(source)}: ${wrong}`];
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    problems.push(`--sha256 ${sha256}: expected 64 hexadecimal digits`);
  if (elsewhere.test(source) && (way ?? sha256) !== undefined)
    problems.push(`data add ${name} ${source}: the data stays where it is: omit --way and --sha256`);
  if (way === 'mount' && isWeb(source)) problems.push(`--way mount: expected a folder of this machine, got ${source}`);
  if (!elsewhere.test(source) && !isWeb(source) && !existsSync(ownPath(source)))
    problems.push(`data add ${name} ${source}: no such file or folder`);
  else if (problems.length === 0 && !elsewhere.test(source) && !isWeb(source))
    problems.push(...unreadable(ownPath(source)).map((problem) => `data add ${name}: ${problem}`));
  return problems;
}

/** A checksum as other programs write it: in capitals, or with its kind before it. */
export const plainSum = (text: string | undefined): string | undefined =>
  text
    ?.trim()
    .replace(/^sha-?256[:=]/i, '')
    .toLowerCase();

const schemes: readonly string[] = Object.values(storageSchemes).flat();

/** What is wrong with the source of a set, whatever the profile; undefined if nothing is. */
function sourceProblem(source: string): string | undefined {
  if (/^mount:/.test(source)) return 'name the path without "mount:", and add --way mount';
  if (isWeb(source)) {
    if (!URL.canParse(source)) return 'expected an address such as https://example.org/rides.csv';
    return new URL(source).password
      ? 'expected an address without a password: fetch the file, and name its path'
      : undefined;
  }
  const scheme = /^([a-z][a-z0-9]*):\/\//.exec(source)?.[1];
  const problem = wordProblem(source);
  if (problem) return problem;
  if (scheme && !schemes.includes(scheme))
    return `expected an address such as ${schemes.map((one) => `${one}://…`).join(', ')} or https://…`;
  if (/^claim:/.test(source) && !readClaim(source.slice('claim:'.length)))
    return 'expected claim:NAME or claim:NAME/path';
  return /^image:(?!\/)/.test(source) ? 'expected an absolute path, as in image:/opt/data' : undefined;
}

const unknown = (name: string): string =>
  `data ${name}: you have no such data set${didYouMean(
    name,
    namedSets().map((set) => set.name),
  )}; list the data sets: firesteel data list`;

/** The text of a set's file. */
const contentOfSet = ({ source, way, license, sha256 }: NamedSet): string =>
  toYaml({ source, way, license, ...(sha256 ? { sha256 } : {}) });

/** The way of what is in its place already. */
const wayOf = (source: string): DataWay =>
  source.startsWith('claim:') ? 'claim' : source.startsWith('image:') ? 'image' : 'remote';

/** The way of a set that is named again, where its new source can go that way. */
const knownWay = (known: NamedSet | undefined, source: string): DataWay | undefined =>
  known && !elsewhere.test(known.source) && !(known.way === 'mount' && isWeb(source)) ? known.way : undefined;

/** Names a data set: fetches what is on the web, and notes the checksum of what is on this machine. */
export function addSet(name: string, source: string, { way, license, sha256 }: SetFlags): Step[] {
  // A set that is named again keeps what nobody says anew.
  const known = readNamedSet(name);
  const about = { name, license: license ?? known?.license ?? 'not stated' };
  return [
    {
      title: `Name data ${name}`.slice(0, 50),
      run: async (context, out) => {
        const note = async (set: NamedSet) => {
          const content = contentOfSet(set);
          const before = readNamedSet(name);
          if (before && contentOfSet(before) === content) return out.line('unchanged');
          await context.write([{ path: namedSetFile(name), content, mode: 0o644 }]);
          out.line(`${set.source}: ${set.sha256 ? `SHA-256 ${set.sha256}` : 'no checksum'}, way: ${set.way}`);
        };
        if (elsewhere.test(source)) return note({ ...about, source, way: wayOf(source) });
        const path = isWeb(source) ? await fetchOnce(name, source, sha256, context) : ownPath(source);
        // A dry run has fetched nothing.
        if (path === undefined || !existsSync(path)) return;
        const found = await sumOf(path);
        if (sha256 && found !== sha256)
          throw new Failure(`data ${name}: the checksum of ${source} is ${found}, not ${sha256}`, {
            hint: 'get the file from a source you trust',
          });
        await note({
          ...about,
          source: isWeb(source) ? source : path,
          way: (way as DataWay | undefined) ?? knownWay(known, source) ?? 'image',
          sha256: found,
        });
      },
    },
  ];
}

/** Fetches a file to where its checksum says, once that is known. */
async function fetchOnce(
  name: string,
  source: string,
  sha256: string | undefined,
  { run, mkdir, move, remove }: Parameters<SingleStep['run']>[0],
): Promise<string | undefined> {
  const known = sha256 && pathOf({ name, source, sha256 });
  if (known && existsSync(known)) return known;
  const part = `${pathOf({ name, source, sha256: 'part' })}.${process.pid}`;
  await mkdir(dirname(part));
  await run(fetchCommand(source, part));
  if (!existsSync(part)) return undefined;
  const path = pathOf({ name, source, sha256: await sumOf(part) });
  await mkdir(dirname(path));
  await remove(path);
  await move(part, path);
  return path;
}

/** Forgets a data set; its files, and what runs have put into the cluster, stay, and are named with what removes them. */
export const removeSet = (name: string, profile: Pick<Profile, 'namespace' | 'storage'>): SingleStep => ({
  title: `Forget data ${name}`.slice(0, 50),
  run: async ({ remove }, out) => {
    const set = readNamedSet(name);
    if (!set) return;
    if (isWeb(set.source)) await remove(dirname(pathOf(set)));
    await remove(namedSetFile(name));
    if (!isWeb(set.source)) out.line(`${set.source} stays`);
    for (const line of set.sha256 ? leftBy(set, profile) : []) out.line(line);
  },
});

/** What runs have put into the cluster, with what removes it. */
function leftBy({ name, way }: NamedSet, { namespace, storage }: Pick<Profile, 'namespace' | 'storage'>): string[] {
  if (way === 'claim')
    return [
      `a claim that a run made stays; remove it with: kubectl --namespace ${namespace} delete pvc ${claimOf(name)}`,
    ];
  if (way !== 'remote' || !storage) return [];
  const address = ownAddress({ namespace, storage }, `data/${name}`);
  return [`what a run put into the storage stays; remove it with: ${removal(storage, namespace, address ?? '')}`];
}

/** What removes a folder of a storage. */
function removal({ kind, service, endpoint }: Storage, namespace: string, address: string): string {
  if (kind === 'hdfs') return `hdfs dfs -rm -r ${address}`;
  if (kind === 'gcs') return `gcloud storage rm --recursive ${address}`;
  const at = service
    ? ` --endpoint-url http://localhost:${storageServer.port}, with kubectl --namespace ${namespace} port-forward service/${storageServer.name} ${storageServer.port}`
    : endpoint
      ? ` --endpoint-url ${endpoint}`
      : '';
  return `aws s3 rm --recursive ${address.replace(/^s3a/, 's3')}${at}`;
}

/** Holds a data set against its checksum. */
export const checkSet = (name: string): SingleStep => ({
  title: `Check data ${name}`.slice(0, 50),
  run: async (context, out) => {
    const set = readNamedSet(name);
    if (!set?.sha256) return out.line(`${set?.source} has no checksum, so there is nothing to compare`);
    if (isWeb(set.source) && !existsSync(pathOf(set))) await fetchSet(set).run(context, out);
    await verifySet(set);
    out.line(`${set.source}: SHA-256 ${set.sha256}`);
  },
});

/** All data sets, as a table: those of the user, then those that ship. */
export function listedSets(): string[] {
  const own = namedSets().map(({ name, source, way, license, sha256 }) => [
    name,
    way,
    license,
    sha256?.slice(0, 12) ?? '',
    source,
  ]);
  const shipped = catalogNames().flatMap((name) => {
    const set = readDataSet(name);
    return set && !set.unavailable ? [[name, 'image', set.license, '', set.source]] : [];
  });
  return table([['NAME', 'WAY', 'LICENSE', 'SHA-256', 'SOURCE'], ...own, ...shipped]);
}

/** The same for programs. */
export const setFacts = (): Record<string, unknown> => ({ sets: namedSets() });
