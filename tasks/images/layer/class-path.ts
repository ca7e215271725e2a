// Refuses what cannot be on the class path of the profile's Spark: packages and jars for another Scala, Spark or Hadoop.
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Profile } from '../../profile/schema.ts';
import { scalaOf } from '../../spark/versions.ts';
import { jarsAtHand } from '../distribution/distribution.ts';
import { isPinned } from '../distribution/pypi.ts';
import type { LayerFile } from './files.ts';
import { hadoopBeforehand, hadoopProblems, hadoopVersion } from './hadoop.ts';
import { mavenProblems, sparkPackageScala } from './maven.ts';

/** What of a layer goes onto the class path. */
interface Jars {
  maven: readonly string[];
  files: readonly LayerFile[];
}

/** The binary version of Scala among a distribution's jars, of spark-core_2.13-4.3.0.jar. */
export const scalaVersion = (jars: readonly string[]): string | undefined =>
  jars.map((jar) => /^spark-core_(\d\.\d+)-\d.*\.jar$/.exec(jar)?.[1]).find(Boolean);

/** The Scala of the profile's Spark: of its jars on this machine, else of the release that will be fetched. */
function scalaBeforehand(profile: Profile): string | undefined {
  const folder = jarsAtHand(profile);
  if (folder) return scalaVersion(readdirSync(folder));
  const { home, archive, version } = profile.spark;
  return !home && !archive && isPinned(version) ? scalaOf(version) : undefined;
}

/** What is built for another Scala or belongs to another Spark, a line each; without `scala` only the second. */
export function scalaProblems({ maven, files }: Jars, spark: string, scala: string | undefined): string[] {
  const packages = maven.flatMap((text) => {
    const [group, artifact = '', version, ...more] = text.split(/[:/]/);
    // Another check refuses what is no coordinate.
    if (!version || more.length > 0) return [];
    const other = otherScala(/_(2\.1\d)$/.exec(artifact)?.[1] ?? sparkPackageScala(version), scala);
    const fitting = other ? artifact.replace(other, `${scala}`) : artifact;
    // Releases of one line fit each other.
    if (group === 'org.apache.spark' && lineName(version) !== lineName(spark))
      return [`maven: ${text}: belongs to Spark ${version}, and the image has ${spark}: use ${fitting}:${spark}`];
    const fittingVersion = sparkPackageScala(version) ? `:${version.replace(/2\.1\d$/, `${scala}`)}` : '';
    return other ? [`maven: ${text}: ${forScala(other, spark, scala)}: use ${fitting}${fittingVersion}`] : [];
  });
  // sbt names a jar after its Scala and its version; without the second, 2.12 may be the version.
  const jars = files.flatMap(({ from, to }) => {
    const other = otherScala(/_(2\.1\d)-\d[^/]*\.jar$/.exec(basename(to))?.[1], scala);
    return other ? [`${from}: ${forScala(other, spark, scala)}: build the jar for Scala ${scala}`] : [];
  });
  return [...packages, ...jars];
}

/** `3.5` of 3.5.9. */
const lineName = (version: string): string => version.split('.', 2).join('.');

const otherScala = (found: string | undefined, scala: string | undefined): string | undefined =>
  scala && found !== scala ? found : undefined;

const forScala = (other: string, spark: string, scala: string | undefined): string =>
  `is built for Scala ${other}, and Spark ${spark} has ${scala}`;

/** What of a layer does not fit the profile's Spark, as far as that is known beforehand; only looks. */
export const classPathProblems = (profile: Profile, layer: Jars): string[] => [
  ...mavenProblems(layer.maven),
  ...unfit(profile, layer, hadoopBeforehand(profile), scalaBeforehand(profile)),
];

/** The same by the jars of the distribution, once they are there. */
export const unfitJars = (profile: Profile, layer: Jars, jars: readonly string[]): string[] =>
  unfit(profile, layer, hadoopVersion(jars), scalaVersion(jars));

const unfit = ({ spark }: Profile, layer: Jars, hadoop: string | undefined, scala: string | undefined): string[] => [
  ...hadoopProblems(layer, spark.version, hadoop),
  ...scalaProblems(layer, spark.version, scala),
];
