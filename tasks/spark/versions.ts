// Checks which versions of Spark, Java, Python and libraries fit together. Pure.
import { readdirSync } from 'node:fs';
import { projectPath } from '../core/paths.ts';
import { traitsOf } from '../profile/blocks/traits.ts';
import type { Profile } from '../profile/schema.ts';
import type { Companion, Range, SparkLine } from './releases.ts';
import { companions, propertiesSince, sparkLines } from './releases.ts';

/** What an image is built on, as far as Spark cares; undefined where it is not known. */
interface Base {
  name: string;
  java?: number | undefined;
  python?: string | undefined;
}

/** Java, Python and C library of the base that is made here, Debian 12: https://packages.debian.org/bookworm/ */
export const madeBaseHas = { java: 17, python: '3.11', glibc: '2.36' } as const;

/** Numbers of a version, `3.5.9` as [3, 5, 9]. */
const numbers = (version: string): number[] => version.split('.').map(Number);

/** Below 0 if `a` is older than `b`, 0 if one is the other's line; compared as far as both go. */
function compared(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  const unequal = left.findIndex((part, i) => right[i] !== undefined && part !== right[i]);
  return unequal < 0 ? 0 : (left[unequal] ?? 0) - (right[unequal] ?? 0);
}

/** Whether a Spark version is of this line or a later one. */
export const isAtLeast = (version: string, line: string): boolean => compared(version, line) >= 0;

/** Whether a run of a Spark version brings a NetworkPolicy for its executors: Spark makes one from 4.2 on. */
export const hasNetworkPolicy = (version: string): boolean => isAtLeast(version, '4.2');

const isWithin = (version: string, [from, to]: Range): boolean =>
  compared(version, from) >= 0 && compared(version, to) <= 0;

/** The row of a version's line; undefined for a line that is not known. */
const lineOf = (version: string): SparkLine | undefined =>
  sparkLines.find(({ line }) => numbers(version).length === 3 && compared(version, line) === 0);

/** Versions of Java that a version of Spark runs on; none where that is not known. */
export const javaOf = (version: string): readonly number[] => lineOf(version)?.java ?? [];

/** The Hadoop client among the jars of a version's package on PyPI; undefined for a line that is not known. */
export const hadoopOf = (version: string): string | undefined => lineOf(version)?.hadoop;

/** The binary version of Scala that a version of Spark is fetched for; that of the newest line where it is not known. */
export const scalaOf = (version: string): string => (lineOf(version) ?? sparkLines.at(-1))?.scala[0] ?? '';

/** Whether the line's docker-image-tool.sh has an option, one letter. */
export const hasToolOption = (version: string, letter: string): boolean =>
  lineOf(version)?.imageTool.includes(letter) ?? true;

/** The versions that can be fetched here, oldest first: those whose hash is in docker/spark/requirements. */
export const pinnedVersions = (): string[] =>
  readdirSync(projectPath('docker', 'spark', 'requirements'))
    .flatMap((name) => /^pyspark-(.*)\.txt$/.exec(name)?.[1] ?? [])
    .sort(compared);

/** How far two versions are apart: lines first, then, within one line, patches. */
function distance(a: string, b: string): number {
  const place = (version: string) => {
    const index = sparkLines.findIndex(({ line }) => compared(line, version) >= 0);
    return index < 0 ? sparkLines.length : index;
  };
  const lines = Math.abs(place(a) - place(b));
  return lines > 0 ? lines * 100 : Math.abs((numbers(a)[2] ?? 0) - (numbers(b)[2] ?? 0));
}

/** The candidate nearest to a version, of two as near the newer one; undefined if there is none. */
export const nearestVersion = (version: string, candidates: readonly string[]): string | undefined =>
  candidates.toSorted((a, b) => distance(version, a) - distance(version, b) || compared(b, a))[0];

/** `Java 8`, `Java 8 or 11`. */
const either = (values: readonly (string | number)[]): string =>
  [values.slice(0, -1).join(', '), values.at(-1)].filter((part) => part !== '').join(' or ');

/** Java as far as the name of an image tells: eclipse-temurin:17-jre, openjdk:8-jre-slim, amazoncorretto:21. */
function baseOf({ image }: Profile): Base {
  if (!image.base) return { name: 'the default base', ...madeBaseHas };
  const java = /(?:temurin|openjdk|corretto|java|jdk|jre)\D?(\d+)/.exec(image.base)?.[1];
  return { name: image.base, java: java === undefined ? undefined : Number(java) };
}

/** What a line lacks on a base to run here, each as a clause. */
function lacks(row: SparkLine, base: Base): string[] {
  const { java, python, executor, imageTool } = row;
  const gone = /^openjdk:/.test(row.base);
  return [
    ...(base.java !== undefined && !java.includes(base.java)
      ? [`needs Java ${either(java)}, and ${base.name} has ${base.java}`]
      : []),
    ...(base.python !== undefined && !isWithin(base.python, python)
      ? [`needs Python ${python[0]} to ${python[1]}, and ${base.name} has ${base.python}`]
      : []),
    ...(executor[1]
      ? []
      : [`starts executors by ${executor[0].split('.').at(-1)}, but firesteel's entrypoint does not`]),
    ...(imageTool.includes('b') ? [] : ['has a docker-image-tool.sh without an option for a base image']),
    ...(gone ? [`is built by its own Dockerfile on ${row.base}, which Docker Hub no longer has`] : []),
  ];
}

/** Whether a line runs on a base: what its own Dockerfile is built on does not matter, ours is taken. */
const runsOn = (row: SparkLine, base: Base): boolean => lacks({ ...row, base: '' }, base).length === 0;

/** The pinned versions that run on a base. */
const runnable = (base: Base): string[] =>
  pinnedVersions().filter((version) => {
    const row = lineOf(version);
    return row !== undefined && runsOn(row, base);
  });

const take = (version: string | undefined): string =>
  version === undefined ? '' : `; the nearest that fits is ${version}`;

/** Why the profile's Spark cannot run here, in one line that names the nearest that does; undefined if it can. */
export function lineProblem(profile: Profile): string | undefined {
  const { version, home, archive } = profile.spark;
  const base = baseOf(profile);
  const row = lineOf(version);
  // One that came out after this table is taken for one of the newest line, if it is at hand.
  const isNewer = compared(version, sparkLines.at(-1)?.line ?? '') > 0;
  if (row ? runsOn(row, base) : isNewer && (home ?? archive) !== undefined) return undefined;
  const what = row
    ? `does not run here: Spark ${row.line} ${lacks(row, base).join('; it ')}`
    : `belongs to no known line; known lines are ${sparkLines.map(({ line }) => line).join(', ')}`;
  return `spark.version ${version} ${what}${take(nearestVersion(version, runnable(base)))}`;
}

/** The version of Kubernetes that the profile asks for, without a leading v; undefined if it leaves it to others. */
const kubernetesVersion = (profile: Profile): string | undefined =>
  /\d+\.\d+/.exec(traitsOf(profile).kubernetesVersion?.(profile) ?? '')?.[0];

/** The oldest Kubernetes a version asks for; of a line that says nothing, what the last one before it said. */
const oldestKubernetes = (version: string): string | undefined =>
  sparkLines.findLast(({ line, kubernetes }) => kubernetes !== undefined && isAtLeast(version, line))?.kubernetes;

/** Why the profile's Spark and the Kubernetes it asks for do not go together; undefined if they do, or nobody knows. */
export function kubernetesProblem(profile: Profile): string | undefined {
  const { version } = profile.spark;
  const [oldest, asked] = [oldestKubernetes(version), kubernetesVersion(profile)];
  if (oldest === undefined || asked === undefined || isAtLeast(asked, oldest)) return undefined;
  const others = runnable(baseOf(profile)).filter((other) => isAtLeast(asked, oldestKubernetes(other) ?? asked));
  return `spark.version ${version} needs Kubernetes ${oldest} or newer, not ${asked}${take(nearestVersion(version, others))}`;
}

/** Properties of the profile that its Spark would pass over in silence. */
export function unknownProperties({ spark: { version, conf } }: Profile): string[] {
  return Object.keys(conf).flatMap((key) => {
    const since = Object.hasOwn(propertiesSince, key) ? propertiesSince[key] : undefined;
    return since === undefined || isAtLeast(version, since)
      ? []
      : [`spark.conf.${key}: Spark ${version} does not know this property, ${since} and newer do`];
  });
}

/** What of a job's needs, `{bigdl: '2.3.0'}`, does not go with a Spark version; names the nearest Spark that does. */
export function needProblems(needs: Readonly<Record<string, string>>, version: string): string[] {
  return Object.entries(needs).flatMap(([name, wanted]) => {
    const known = companions.filter((companion) => companion.name === name);
    const companion = known.find((candidate) => candidate.version === wanted);
    if (!companion) return [unknownNeed(name, wanted, known)];
    if (isWithin(version, companion.spark)) return [];
    const fitting = pinnedVersions().filter((candidate) => isWithin(candidate, companion.spark));
    const other = known.find(({ spark }) => isWithin(version, spark));
    return [
      `${name} ${wanted} needs Spark ${rangeText(companion.spark)}, not ${version}${take(
        nearestVersion(version, fitting),
      )}${other ? `; ${name} ${other.version} fits Spark ${version}` : ''}`,
    ];
  });
}

const rangeText = ([from, to]: Range): string => (from === to ? from : `${from} to ${to}`);

function unknownNeed(name: string, wanted: string, known: readonly Companion[]): string {
  const names = [...new Set(companions.map((companion) => companion.name))];
  return known.length === 0
    ? `${name} is not in the version table, which has ${names.join(', ')}`
    : `${name} ${wanted} is not in the version table, which has ${known.map(({ version }) => version).join(', ')}`;
}
