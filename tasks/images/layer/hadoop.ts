// Finds the jars of remote file systems that fit the Hadoop of a Spark distribution.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Profile } from '../../profile/schema.ts';
import { hadoopOf } from '../../spark/versions.ts';
import type { Context, Output } from '../../steps/types.ts';
import { jarsAtHand } from '../distribution/distribution.ts';
import { isPinned } from '../distribution/pypi.ts';
import { fetchInto } from './cache.ts';
import type { LayerFile } from './files.ts';
import { jarsIn, quoted, runIvy } from './maven.ts';

/** File systems that take jars which Spark lacks; HDFS is among Spark's own. */
export type JarStorage = 's3' | 'gcs';

/** What of a profile's storage an image has to hold. */
export const jarStorage = ({ storage }: Profile): JarStorage | undefined =>
  storage && storage.kind !== 'hdfs' ? storage.kind : undefined;

/** A layer with the jars of the profile's storage, which are the same for every image that has them. */
export const withStorageJars = <T extends object>(layer: T, profile: Profile): T & { storage?: JarStorage } => {
  const storage = jarStorage(profile);
  return storage ? { ...layer, storage } : layer;
};

/** The version of Hadoop among a distribution's jars, of hadoop-client-api-3.5.0.jar. */
export const hadoopVersion = (jars: readonly string[]): string | undefined =>
  jars.map((jar) => /^hadoop-client-api-(\d.*)\.jar$/.exec(jar)?.[1]).find(Boolean);

/** The Hadoop of the profile's Spark: of its jars on this machine, else of the release that will be fetched. */
export function hadoopBeforehand(profile: Profile): string | undefined {
  const folder = jarsAtHand(profile);
  if (folder) return hadoopVersion(readdirSync(folder));
  const { home, archive, version } = profile.spark;
  return !home && !archive && isPinned(version) ? hadoopOf(version) : undefined;
}

const isOld = (hadoop: string): boolean => /^3\.[0-3]\./.test(hadoop);

/** What of these coordinates and jars cannot be on one class path with this Hadoop, a line each. */
export function hadoopProblems(
  { maven, files }: { maven: readonly string[]; files: readonly LayerFile[] },
  spark: string,
  hadoop: string | undefined,
): string[] {
  if (!hadoop) return [];
  const own = `Spark ${spark} has Hadoop ${hadoop}`;
  const named = maven.map((text) => ({ text: `maven: ${text}`, parts: text.split(/[:/]/) }));
  const jars = files.flatMap(({ from, to }) => {
    const [, artifact, version] =
      /^(?:.*_)?(hadoop-[a-z-]+?|aws-java-sdk-bundle|gcs-connector)-(\d.*)\.jar$/.exec(basename(to)) ?? [];
    return artifact && version ? [{ text: from, parts: ['', artifact, version] }] : [];
  });
  return [...named, ...jars].flatMap(({ text, parts: [group = '', artifact = '', version = ''] }) => {
    if (artifact.startsWith('hadoop-') && ['', 'org.apache.hadoop'].includes(group) && version !== hadoop)
      return [`${text}: ${own}, which needs ${artifact} ${hadoop}: use that version`];
    if (artifact === 'aws-java-sdk-bundle' && !isOld(hadoop))
      return [`${text}: ${own}, which needs version 2 of the AWS SDK: remove this package`];
    if (artifact === 'gcs-connector' && /^\D*4\./.test(version) === isOld(hadoop))
      return [`${text}: ${own}, which needs gcs-connector ${gcsConnector(hadoop)}: use that version`];
    return [];
  });
}

/** The newest with a shaded jar on Maven Central, by the Hadoop that its POM names: 3.1 has 3.3.6, 4.0 has 3.4.2. */
export const gcsConnector = (hadoop: string): string => (isOld(hadoop) ? '3.1.9' : '4.0.4');

/** One module to resolve. */
interface Wanted {
  group: string;
  artifact: string;
  version: string;
  /** Takes this jar alone, and nothing it needs. */
  classifier?: string;
}

/** What to ask Ivy for at first. */
export const storageModules = (kind: JarStorage, hadoop: string): Wanted[] => [
  kind === 's3'
    ? { group: 'org.apache.hadoop', artifact: 'hadoop-aws', version: hadoop }
    : {
        group: 'com.google.cloud.bigdataoss',
        artifact: 'gcs-connector',
        version: gcsConnector(hadoop),
        classifier: 'shaded',
      },
];

/** Of the second SDK only what hadoop-aws calls: its bundle of all services has 690 MB, these have 12. */
const sdkParts = ['s3', 's3-transfer-manager', 'sts', 'apache-client', 'netty-nio-client'];

/** The parts in place of the bundle that Ivy found for hadoop-aws, in the same version; the first SDK has one jar. */
export const sdkModules = (report: string): Wanted[] => {
  const [, version] = /name="bundle">\s*<revision name="([^"]+)"/.exec(report) ?? [];
  if (!version || !report.includes('organisation="software.amazon.awssdk"')) return [];
  return sdkParts.map((artifact) => ({ group: 'software.amazon.awssdk', artifact, version }));
};

/** `jackson-core` of `jackson-core-2.21.2.jar`. */
const artifactOf = (jar: string): string => jar.replace(/-\d[^-]*(-.*)?\.jar$/, '').replace(/\.jar$/, '');

/** An ivy.xml that wants these and nothing that the distribution has already. */
export const storageIvy = (
  wanted: readonly Wanted[],
  jars: readonly string[],
): string => `<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">
  <info organisation="firesteel" module="storage"/>
  <configurations><conf name="default"/></configurations>
  <dependencies>
${wanted
  .map(({ group, artifact, version, classifier }) => {
    const names = `org=${quoted(group)} name=${quoted(artifact)} rev=${quoted(version)}`;
    return classifier
      ? `    <dependency ${names} transitive="false" conf="default->default"><artifact name=${quoted(artifact)} type="jar" m:classifier=${quoted(classifier)}/></dependency>\n`
      : `    <dependency ${names} conf="default->default(runtime)"/>\n`;
  })
  .join(
    '',
  )}${wanted.some(({ group }) => group === 'software.amazon.awssdk') ? '    <exclude org="software.amazon.awssdk" module="bundle"/>\n' : ''}${[
  ...new Set(jars.map(artifactOf)),
]
  .map((name) => `    <exclude module=${quoted(name)}/>\n`)
  .join('')}  </dependencies>
</ivy-module>
`;

/** Fetches the jars of a storage into `folder` of the cache, by Ivy alone; `home` is a Spark distribution. */
export async function fetchStorageJars(
  folder: string,
  kind: JarStorage,
  home: string,
  context: Context,
  out: Output,
): Promise<void> {
  const jars = jarsIn(home);
  const hadoop = hadoopVersion(jars);
  // A dry run has no distribution yet.
  if (jars.length === 0) return out.line('the jars that fit the Hadoop of Spark');
  if (!hadoop)
    throw new Failure(`${home}: no hadoop-client-api among its jars`, { hint: 'use a Spark with Hadoop 3.3 or newer' });
  await fetchInto(folder, context, async (work, to) => {
    const wanted = storageModules(kind, hadoop);
    if (kind === 's3') {
      // Only names and versions: the report says which SDK it takes.
      await runIvy({ home, module: storageIvy(wanted, jars), work, to, types: ['none'] }, context, out);
      wanted.push(...sdkModules(reportIn(work)));
    }
    await runIvy({ home, module: storageIvy(wanted, jars), work, to }, context, out);
  });
}

function reportIn(work: string): string {
  try {
    return readFileSync(join(work, 'resolution', 'firesteel-storage-default.xml'), 'utf8');
  } catch {
    return '';
  }
}
